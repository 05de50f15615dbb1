// What is said on a connection while it lasts, for those who print it. Does not know how it came nor who prints it, and understands no
// payload by itself.

import { MessageProtocolError, type TypedMessage } from '../endpoint/index.ts';
import type { SaidMessage } from '../output/payload-text.ts';

export interface LiveMessage {
  opcode: 'text' | 'binary';
  data: Uint8Array;
  compressed: boolean;
  /** Of what was received. */
  frames?: number;
}

/** Understands a payload, or throws a MessageProtocolError. */
export type Unmarshal = (message: LiveMessage) => TypedMessage;

/** The message as the outputs of captures take it. */
export function decodedOf(message: LiveMessage, unmarshal: Unmarshal): SaidMessage {
  const said = saidOf(message.opcode, message.data);
  if (message.opcode === 'text') return said;
  try {
    return { ...said, decoded: unmarshal(message) };
  } catch (error) {
    if (!(error instanceof MessageProtocolError)) throw error;
    const { code, message: words } = error;
    // Of the protocol itself, not of a payload.
    if (code === 'ErrNil' || code === 'ErrProtocol' || code === 'ErrMsgNotProto') throw error;
    return { ...said, decodeError: { code, message: words } };
  }
}

/** A payload that stands by itself. */
export function saidOf(opcode: 'text' | 'binary', data: Uint8Array): SaidMessage {
  const { length } = data;
  const octets = Buffer.from(data.buffer, data.byteOffset, length);
  if (opcode === 'text') return { wireLength: length, length, text: octets.toString() };
  return { wireLength: length, length, data: octets.toString('base64') };
}
