// Streams in which there is no frame, for the tests that none is found: random octets, and what other protocols and
// payloads look like. Each draws from a `Random`, so that what was found wrongly can be found again.

import type { Random } from '../support/random.ts';
import { concat, utf8 } from '../support/websocket-writer.ts';

export type StreamMaker = (random: Random, length: number) => Uint8Array;

const HEADER_LIKE = [0, 1, 2, 5, 8, 10, 0x80, 0x81, 0x82, 0x88, 0x89, 0x8a, 0x7e];
const JSON_WORDS = 'the quick brown fox {"type":"message","id":123,"text":"hello world"} jumps over a dog'.split(' ');
const LETTERS = 'etaoin shrdlu{}":,0123456789\nABCXYZ';

function filled(length: number, octet: (at: number) => number): Uint8Array {
  return Uint8Array.from({ length }, (_, at) => octet(at));
}

function repeated(text: string, length: number): Uint8Array {
  const octets = utf8(text);
  return filled(length, (at) => octets[at % octets.length] as number);
}

/** Records, each behind its length in 2 or 4 octets, as DNS over TCP and many protocols of services have them. */
export function records(random: Random, length: number): Uint8Array[] {
  const prefix = random.pick([[], [0, 0]]);
  const records: Uint8Array[] = [];
  for (let octets = 0; octets < length; ) {
    const record = random.octets(random.between(0, 200));
    records.push(Uint8Array.from([...prefix, 0, record.length, ...record]));
    octets += record.length;
  }
  return records;
}

export const STREAMS: Record<string, StreamMaker> = {
  'random octets': (random, length) => random.octets(length),
  'octets of which most look like headers': (random, length) =>
    filled(length, () => (random.once(14) ? random.between(0, 256) : random.pick(HEADER_LIKE))),
  'plain text': (random, length) => filled(length, () => LETTERS.charCodeAt(random.between(0, LETTERS.length))),
  'text of other scripts': (random, length) => {
    const from = random.pick([0x400, 0x3040]);
    return repeated(
      String.fromCodePoint(
        ...Array.from({ length: 900 }, () => (random.once(7) ? 0x20 : from + random.between(0, 80))),
      ),
      length,
    );
  },
  HTTP: (random, length) =>
    repeated(
      `HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: ${random.between(0, 9999)}\r\n\r\n<p>grüße</p>\n`,
      length,
    ),
  'TLS records': (random, length) => {
    const octets = random.octets(length);
    for (let at = random.between(0, 300); at + 5 < length; ) {
      const record = random.between(20, 1400);
      octets.set([23, 3, 3, record >> 8, record & 255], at);
      at += 5 + record;
    }
    return octets;
  },
  'records behind their lengths': (random, length) => concat(...records(random, length)).subarray(0, length),
  'integers of 32 bits': (random, length) => {
    const greatest = random.pick([4, 200, 70_000]);
    const octets = new DataView(new ArrayBuffer(length + 4));
    const isLittle = random.once(2);
    for (let at = 0; at < length; at += 4) octets.setUint32(at, random.between(0, greatest), isLittle);
    return new Uint8Array(octets.buffer, random.between(0, 4), length);
  },
  'protobuf messages': (random, length) => {
    const octets: number[] = [];
    const varint = (value: number) => {
      let left = value;
      for (; left > 127; left >>>= 7) octets.push((left & 127) | 128);
      octets.push(left);
    };
    while (octets.length < length) {
      const field = random.between(1, 20);
      if (random.once(2)) {
        varint(field << 3);
        varint(random.between(0, random.once(3) ? 100_000 : 200));
        continue;
      }
      const size = random.between(0, 20);
      varint((field << 3) | 2);
      varint(size);
      for (let at = 0; at < size; at++) octets.push(random.between(97, 123));
    }
    return Uint8Array.from(octets.slice(0, length));
  },
  'JSON under one masking key': (random, length) => {
    const key = random.octets(4);
    let text = '';
    while (text.length < length) text += `${random.pick(JSON_WORDS)} `;
    return filled(length, (at) => text.charCodeAt(at) ^ (key[at & 3] as number));
  },
  'zeros under one masking key': (random, length) => {
    const key = random.octets(4);
    return filled(length, (at) => key[at & 3] as number);
  },
};
