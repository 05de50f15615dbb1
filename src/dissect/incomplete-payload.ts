// What is there of a message or control frame of which octets were not captured, for the diagnostic that tells of it.

import { isUtf8 } from 'node:buffer';
import { certainCount } from '../plural.ts';
import { opcodeName } from '../ws/opcodes.ts';
import type { Payload } from '../ws/payload.ts';
import type { IncompletePayload, OpcodeName } from './events.ts';

/** As an event has it, and how much it is, in words. */
export function incompleteOf(payload: Payload): { what: string; incomplete: IncompletePayload } {
  const { wireLength, frames, compressed, firstPacket } = payload;
  const opcode = payload.headless ? null : (opcodeName(payload.opcode) as OpcodeName);
  const captured = wireLength - payload.missing;
  const pieces = payload
    .pieces()
    .map(({ at, octets }) =>
      opcode === 'text' && isUtf8(octets)
        ? { at, text: Buffer.from(octets).toString() }
        : { at, data: Buffer.from(octets).toString('base64') },
    );
  const name = opcode === null ? 'the end of a message' : opcode;
  const what = `${certainCount(captured)} of ${certainCount(wireLength)} octets of ${name} are there`;
  return { what, incomplete: { opcode, wireLength, captured, frames, compressed, firstPacket, pieces } };
}
