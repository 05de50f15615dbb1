// Whether octets may be the beginning of a frame that breaks no rule, where no extension is agreed upon. A guess: two octets of
// anything else pass once in forty.

import { BINARY, CLOSE, PONG } from './opcodes.ts';

export function looksLikeFrame(octets: Uint8Array, start: number, end: number, fromClient: boolean): boolean {
  if (end - start < 2) return false;
  const opcode = octets[start] & 0x0f;
  const known = opcode <= BINARY || (opcode >= CLOSE && opcode <= PONG);
  const noBitReserved = (octets[start] & 0x70) === 0;
  const masked = (octets[start + 1] & 0x80) !== 0;
  return known && noBitReserved && masked === fromClient;
}
