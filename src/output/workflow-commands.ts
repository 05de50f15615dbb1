// Keeps what is printed into the log of a GitHub workflow's step from giving the runner commands: it obeys `::command::` at the
// beginning of a line, also behind blanks, and `##[command]` anywhere (actions/runner, ActionCommand.cs). Their last character is
// written as an escape. Knows nothing of environments and files.

/** How the escape is spelled: as in all text for people, or as JSON, whose value it leaves as it is. */
export type EscapeNotation = 'text' | 'json';

const ANYWHERE = /##\[/g;
/** What .NET's `TrimStart` takes away, but for line ends. */
const BLANKS = '(?:[^\\S\\r\\n]|\\x85)*';
const AT_BEGINNING = new RegExp(`^(${BLANKS}:):`, 'gm');
const ONLY_BLANKS = new RegExp(`^${BLANKS}:?$`);

/** Takes one output's text in pieces, cut anywhere. */
export class WorkflowCommandBreaker {
  readonly #notation: EscapeNotation;
  /** What of the last line counts for the next piece: nothing or a colon at its beginning, else three characters. */
  #before = '';

  constructor(notation: EscapeNotation) {
    this.#notation = notation;
  }

  broken(text: string): string {
    const before = this.#before;
    const said = before + text;
    const lastLine = said.slice(Math.max(said.lastIndexOf('\n'), said.lastIndexOf('\r')) + 1);
    if (ONLY_BLANKS.test(lastLine)) this.#before = lastLine.endsWith(':') ? ':' : '';
    else this.#before = `.${lastLine.slice(-2)}`;
    // Only last characters of commands change, so that what was written already stays as it was.
    const escaped =
      this.#notation === 'json'
        ? said.replace(ANYWHERE, '##\\u005b')
        : said.replace(ANYWHERE, '##\\x5b').replace(AT_BEGINNING, '$1\\x3a');
    return escaped.slice(before.length);
  }
}
