// Reads Sec-WebSocket-Extensions by the grammar of RFC 6455 §9.1. Goes on after a fault, because peers do; knows no
// particular extension.

import { isBlank, TOKEN } from './field-text.ts';
import { BACKSLASH, COMMA, DOUBLE_QUOTE, EQUALS, SEMICOLON } from './octet-names.ts';

export interface Extension {
  name: string;
  /** In order, as repeated names have a meaning; the value is null where there is none. Quoted values are unquoted. */
  parameters: [name: string, value: string | null][];
}

export interface ExtensionList {
  extensions: Extension[];
  /** What is wrong with the first element that breaks the grammar, and where; null where none does. */
  fault: string | null;
}

/** A token cursor over one field value: each octet is passed once. */
class ExtensionCursor {
  readonly #text: string;
  #at = 0;
  fault: string | null = null;

  constructor(text: string) {
    this.#text = text;
  }

  get ended(): boolean {
    return this.#at >= this.#text.length;
  }

  skipBlanks(): void {
    while (!this.ended && isBlank(this.#text.charCodeAt(this.#at))) this.#at++;
  }

  /** Passes `code` where it comes next after blanks. */
  take(code: number): boolean {
    this.skipBlanks();
    if (this.#text.charCodeAt(this.#at) !== code) return false;
    this.#at++;
    return true;
  }

  /** A token up to the next delimiter; null, and the fault noted, where there is none. */
  token(what: string): string | null {
    this.skipBlanks();
    const start = this.#at;
    while (!this.ended && !this.#isDelimiter(this.#text.charCodeAt(this.#at))) this.#at++;
    const token = this.#text.slice(start, this.#at);
    return TOKEN.test(token) ? token : this.#note(`${what} is missing or no token`, start);
  }

  /** A token or a quoted string; the unquoted value must be a token too. */
  value(): string | null {
    const start = this.#at;
    if (!this.take(DOUBLE_QUOTE)) return this.token('the value of a parameter');
    let value = '';
    while (!this.ended) {
      const code = this.#text.charCodeAt(this.#at++);
      if (code === DOUBLE_QUOTE) return TOKEN.test(value) ? value : this.#note('a quoted value is no token', start);
      if (code === BACKSLASH && !this.ended) value += this.#text[this.#at++];
      else value += String.fromCharCode(code);
    }
    return this.#note('a quoted value has no end', start);
  }

  /** To the comma that ends the element, which should come at once. */
  endElement(): void {
    this.skipBlanks();
    if (!this.ended && this.#text.charCodeAt(this.#at) !== COMMA)
      this.#note('a parameter is followed by something else', this.#at);
    while (!this.ended && this.#text.charCodeAt(this.#at) !== COMMA) this.#at++;
    this.#at++;
  }

  #isDelimiter(code: number): boolean {
    return code === COMMA || code === SEMICOLON || code === EQUALS || isBlank(code);
  }

  #note(fault: string, at: number): null {
    this.fault ??= `${fault}, at character ${at}`;
    return null;
  }
}

/** Reads one field value, or several joined by commas. What comes before a fault within an element is kept. */
export function parseExtensions(text: string): ExtensionList {
  const cursor = new ExtensionCursor(text);
  const extensions: Extension[] = [];
  while (true) {
    // RFC 9110 §5.6.1 lets empty elements pass.
    while (cursor.take(COMMA));
    if (cursor.ended) return { extensions, fault: cursor.fault };
    const name = cursor.token('the name of an extension');
    if (name !== null) extensions.push({ name, parameters: parseParameters(cursor) });
    cursor.endElement();
  }
}

function parseParameters(cursor: ExtensionCursor): Extension['parameters'] {
  const parameters: Extension['parameters'] = [];
  while (cursor.take(SEMICOLON)) {
    const name = cursor.token('the name of a parameter');
    if (name === null) break;
    if (!cursor.take(EQUALS)) {
      parameters.push([name, null]);
      continue;
    }
    const value = cursor.value();
    if (value === null) break;
    parameters.push([name, value]);
  }
  return parameters;
}
