// The prompt of `connect` on a terminal: lines with history and completion of commands and type names, and what arrives
// meanwhile printed above the line being written. Knows nothing of connections.

import { readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { clearLine, createInterface, cursorTo, type Interface } from 'node:readline';
import { makeDirectory } from './made-directory.ts';
import { COMMANDS } from './outgoing-message.ts';

const PROMPT = '> ';
const HISTORY_LINES = 500;

export interface Completions {
  types: readonly string[];
  fieldsOf(type: string): readonly string[];
}

/** What may stand where the line ends: a command, a type, or a field of the type that the line begins with. */
export function complete(line: string, { types, fieldsOf }: Completions): [found: string[], word: string] {
  const field = /^([\w.]+)\s+\{(?:.*[{,])?\s*"?(\w*)$/s.exec(line);
  if (field !== null) {
    const [, type, begun] = field;
    const word = line.slice(line.length - begun.length - (line.at(-begun.length - 1) === '"' ? 1 : 0));
    const found = fieldsOf(type).filter((name) => name.startsWith(begun));
    return [found.map((name) => `"${name}":`), word];
  }
  const words = [...COMMANDS.map(([name]) => `${name} `), ...types.map((name) => `${name} `)];
  const begun = line.toLowerCase();
  const found = words.filter((word) => word.toLowerCase().startsWith(begun));
  // `Ping` is enough for pb.Ping.
  const byLastPart = types.filter((name) =>
    name
      .slice(name.lastIndexOf('.') + 1)
      .toLowerCase()
      .startsWith(begun),
  );
  return [found.length > 0 ? found : byLastPart.map((name) => `${name} `), line];
}

export class Prompt {
  readonly #readline: Interface;
  #closed = false;

  constructor(completions: Completions, history: PromptHistory) {
    this.#readline = createInterface({
      input: process.stdin,
      output: process.stdout,
      prompt: PROMPT,
      completer: (line: string) => complete(line, completions),
      history: history.lines,
      historySize: HISTORY_LINES,
      removeHistoryDuplicates: true,
    });
    this.#readline.on('history', (lines: string[]) => history.keep(lines));
    this.#readline.on('close', () => {
      this.#closed = true;
      cursorTo(process.stdout, 0);
      clearLine(process.stdout, 0);
    });
  }

  /** Lines until the user ends them by Ctrl-D, or `close` is called. Ctrl-C is `onInterrupt`. */
  async *lines(onInterrupt: () => void): AsyncIterable<string> {
    this.#readline.on('SIGINT', onInterrupt);
    this.#readline.prompt();
    for await (const line of this.#readline) {
      if (line.trim() !== '') yield line;
      if (!this.#closed) this.#readline.prompt();
    }
  }

  /** Prints above the line that is being written. */
  print(line: string): void {
    if (!this.#closed) {
      clearLine(process.stdout, 0);
      cursorTo(process.stdout, 0);
    }
    process.stdout.write(`${line}\n`);
    if (!this.#closed) this.#readline.prompt(true);
  }

  close(): void {
    if (!this.#closed) this.#readline.close();
  }
}

export interface PromptHistory {
  /** The newest first. */
  lines: string[];
  keep(lines: readonly string[]): void;
}

/**
 * What was typed before, kept in a file: `WSDISSECT_HISTORY`, else `wsdissect/history` in the user's folder for such (XDG).
 * Where the variable is empty nothing is kept.
 */
export function fileHistory(environment: Readonly<Record<string, string | undefined>>): PromptHistory {
  const state = environment.XDG_STATE_HOME || join(homedir(), '.local', 'state');
  const path = environment.WSDISSECT_HISTORY ?? join(state, 'wsdissect', 'history');
  if (path === '') return { lines: [], keep: () => {} };
  return {
    lines: linesOf(path),
    keep(lines) {
      try {
        makeDirectory(dirname(path));
        writeFileSync(path, `${lines.join('\n')}\n`, { mode: 0o600 });
      } catch {
        // History is a comfort; not keeping it must not disturb a conversation.
      }
    },
  };
}

function linesOf(path: string): string[] {
  try {
    return readFileSync(path, 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .slice(0, HISTORY_LINES);
  } catch {
    return [];
  }
}
