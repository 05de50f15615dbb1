// Random messages of the demo's Rich type: protobufjs says what they mean, and no order of their fields may change it.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import protobuf from 'protobufjs';
import type { Random } from '../support/random.ts';
import { forSeeds } from '../support/time-box.ts';
import { DEMO, octets, Types } from './messages.ts';

const types = new Types(DEMO);
const Rich = types.type('pb.Rich');

const TEXTS = ['', 'a', '\u0000\u001f"\\', 'é€😀', '__proto__', 'x'.repeat(300)];
const FLOATS = [0, -0, 0.1, 1 / 3, 1e-45, 3.4e38, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 7];
const EDGES = [0, 1, -1, 127, 128, 0x7fffffff, -0x80000000];
const LONGS = ['0', '1', '-1', '9007199254740993', '-9223372036854775808', '9223372036854775807'];

/** Makers of a random value by field; unsigned kinds drop the sign. */
const MAKERS: Record<string, (random: Random) => unknown> = {
  f64: (random) => random.pick(FLOATS),
  f32: (random) => random.pick(FLOATS),
  i32: (random) => random.pick(EDGES),
  i64: (random) => random.pick(LONGS),
  u32: (random) => random.pick(EDGES) >>> 0,
  u64: (random) => String(BigInt.asUintN(64, BigInt(random.pick(LONGS)))),
  s32: (random) => random.pick(EDGES),
  s64: (random) => random.pick(LONGS),
  x32: (random) => random.pick(EDGES) >>> 0,
  x64: (random) => String(BigInt.asUintN(64, BigInt(random.pick(LONGS)))),
  y32: (random) => random.pick(EDGES),
  y64: (random) => random.pick(LONGS),
  flag: (random) => random.once(2),
  text: (random) => random.pick(TEXTS),
  blob: (random) => Buffer.from(random.octets(random.between(0, 9))),
  kind: (random) => random.pick([0, 1, -1, 77]),
  packed: (random) => Array.from({ length: random.between(0, 4) }, () => random.pick(EDGES) >>> 0),
  words: (random) => Array.from({ length: random.between(0, 4) }, () => random.pick(TEXTS)),
  counts: (random) => {
    const keys = random.shuffled(TEXTS).slice(random.between(0, TEXTS.length));
    return Object.fromEntries(keys.filter((key) => key !== '__proto__').map((key) => [key, random.pick(EDGES)]));
  },
  inner: (random) => ({ seq: random.pick(EDGES) >>> 0 }),
};

function randomRich(random: Random): Record<string, unknown> {
  const message: Record<string, unknown> = {};
  for (const [name, make] of Object.entries(MAKERS)) if (random.once(2)) message[name] = make(random);
  if (random.once(3)) message.name = random.pick(TEXTS);
  else if (random.once(2)) message.number = random.pick(EDGES) >>> 0;
  return message;
}

/** What protobufjs reads, without the zeros that the JSON mapping leaves out. */
function expected(body: Uint8Array): unknown {
  const options = { longs: String, enums: String, bytes: String, json: true };
  const value = Rich.toObject(Rich.decode(body), options) as Record<string, unknown>;
  for (const [name, member] of Object.entries(value)) {
    const isZero = ['', '0', 0, false, 'KIND_UNSPECIFIED'].includes(member as never) && !Object.is(member, -0);
    if (isZero && name !== 'name' && name !== 'number') delete value[name];
  }
  const { inner } = value as { inner?: { seq?: number } };
  if (inner?.seq === 0) delete inner.seq;
  return value;
}

/** Widens the shortest decimals of floats, as protobufjs shows them. */
function widened(value: unknown): unknown {
  const rich = value as { f32?: unknown };
  if (typeof rich.f32 === 'number') rich.f32 = Math.fround(rich.f32);
  return rich;
}

/** The top-level records of a message, cut apart by protobufjs's reader. */
function records(body: Uint8Array): { number: number; octets: Uint8Array }[] {
  const reader = new protobuf.Reader(body);
  const cut: { number: number; octets: Uint8Array }[] = [];
  while (reader.pos < reader.len) {
    const start = reader.pos;
    const tag = reader.uint32();
    reader.skipType(tag & 7);
    cut.push({ number: tag >>> 3, octets: body.subarray(start, reader.pos) });
  }
  return cut;
}

/** Shuffles records, but leaves those of one field in their order: that order means something. */
function reordered(body: Uint8Array, random: Random): Uint8Array {
  const original = records(body);
  const waiting = new Map<number, Uint8Array[]>();
  for (const { number, octets: record } of original) waiting.set(number, [...(waiting.get(number) ?? []), record]);
  const numbers = random.shuffled(original.map(({ number }) => number));
  return octets(...numbers.map((number) => waiting.get(number)?.shift() ?? ''));
}

describe('a random Rich', () => {
  it('means what protobufjs says', () => {
    forSeeds(600, (random) => {
      const body = Rich.encode(Rich.fromObject(randomRich(random))).finish();
      assert.deepEqual(widened(types.value('pb.Rich', body)), expected(body));
    });
  });

  it('means the same whatever order its fields come in', () => {
    forSeeds(600, (random) => {
      const body = Rich.encode(Rich.fromObject(randomRich(random))).finish();
      assert.equal(types.json('pb.Rich', reordered(body, random)), types.json('pb.Rich', body));
    });
  });

  it('means what protobufjs says where two of them are laid end to end', () => {
    forSeeds(600, (random) => {
      const encode = (): Uint8Array => Rich.encode(Rich.fromObject(randomRich(random))).finish();
      const both = octets(encode(), encode());
      assert.deepEqual(widened(types.value('pb.Rich', both)), expected(both));
    });
  });
});
