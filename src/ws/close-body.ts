// The rules of what a close frame says, RFC 6455 §5.5.1 and §7.4.

import { isUtf8 } from 'node:buffer';
import { mayBeSent } from './close-codes.ts';
import type { FindingSink } from './frame-judge.ts';
import type { Payload } from './payload.ts';
import { placeOfBroken } from './utf8-check.ts';

/** Octets of the status code, which a reason may follow. */
const CODE_LENGTH = 2;

/** @param close its payload, read */
export function judgeCloseBody(close: Payload, sink: FindingSink): void {
  const { octets, start, end } = close;
  if (close.length === 1) sink.onFinding('close-body-one-octet', '');
  if (end - start < CODE_LENGTH) return;
  const code = (octets[start] << 8) | octets[start + 1];
  if (!mayBeSent(code)) sink.onFinding('close-code-invalid', String(code));
  const reason = start + CODE_LENGTH;
  if (reason === end || isUtf8(octets.subarray(reason, end))) return;
  const place = placeOfBroken(octets, reason, end) - reason;
  sink.onFinding('invalid-utf8-close-reason', `from octet ${place} of the reason on`);
}
