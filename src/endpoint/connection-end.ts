// How a connection ended, and the words for it. Knows no connections.

import { ABNORMAL, closeCodeName } from '../ws/close-codes.ts';

/** How a connection ended. */
export interface ConnectionEnd {
  /** Status code of the other end's close frame; 1005 where it had none, 1006 where no close frame came. */
  code: number;
  reason: string;
  /** Code of the close frame sent, 1005 for an empty one; null where none was. */
  sent: number | null;
  /** What went wrong, in gorilla's words where it has them; null where both ends agreed. */
  error: string | null;
}

/** `1000 (normal closure): bye` */
export function describeClose({ code, reason }: { code: number; reason: string }): string {
  const name = closeCodeName(code);
  return `${code}${name === null ? '' : ` (${name})`}${reason === '' ? '' : `: ${reason}`}`;
}

/** How it ended, in words without the fault; the fault of a frame that was refused is no lack of one. */
export function describeEnd(end: ConnectionEnd): string {
  if (end.code !== ABNORMAL) return `closed ${describeClose(end)}`;
  return isGivenUp(end) ? 'given up' : 'ended without a close frame';
}

/** Whether it was ended from here, as what the other end sent breaks a rule or a limit. */
export function isGivenUp({ code, error }: ConnectionEnd): boolean {
  return code === ABNORMAL && /^(websocket|permessage-deflate): /.test(error ?? '');
}
