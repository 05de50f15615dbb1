// Changes to octets of which nothing is known: a table of ways, each a few lines. What a format makes possible beside them
// stands in files of its own (`mutate-capture.ts`).

import type { Random } from '../test/support/random.ts';

/** Longest input that is made: cost must grow with it, and so must the patience with hangs. */
export const LONGEST = 256 * 1024;

/** Values at the ends of what a field can say, by its octets. */
const EXTREMES = [0, 1, 2, 0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0xffff, 0x7fffffff, 0x80000000, 0xffffffff];

export type Mutation = (random: Random, octets: Uint8Array, other: Uint8Array) => Uint8Array;

/** A place and a length of up to `longest` octets. */
function slice(random: Random, octets: Uint8Array, longest = 64): [start: number, end: number] {
  const start = random.between(0, octets.length + 1);
  // Short ones are as likely as long ones.
  const length = random.between(0, 2 ** random.between(0, 1 + Math.ceil(Math.log2(longest))));
  return [start, Math.min(octets.length, start + length)];
}

/** What stands in `octets[start, end)` is taken out, and `put` put there. */
export function spliced(octets: Uint8Array, start: number, end: number, ...put: readonly Uint8Array[]): Uint8Array {
  const length = put.reduce((sum, { length }) => sum + length, 0);
  const result = new Uint8Array(octets.length - (end - start) + length);
  result.set(octets.subarray(0, start));
  let at = start;
  for (const piece of put) {
    result.set(piece, at);
    at += piece.length;
  }
  result.set(octets.subarray(end), at);
  return result;
}

/** Writes a number of 1, 2, 4 or 8 octets at any place, in either order. */
function putNumber(random: Random, octets: Uint8Array, value: bigint): Uint8Array {
  const width = random.pick([1, 2, 2, 4, 4, 8]);
  if (octets.length < width) return octets;
  const changed = octets.slice();
  const at = random.between(0, octets.length - width + 1);
  const littleEndian = random.once(2);
  for (let i = 0; i < width; i++) {
    const octet = Number((value >> BigInt(8 * i)) & 0xffn);
    changed[at + (littleEndian ? i : width - 1 - i)] = octet;
  }
  return changed;
}

export const MUTATIONS: Readonly<Record<string, Mutation>> = {
  flipsBits(random, octets) {
    const changed = octets.slice();
    if (octets.length === 0) return changed;
    for (let count = random.pick([1, 1, 1, 2, 4, 16]); count > 0; count--)
      changed[random.between(0, octets.length)] ^= 1 << random.between(0, 8);
    return changed;
  },
  setsOctets(random, octets) {
    const changed = octets.slice();
    const [start, end] = slice(random, octets, 8);
    changed.fill(
      random.pick([0, 0xff, random.between(0, 256)]),
      start,
      Math.max(end, Math.min(start + 1, octets.length)),
    );
    return changed;
  },
  setsNumber: (random, octets) => putNumber(random, octets, BigInt(random.pick(EXTREMES))),
  setsLongNumber: (random, octets) => putNumber(random, octets, (1n << BigInt(random.between(0, 65))) - 1n),
  /** A length that is nearly right, or that reaches to the end. */
  setsLength: (random, octets) =>
    putNumber(random, octets, BigInt(octets.length + random.between(-40, 5)) & 0xffffffffn),
  counts(random, octets) {
    const changed = octets.slice();
    if (octets.length > 0) changed[random.between(0, octets.length)] += random.between(-4, 5);
    return changed;
  },
  cutsEnd: (random, octets) => octets.slice(0, random.between(0, octets.length + 1)),
  cutsBeginning: (random, octets) => octets.slice(random.between(0, Math.min(octets.length, 64) + 1)),
  takesOut(random, octets) {
    const [start, end] = slice(random, octets);
    return spliced(octets, start, end);
  },
  doubles(random, octets) {
    const [start, end] = slice(random, octets, 2048);
    return spliced(octets, start, start, octets.subarray(start, end));
  },
  /** The same again and again: what costs more than its length shows here. */
  repeats(random, octets) {
    const [start, end] = slice(random, octets, 256);
    const piece = octets.subarray(start, end);
    if (piece.length === 0) return octets;
    const times = Math.min(random.between(2, 2 ** random.between(2, 13)), Math.floor(16_384 / piece.length));
    return spliced(octets, start, start, ...new Array<Uint8Array>(Math.max(1, times)).fill(piece));
  },
  moves(random, octets) {
    const [start, end] = slice(random, octets, 512);
    const piece = octets.slice(start, end);
    const rest = spliced(octets, start, end);
    const at = random.between(0, rest.length + 1);
    return spliced(rest, at, at, piece);
  },
  writesOver(random, octets) {
    const [start, end] = slice(random, octets, 128);
    const changed = octets.slice();
    changed.copyWithin(random.between(0, octets.length + 1), start, end);
    return changed;
  },
  putsIn(random, octets) {
    const at = random.between(0, octets.length + 1);
    return spliced(octets, at, at, random.octets(random.between(0, 16)));
  },
  splices(random, octets, other) {
    const [start, end] = slice(random, other, other.length + 1);
    const at = random.between(0, octets.length + 1);
    return spliced(octets, at, random.once(2) ? at : octets.length, other.subarray(start, end));
  },
};

const ALL = Object.values(MUTATIONS);

/** One of `corpus`, changed in one to several ways. `more`: ways of the format's own, as likely as the others together. */
export function mutated(random: Random, corpus: readonly Uint8Array[], more: readonly Mutation[] = []): Uint8Array {
  let octets: Uint8Array = random.pick(corpus).slice();
  for (let count = random.pick([1, 1, 2, 3, 6]); count > 0; count--) {
    const mutation = random.pick(more.length > 0 && random.once(2) ? more : ALL);
    const changed = mutation(random, octets, random.pick(corpus));
    if (changed.length <= LONGEST) octets = changed;
  }
  return octets;
}

/** A way that puts one of these into text, or over as much of it. */
export function dictionary(words: readonly string[]): Mutation {
  const entries = words.map((word) => new Uint8Array(Buffer.from(word)));
  return (random, octets) => {
    const word = random.pick(entries);
    const at = random.between(0, octets.length + 1);
    return spliced(octets, at, random.once(2) ? at : Math.min(octets.length, at + word.length), word);
  };
}
