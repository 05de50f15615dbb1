// What the head of an HTTP message says. What it says is made into strings when it is asked for, as long as its octets are
// there: whoever wants it for longer keeps its text. It does not know where in a stream it lay, nor what its fields mean.
//
// A reader has one that it uses again from head to head: made anew, they were half of what a short connection allocates.

import { type Field, HeadText } from './head-text.ts';

export class RequestHead {
  readonly kind = 'request';
  /** Of the messages in this direction, from 0: request n is answered by response n. */
  number = 0;
  readonly text = new HeadText();
  method = 'GET';
  #targetEnd = 0;

  /** Of a start line `method SP target SP version`, with the offset in it where the target ends; its text is set apart. */
  begin(number: number, method: string, targetEnd: number): void {
    this.number = number;
    this.method = method;
    this.#targetEnd = targetEnd;
  }

  get target(): string {
    return this.text.show(this.text.latin1.slice(this.method.length + 1, this.#targetEnd));
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
