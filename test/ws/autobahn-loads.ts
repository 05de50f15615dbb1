// Sections 9, 12 and 13 of the Autobahn test suite: large messages, many messages, and compression as it may be agreed upon.
// Cases are made one after another, as all of them at once would take gigabytes.

import { parseExtensions } from '../../src/http/extensions.ts';
import { agreedExtensions } from '../../src/ws/extensions.ts';
import { BINARY, TEXT } from '../support/websocket-writer.ts';
import { type Case, cut, range, type Sent } from './autobahn-case.ts';
import { type Source, sources } from './autobahn-sources.ts';
import { Deflater } from './deflater.ts';

const MEBIBYTE = 1 << 20;
const large = [65_536, 262_144, MEBIBYTE, 4 * MEBIBYTE, 8 * MEBIBYTE, 16 * MEBIBYTE];

/** Payloads of any size, all in one buffer. What is repeated fits into no fragment, so that what is misplaced shows. */
function payloads(repeated: Uint8Array): (size: number) => Uint8Array {
  const largest = Buffer.alloc(16 * MEBIBYTE, repeated);
  return (size) => largest.subarray(0, size);
}

export function* section9(): Generator<Case> {
  const kinds = [payloads(Buffer.from('7 pears & 12 apples')), payloads(Uint8Array.of(0, 0xfe, 0x23, 0xfa, 0xf0))];
  for (const [kind, payloadOf] of kinds.entries()) {
    const opcode = kind === 0 ? TEXT : BINARY;
    const id = (section: number, at: number) => `9.${section + kind}.${at + 1}`;
    for (const [at, size] of large.entries()) {
      yield { id: id(1, at), sends: [[opcode, payloadOf(size)]], messages: [payloadOf(size)] };
    }
    for (const at of range(0, 8)) {
      const payload = payloadOf(4 * MEBIBYTE);
      yield { id: id(3, at), sends: cut(opcode, payload, 64 << (2 * at)), messages: [payload] };
    }
    for (const at of range(0, 5)) {
      const payload = payloadOf(MEBIBYTE);
      yield { id: id(5, at), sends: [[opcode, payload]], chops: 64 << at, messages: [payload] };
    }
    for (const [at, size] of [0, 16, 64, 256, 1024, 4096].entries()) {
      const messages = range(1, 1000).map(() => payloadOf(size));
      const sends = messages.map((payload): Sent => [opcode, payload]);
      yield { id: id(7, at), sends, chops: 'frames', messages };
    }
  }
}

/** The suite's thousand messages of each size, 12 GB in all; else as many as make 256 KiB, four at least. */
const FULL = process.env.AUTOBAHN === 'full';
const countOf = (size: number) => (FULL ? 1000 : Math.max(4, Math.min(1000, MEBIBYTE / 4 / size)));

/** Characters or octets of a message, and octets of a frame at most. */
const rounds: readonly (readonly [size: number, fragment: number])[] = [
  ...[16, 64, 256, 1024, 4096, 8192, 16_384, 32_768, 65_536, 131_072].map((size) => [size, Infinity] as const),
  ...[8192, 16_384, 32_768, 65_536, 131_072].map((size) => [size, 256] as const),
  ...[1024, 4096, 32_768].map((fragment) => [131_072, fragment] as const),
];

/** @param agreed the answer's field: what it says is the same for both directions, as in all of the suite's */
function* compressed(id: string, agreed: string, source: Source): Generator<Case> {
  const extensions = agreedExtensions(parseExtensions(agreed).extensions);
  const { takeover, windowBits } = extensions.fromClient.deflate ?? { takeover: true, windowBits: 0 };
  const opcode = source.text ? TEXT : BINARY;
  for (const [at, [size, fragment]] of rounds.entries()) {
    const messages = range(0, countOf(size) - 1).map((number) => source.message(number * size, size));
    yield { id: `${id}.${at + 1}`, sends: sends(messages, fragment), chops: 'frames', extensions, messages };
  }

  function* sends(messages: readonly Uint8Array[], fragment: number): Generator<Sent> {
    const deflater = new Deflater(takeover, { windowBits });
    for (const message of messages) {
      for (const [index, [frameOpcode, payload, form]] of cut(opcode, deflater.message(message), fragment).entries()) {
        yield [frameOpcode, payload, { ...form, rsv: index === 0 ? 4 : 0 }];
      }
    }
  }
}

export function* section12(): Generator<Case> {
  for (const [at, source] of sources.entries()) yield* compressed(`12.${at + 1}`, 'permessage-deflate', source);
}

/** The suite's offers: a client that lets the server choose its window bits, and asks the server for what `asked` says. */
const offer = (...asked: string[]) =>
  ['permessage-deflate', 'client_no_context_takeover', 'client_max_window_bits', ...asked].join('; ');
const noTakeover = 'server_no_context_takeover';
const bits = (number: number) => `server_max_window_bits=${number}`;

/** The server's answer: it grants what is asked and asks the same of the client. */
const answer = (...asked: string[]) =>
  ['permessage-deflate', ...asked, ...asked.map((each) => each.replace('server', 'client'))].join('; ');

export interface Negotiation {
  offers: string;
  answer: string;
  /** What that means for the messages of either direction. */
  takeover: boolean;
  windowBits: number;
}

export const negotiations: readonly Negotiation[] = [
  { offers: offer(), answer: answer(), takeover: true, windowBits: 15 },
  { offers: offer(noTakeover), answer: answer(noTakeover), takeover: false, windowBits: 15 },
  { offers: offer(bits(9)), answer: answer(bits(9)), takeover: true, windowBits: 9 },
  { offers: offer(bits(15)), answer: answer(bits(15)), takeover: true, windowBits: 15 },
  { offers: offer(noTakeover, bits(9)), answer: answer(noTakeover, bits(9)), takeover: false, windowBits: 9 },
  { offers: offer(noTakeover, bits(15)), answer: answer(noTakeover, bits(15)), takeover: false, windowBits: 15 },
  {
    offers: [offer(noTakeover, bits(9)), offer(noTakeover), offer()].join(', '),
    answer: answer(noTakeover, bits(9)),
    takeover: false,
    windowBits: 9,
  },
];

export function* section13(): Generator<Case> {
  for (const [at, { answer }] of negotiations.entries()) yield* compressed(`13.${at + 1}`, answer, sources[0]);
}
