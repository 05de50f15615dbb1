// What the tests of inflating share: both kinds of inflater, and octets to deflate, with much in common or nothing.

import type { DirectionExtensions } from '../../src/ws/extensions.ts';
import type { InflaterFactory } from '../../src/ws/inflaters.ts';
import { LastingInflater } from '../../src/ws/lasting-inflater.ts';
import { RepeatedInflater } from '../../src/ws/repeated-inflater.ts';
import type { Random } from '../support/random.ts';
import type { Reading } from './readings.ts';

export const hex = (text: string) => Uint8Array.from(Buffer.from(text.replaceAll(' ', ''), 'hex'));
export const said = (reading: Reading) => reading.messages.map((message) => message.octets);
export const latin1 = (octets: Uint8Array) => Buffer.from(octets).toString('latin1');

export function deflate(takeover: boolean, windowBits = 15, assumed = false): DirectionExtensions {
  return { deflate: { takeover, windowBits, assumed }, unknown: false };
}

export const kinds: [name: string, make: InflaterFactory][] = [
  ['lasting', (windowBits, output) => new LastingInflater(windowBits, output)],
  ['repeated', (windowBits) => new RepeatedInflater(windowBits)],
];

/** Text with much in common with itself and with `before`. */
export function drawText(random: Random, before: Uint8Array): Uint8Array {
  const words = Array.from({ length: random.pick([0, 1, 5, 50, 500, 3000]) }, () => {
    return random.pick(['price', '"', ':', '12.5', ',', 'size', `${random.between(0, 1e6)}`, '\xe9']);
  });
  const mixed = `${latin1(before.subarray(0, random.between(0, before.length + 1)))}${words.join('')}`;
  return random.once(6) ? random.octets(random.between(0, 2000)) : Uint8Array.from(Buffer.from(mixed, 'latin1'));
}

/** Octets in which nothing repeats. */
export function drawOctets(length: number): Uint8Array {
  const octets = new Uint8Array(length);
  let state = 1;
  for (let at = 0; at < length; at++) {
    state = (Math.imul(state, 1103515245) + 12345) | 0;
    octets[at] = state >>> 16;
  }
  return octets;
}

/** Payloads of the frames of a message: one, two, or three with nothing in the middle. */
export function cut(random: Random, octets: Uint8Array): Uint8Array[] {
  if (random.once(2)) return [octets];
  const at = random.between(0, octets.length + 1);
  return [octets.subarray(0, at), ...(random.once(2) ? [new Uint8Array(0)] : []), octets.subarray(at)];
}
