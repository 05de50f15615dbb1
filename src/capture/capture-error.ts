// The one error that reading a capture may end with: what, where, and what to do, in one line. Whoever shows it adds the
// file's name; this file knows neither names nor exit codes.

import { readingReason } from '../system-reason.ts';

/**
 * `unreadable`: the source cannot be opened or read. `format`: it is something else, or a version nobody knows.
 * `cut`: it ends inside a header or record, or could be read no further. `damaged`: it claims what cannot be.
 */
export type CaptureErrorKind = 'unreadable' | 'format' | 'cut' | 'damaged';

export interface CaptureErrorPlace {
  /** Octet offset in the capture. */
  offset?: number;
  /** Number of the packet record, from 1; 0 where it is no matter of a record. */
  packet?: number;
  /** Name of the file, where several are read. */
  file?: string;
  cause?: unknown;
}

/** Of a fault behind which nothing can be read: what it leaves. */
export const READ_SO_FAR = 'everything before it was read';

/** Thrown after all whole records before the place were handed on. */
export class CaptureError extends Error {
  readonly kind: CaptureErrorKind;
  readonly offset: number;
  readonly packet: number;
  /** Null where one source alone is read: whoever reads it knows its name. */
  readonly file: string | null;

  constructor(kind: CaptureErrorKind, message: string, place: CaptureErrorPlace = {}) {
    super(message, place.cause === undefined ? undefined : { cause: place.cause });
    this.name = 'CaptureError';
    this.kind = kind;
    this.offset = place.offset ?? 0;
    this.packet = place.packet ?? 0;
    this.file = place.file ?? null;
  }
}

/** The same error, of one file among several. */
export function errorOfFile(error: CaptureError, file: string, more = ''): CaptureError {
  const { kind, message, offset, packet } = error;
  return new CaptureError(kind, `${message}${more}`, { offset, packet, file, cause: error });
}

/** The error for whatever opening or reading threw at octet `offset`: `cut` where something was read before. */
export function unreadable(cause: unknown, offset: number): CaptureError {
  const { code } = Object(cause) as NodeJS.ErrnoException;
  const reason = `${readingReason(cause)}${code === 'EISDIR' ? '; name a capture file in it' : ''}`;
  if (offset === 0) return new CaptureError('unreadable', `cannot be read: ${reason}`, { cause });
  return new CaptureError('cut', `cannot be read after octet ${offset}: ${reason}; what is before is shown`, {
    offset,
    cause,
  });
}
