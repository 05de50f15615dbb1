// Whether an octet may be the first of a frame that breaks no rule, where no extension is agreed upon. A guess by the first octet,
// so that it is the same however the octets come; one of anything else passes in 28.

import { BINARY, isControl, PONG } from './opcodes.ts';

export function mayBeginFrame(octet: number): boolean {
  const opcode = octet & 0x0f;
  const isFinal = (octet & 0x80) !== 0;
  const noBitReserved = (octet & 0x70) === 0;
  return noBitReserved && (opcode <= BINARY || (isControl(opcode) && opcode <= PONG && isFinal));
}
