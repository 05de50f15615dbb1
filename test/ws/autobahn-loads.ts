// Sections 9, 12 and 13 of the Autobahn test suite: large messages, many messages, and compression in its variants.

import { BINARY, TEXT, utf8 } from '../support/websocket-writer.ts';
import { type Case, cut, range, type Sent } from './autobahn-case.ts';
import { Deflater } from './deflater.ts';

const MEBIBYTE = 1 << 20;
const large = [65_536, 262_144, MEBIBYTE, 4 * MEBIBYTE, 8 * MEBIBYTE, 16 * MEBIBYTE];
/** What is sent in many pieces: a quarter of the suite's. */
const PIECEMEAL = MEBIBYTE;
const payloads = new Map<number, Uint8Array>();
/** One of each size for all cases. */
function payloadOf(size: number): Uint8Array {
  const known = payloads.get(size) ?? new Uint8Array(size).fill(0x2a);
  payloads.set(size, known);
  return known;
}

export const section9: Case[] = [TEXT, BINARY].flatMap((opcode, kind): Case[] => [
  ...large.map(
    (size, at): Case => ({ id: `9.${kind + 1}.${at + 1}`, sends: [[opcode, payloadOf(size)]], messages: [size] }),
  ),
  ...range(0, 8).map((at): Case => {
    const sends = cut(opcode, payloadOf(PIECEMEAL), 64 << (2 * at));
    return { id: `9.${kind + 3}.${at + 1}`, sends, messages: [PIECEMEAL] };
  }),
  ...range(0, 5).map((at): Case => {
    return {
      id: `9.${kind + 5}.${at + 1}`,
      sends: [[opcode, payloadOf(PIECEMEAL / 4)]],
      chops: 64 << at,
      messages: [PIECEMEAL / 4],
    };
  }),
  ...[0, 16, 64, 256, 1024, 4096].map((size, at): Case => {
    const sends = Array.from({ length: 1000 }, (): Sent => [opcode, payloadOf(size)]);
    return { id: `9.${kind + 7}.${at + 1}`, sends, messages: new Array<number>(1000).fill(size) };
  }),
]);

/** Ten messages where the suite sends a thousand, of each of its sizes, whole or in its fragments. */
function compressed(id: string, takeover: boolean, windowBits: number, source: (size: number) => Uint8Array): Case[] {
  const rounds: [size: number, fragment: number][] = [
    ...[16, 64, 256, 1024, 4096, 8192, 16_384, 32_768, 65_536, 131_072].map((size): [number, number] => [
      size,
      Infinity,
    ]),
    ...[8192, 16_384, 32_768, 65_536, 131_072].map((size): [number, number] => [size, 256]),
    ...[1024, 4096, 32_768].map((fragment): [number, number] => [131_072, fragment]),
  ];
  return rounds.map(([size, fragment], at) => {
    const deflater = new Deflater(takeover, { windowBits });
    const sends = Array.from({ length: 10 }, () =>
      cut(BINARY, deflater.message(source(size)), fragment).map(([opcode, payload, form], index): Sent => {
        return [opcode, payload, { ...form, rsv: index === 0 ? 4 : 0 }];
      }),
    ).flat();
    const extensions = { deflate: { takeover, windowBits, assumed: false }, unknown: false };
    return { id: `${id}.${at + 1}`, sends, extensions, messages: new Array<number>(10).fill(size) };
  });
}

const line = utf8('{"type": "quote", "symbol": "XBT/EUR", "price": 30001.50, "words": "the quick brown fox"}\n');
const repeated = Uint8Array.from({ length: 131_072 }, (_, at) => line[at % line.length]);
const mixed = Uint8Array.from(
  { length: 131_072 },
  (_, at) => (Math.imul(at, 2654435761) >>> 13) & (at & 512 ? 0xff : 0x0f),
);
const sources = [repeated, mixed].map((all) => (size: number) => all.subarray(0, size));

export const section12 = sources.flatMap((source, at) => compressed(`12.${at + 1}`, true, 15, source));
export const section13 = [
  compressed('13.1', true, 15, sources[0]),
  compressed('13.2', false, 15, sources[0]),
  compressed('13.3', true, 9, sources[0]),
  compressed('13.5', false, 9, sources[1]),
  compressed('13.7', true, 12, sources[1]),
].flat();
