// What the head of an HTTP message says. A head owns its text and may be kept; it knows not where in a stream it lay, nor
// what its fields mean.

import type { Field, FieldLines } from './field-lines.ts';

export interface RequestLine {
  method: string;
  target: string;
  /** For example `HTTP/1.1`. */
  version: string;
}

export interface StatusLine {
  version: string;
  /** 100…999 */
  status: number;
  reason: string;
}

export class RequestHead {
  readonly kind = 'request';
  /** Of the messages in this direction, from 0: request n is answered by response n. */
  readonly number: number;
  readonly method: string;
  readonly target: string;
  readonly version: string;
  readonly lines: FieldLines;

  constructor(number: number, line: RequestLine, lines: FieldLines) {
    this.number = number;
    this.method = line.method;
    this.target = line.target;
    this.version = line.version;
    this.lines = lines;
  }

  /** Fields in order, repeated ones apart; made anew at each call. */
  get headers(): Field[] {
    return this.lines.all();
  }

  /** All fields of that name (in any case) joined by `, `; null where there is none. */
  field(name: string): string | null {
    return this.lines.joined(name);
  }

  fields(name: string): string[] {
    return this.lines.values(name);
  }
}

export class ResponseHead {
  readonly kind = 'response';
  /** Number of the request that it answers; an interim response (1xx) has that of the final one after it. */
  readonly number: number;
  readonly version: string;
  readonly status: number;
  readonly reason: string;
  readonly lines: FieldLines;

  constructor(number: number, line: StatusLine, lines: FieldLines) {
    this.number = number;
    this.version = line.version;
    this.status = line.status;
    this.reason = line.reason;
    this.lines = lines;
  }

  /** Fields in order, repeated ones apart; made anew at each call. */
  get headers(): Field[] {
    return this.lines.all();
  }

  /** All fields of that name (in any case) joined by `, `; null where there is none. */
  field(name: string): string | null {
    return this.lines.joined(name);
  }

  fields(name: string): string[] {
    return this.lines.values(name);
  }
}

export type HttpHead = RequestHead | ResponseHead;
