// What a step sends, as octets: messages in frames of any cut, frames with any header, octets as they are. Masked as its
// side asks for, unless the step says otherwise.

import { DocumentError } from '../../codec/document-error.ts';
import { RSV1 } from '../../ws/frame-rules.ts';
import { closePayload, writeFragments, writeFrame } from '../../ws/frame-writer.ts';
import { gorillaFragments } from '../../ws/gorilla-fragments.ts';
import { newMaskingKey } from '../masking-keys.ts';
import { type MessageProtocol, MessageProtocolError } from '../message-protocol.ts';
import type { Content, Sending } from './scenario.ts';
import type { ScriptedPeer } from './scripted-peer.ts';

/** Stands for the number of the repetition. */
const NUMBER = '{n}';
/** A prime, so that no two octets 256 apart are the same. */
const FILL_PERIOD = 251;

export async function octetsOf(
  what: readonly Sending[],
  peer: ScriptedPeer,
  protocol: MessageProtocol,
  repetition: number,
): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for (const sending of what) pieces.push(...(await piecesOf(sending, peer, protocol, repetition)));
  return Buffer.concat(pieces);
}

async function piecesOf(
  sending: Sending,
  peer: ScriptedPeer,
  protocol: MessageProtocol,
  repetition: number,
): Promise<Uint8Array[]> {
  if (sending.kind === 'octets') return [sending.octets];
  const content = payloadOf(sending.content, protocol, repetition);
  const isMasked = peer.who === 'client';
  if (sending.kind === 'frame') {
    const { opcode, form, key, masked } = sending;
    const isKeyed = masked ?? (isMasked || key !== null);
    return [writeFrame(opcode, content, { ...form, key: isKeyed ? (key ?? newMaskingKey()) : undefined })];
  }
  const payload = sending.compressed && peer.deflater ? await peer.deflater.deflate(content) : content;
  const lengths = fragmentsOf(sending.fragments, payload.length, peer);
  return writeFragments(sending.opcode, payload, lengths, () => ({
    key: isMasked ? newMaskingKey() : undefined,
    rsv: sending.compressed ? RSV1 : 0,
  }));
}

/** The lengths of the frames; what the step leaves over goes into the last. */
function fragmentsOf(
  given: readonly number[] | 'gorilla' | null,
  length: number,
  peer: ScriptedPeer,
): readonly number[] {
  if (given === null) return [length];
  if (given === 'gorilla') return gorillaFragments(length, peer.who);
  const lengths: number[] = [];
  let rest = length;
  for (const each of given) {
    lengths.push(Math.min(each, rest));
    rest -= Math.min(each, rest);
  }
  return rest > 0 ? [...lengths, rest] : lengths;
}

function payloadOf(content: Content, protocol: MessageProtocol, repetition: number): Uint8Array {
  switch (content.kind) {
    case 'octets':
      return content.octets;
    case 'text':
      return new TextEncoder().encode(content.text.replaceAll(NUMBER, String(repetition)));
    case 'fill':
      return Uint8Array.from({ length: content.length }, (_, at) => at % FILL_PERIOD);
    case 'close':
      return closePayload(content.code, content.reason);
    case 'typed':
      return marshalled(content, protocol, repetition);
  }
}

function marshalled(content: Content & { kind: 'typed' }, protocol: MessageProtocol, repetition: number): Uint8Array {
  try {
    return protocol.marshal(content.type, numbered(content.value, repetition));
  } catch (error) {
    if (!(error instanceof MessageProtocolError)) throw error;
    const [what, whatToDo = 'correct the message'] = error.message.split('; ');
    throw new DocumentError(content.place, what, whatToDo, error);
  }
}

/** The value with the number of the repetition in the place of `{n}`. */
function numbered(value: unknown, repetition: number): unknown {
  if (value === NUMBER) return repetition;
  if (Array.isArray(value)) return value.map((each) => numbered(each, repetition));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, numbered(each, repetition)]));
}
