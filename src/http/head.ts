// What the head of an HTTP message says. What it says is made into strings when it is asked for, as long as its octets are
// there: whoever wants it for longer keeps its text. It does not know where in a stream it lay, nor what its fields mean.
//
// A reader has one that it uses again from head to head: made anew, they were half of what a short connection allocates.

import { type Field, HeadText } from './head-text.ts';

function isEndOfGet(method: string): boolean {
  return method === 'ET' || method === 'T';
}

export class RequestHead {
  readonly kind = 'request';
  /** Of the messages in this direction, from 0: request n is answered by response n. */
  number = 0;
  readonly text = new HeadText();
  method = 'GET';
  /** What was captured of the method, where its beginning was not; else null. */
  cutMethod: string | null = null;
  #targetStart = 0;
  #targetEnd = 0;

  /** Of a start line `method SP target SP version`, with the offset in it where the target ends; its text is set apart. */
  begin(number: number, method: string, targetEnd: number): void {
    this.number = number;
    this.method = method;
    this.cutMethod = null;
    this.#targetStart = method.length + 1;
    this.#targetEnd = targetEnd;
  }

  /** What comes right before it may not have been captured: its method is taken for GET where it is the end of that. */
  mayBeCut(): void {
    if (!isEndOfGet(this.method)) return;
    this.cutMethod = this.method;
    this.method = 'GET';
  }

  get target(): string {
    return this.text.show(this.text.latin1.slice(this.#targetStart, this.#targetEnd));
  }

  /** For example `HTTP/1.1`. */
  get version(): string {
    return this.text.latin1.slice(this.#targetEnd + 1, this.text.startLineEnd);
  }

  /** Fields in order, repeated ones apart; made anew at each call. */
  get headers(): Field[] {
    return this.text.all();
  }

  /** All fields of that name (in any case) joined by `, `; null where there is none. */
  field(name: string): string | null {
    return this.text.joined(name);
  }
}

export class ResponseHead {
  readonly kind = 'response';
  /** Number of the request that it answers; an interim response (1xx) has that of the final one after it. */
  number = 0;
  /** 100…999 */
  status = 200;
  readonly text = new HeadText();

  /** Its text is set apart. */
  begin(number: number, status: number): void {
    this.number = number;
    this.status = status;
  }

  /** For example `HTTP/1.1`. */
  get version(): string {
    return this.text.latin1.slice(0, 8);
  }

  /** What stands behind the status, often empty. */
  get reason(): string {
    return this.text.show(this.text.latin1.slice(13, this.text.startLineEnd));
  }

  /** Fields in order, repeated ones apart; made anew at each call. */
  get headers(): Field[] {
    return this.text.all();
  }

  /** All fields of that name (in any case) joined by `, `; null where there is none. */
  field(name: string): string | null {
    return this.text.joined(name);
  }

  fields(name: string): string[] {
    return this.text.values(name);
  }
}

export type HttpHead = RequestHead | ResponseHead;
