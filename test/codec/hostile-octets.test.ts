// Whatever the octets, the codec answers with JSON or with a reason, soon, and leaves the writer as it was on a failure.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Random } from '../support/random.ts';
import { forSeeds } from '../support/time-box.ts';
import { DEMO, field, octets, Types, write } from './messages.ts';

const types = new Types(`${DEMO}
message Tangle {
  Tangle self = 1; repeated Tangle all = 2; map<string, Tangle> by_name = 3; map<sint64, Kind> kinds = 4;
  oneof one { Tangle left = 5; string right = 6; } google.protobuf.Struct struct = 7; google.protobuf.Any any = 8;
  google.protobuf.Timestamp time = 9; google.protobuf.Duration duration = 10; google.protobuf.FieldMask mask = 11;
  repeated sfixed64 packed = 12; google.protobuf.DoubleValue wrapped = 13;
}`);
const codecs = ['pb.Rich', 'pb.Tangle', 'google.protobuf.Struct', 'google.protobuf.Any'].map((name) => ({
  name,
  codec: types.codec(name),
}));

function check(body: Uint8Array): void {
  for (const { name, codec } of codecs) {
    const { text, failure } = write(codec, body);
    if (failure === null) {
      assert.equal(typeof JSON.parse(text), 'object', name);
    } else {
      assert.equal(text, '');
      assert.equal(failure.code, 'ErrProtobuf');
      assert.match(failure.message, /^\S+(, field [\w.]+)?(, octet \d+)?: \S/);
    }
  }
}

/** Octets that are often a message: tags of low fields, short lengths, nesting. */
function plausible(random: Random, depth: number): Uint8Array {
  const parts: (number | Uint8Array)[] = [];
  for (let count = random.between(0, 5); count > 0; count--) {
    const number = random.between(1, 16);
    const nested = depth > 0 ? plausible(random, depth - 1) : random.octets(random.between(0, 4));
    if (random.once(2) && nested.length < 128) parts.push(field(number, nested));
    else if (random.once(2)) parts.push(number * 8, random.between(0, 128));
    else if (random.once(3)) parts.push(number * 8 + 3, nested, number * 8 + 4);
    else parts.push(number * 8 + 1, random.octets(8));
  }
  const body = octets(...parts);
  if (body.length > 0 && random.once(3)) body[random.between(0, body.length)] = random.between(0, 256);
  return body.subarray(0, random.once(4) ? random.between(0, body.length + 1) : body.length);
}

describe('hostile octets', () => {
  it('never throw, at random', () => {
    forSeeds(500, (random) => check(random.octets(random.between(0, 40))));
  });

  it('never throw, as mutated messages', () => {
    forSeeds(1500, (random) => check(plausible(random, 4)));
  });

  it('are told by offset and field', () => {
    const cases: [body: Uint8Array, message: string][] = [
      [octets(0x00, 1), 'pb.Rich, octet 2: field number 0 does not exist'],
      [octets(0x0f), 'pb.Rich, field f64, octet 2: wire type 7 does not exist'],
      [octets(0x18, 0x80), 'pb.Rich, field i32, octet 3: a varint is cut off'],
      [
        octets(0x18, new Uint8Array(10).fill(0x80), 1),
        'pb.Rich, field i32, octet 3: a varint is longer than 10 octets',
      ],
      [octets(0x18, new Uint8Array(9).fill(0x80), 2), 'pb.Rich, field i32, octet 3: a varint is larger than 64 bits'],
      [octets(0x09, 1, 2), 'pb.Rich, field f64, octet 3: a fixed 64-bit value has 2 octets'],
      [octets(0x72, 5, 1), 'pb.Rich, field text, octet 3: a length of 5 runs past the end (octets left: 1)'],
      [field(20, 0x08), 'pb.Rich, field inner.seq, octet 6: a varint is cut off'],
      [field(17, 0x80), 'pb.Rich, field packed, octet 5: a varint is cut off'],
      [octets(0x28, 1, 0x18, 1, field(20, 0x08)), 'pb.Rich, field inner.seq, octet 10: a varint is cut off'],
      [octets(0xa4, 1), 'pb.Rich, field inner, octet 2: a group ends that did not begin'],
      [octets(0xf3, 1, 0xfc, 1), 'pb.Rich, octet 4: group 30 ends as group 31'],
      [octets(0xff, 0xff, 0xff, 0xff, 0xff, 1), 'pb.Rich, octet 2: a field number is larger than 536870911'],
    ];
    for (const [body, message] of cases) assert.equal(types.failure('pb.Rich', body).message, message);
  });

  it('are told by their offset also where fields had to be put in order, and without one where none can be had', () => {
    const shuffled = octets(0x28, 1, 0x18, 1, field(14, 'a', 0xff), 0x20, 1);
    assert.equal(types.failure('pb.Rich', shuffled).message, 'pb.Rich, field text, octet 8: a string is not UTF-8');
    const brokenAny = field(8, ...field(1, 'a/pb.Ping'), ...field(2, 0x08));
    const failureOf = (...before: Uint8Array[]) => types.failure('pb.Tangle', octets(...before, brokenAny)).message;
    const says = (before: number) =>
      `pb.Tangle, field any.seq, octet ${before + brokenAny.length + 2}: a varint is cut off`;
    assert.equal(failureOf(field(1)), says(2));
    const inside = octets(field(6, 'x'), field(1));
    assert.equal(failureOf(inside), 'pb.Tangle, field any.seq: a varint is cut off');
  });

  it('may nest 100 deep and no deeper, in order or not', () => {
    const nested = (depth: number, innermost: Uint8Array): Uint8Array => {
      let body = innermost;
      for (let i = 0; i < depth; i++) body = long(0x0a, body);
      return body;
    };
    const outOfOrder = octets(field(6, 'x'), 0x0a, 0);
    assert.match(types.json('pb.Tangle', nested(100, octets())), /^(\{"self":){100}\{\}{101}$/);
    assert.match(types.json('pb.Tangle', nested(99, outOfOrder)), /"right":"x"/);
    for (const innermost of [octets(), outOfOrder]) {
      const { message } = types.failure('pb.Tangle', nested(101, innermost));
      assert.match(message, /more than 100 messages and groups inside each other/);
    }
    const groups = octets(new Uint8Array(200).fill(0x73), new Uint8Array(200).fill(0x74));
    assert.match(types.failure('pb.Tangle', groups).message, /more than 100/);
  });

  it('cost time in proportion, though out of order at every depth', () => {
    let body = octets(field(6, 'x'), field(1));
    for (let i = 0; i < 90; i++) body = octets(long(0x0a, body), field(6, 'x'), 0x0a, 0);
    for (let i = 0; i < 8; i++)
      body = octets(field(6, 'x'), long(0x42, octets(field(1, '/pb.Tangle'), long(0x12, body))));
    const begun = performance.now();
    write(types.codec('pb.Tangle'), body);
    assert.ok(performance.now() - begun < 1000);
  });

  /** A length-delimited field of any length. */
  function long(tag: number, content: Uint8Array): Uint8Array {
    const { length } = content;
    return octets(tag, (length & 0x7f) | 0x80, ((length >>> 7) & 0x7f) | 0x80, length >>> 14, content);
  }
});
