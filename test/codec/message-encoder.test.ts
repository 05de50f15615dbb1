// JSON into protobuf octets, held against protobufjs, against protoc where it is installed, and against our own decoder,
// which must give the same JSON back.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { describe, it } from 'node:test';
import { MessageEncoder } from '../../src/codec/message-encoder.ts';
import { DEMO, Types } from './messages.ts';

const demo = new Types(DEMO);
const google = new Types(`
syntax = "proto3";
package w;
message M {
  google.protobuf.Timestamp time = 1; google.protobuf.Duration duration = 2; google.protobuf.FieldMask mask = 3;
  google.protobuf.Struct struct = 4; google.protobuf.Value value = 5; google.protobuf.ListValue list = 6;
  google.protobuf.Any any = 7; google.protobuf.Empty empty = 8; google.protobuf.Int64Value long = 9;
  google.protobuf.StringValue text = 10; google.protobuf.BoolValue flag = 11; google.protobuf.BytesValue bytes = 12;
  repeated google.protobuf.Timestamp times = 15; optional google.protobuf.NullValue null_value = 16;
  optional int32 maybe = 17; map<bool, M> more = 18; repeated google.protobuf.Value values = 19;
}
`);

function encode(types: Types, name: string, value: unknown): Uint8Array {
  return new MessageEncoder((type) => types.find(type)).encode(types.table(name), value);
}

function refusal(name: string, value: unknown, types = demo): string {
  try {
    encode(types, name, value);
  } catch (error) {
    assert.equal((error as Error).name, 'EncodeError', String(error));
    return (error as Error).message;
  }
  throw new Error('it was not refused');
}

const RICH = {
  f64: 0.1,
  f32: 1.5,
  i32: -7,
  i64: '-9007199254740993',
  u32: 4294967295,
  u64: '18446744073709551615',
  s32: -2147483648,
  s64: '-9223372036854775808',
  x32: 4294967295,
  x64: '18446744073709551615',
  y32: -2,
  y64: '-3',
  flag: true,
  text: '收到 "x" \u{1f600}',
  blob: '+/8=',
  kind: 'KIND_NEGATIVE',
  packed: [0, 1, 300],
  words: ['', 'a'],
  counts: { '': -1, 收: 2 },
  inner: { seq: 150 },
  number: 0,
};

describe('encoding JSON', () => {
  it("makes the article's octets", () => {
    assert.deepEqual(encode(demo, 'pb.Ping', { seq: 150 }), Uint8Array.of(0x08, 0x96, 0x01));
    assert.deepEqual(encode(demo, 'pb.Ping', {}), new Uint8Array(0));
    assert.deepEqual(encode(demo, 'pb.Ping', { seq: 0 }), new Uint8Array(0));
  });

  it('makes the octets that protobufjs makes', () => {
    const type = demo.type('pb.Rich');
    const { i64, u64, s64, x64, y64, ...narrow } = RICH;
    const blob = Uint8Array.from(Buffer.from(RICH.blob, 'base64'));
    const expected = type.encode(type.fromObject({ ...narrow, blob })).finish();
    assert.deepEqual(encode(demo, 'pb.Rich', narrow), Uint8Array.from(expected));
  });

  it('makes the octets that protoc makes', (test) => {
    const text = `f64: 0.1 f32: 1.5 i32: -7 i64: -9007199254740993 u32: 4294967295 u64: 18446744073709551615
      s32: -2147483648 s64: -9223372036854775808 x32: 4294967295 x64: 18446744073709551615 y32: -2 y64: -3 flag: true
      text: "收到 \\"x\\" \u{1f600}" blob: "\\373\\377" kind: KIND_NEGATIVE packed: [0, 1, 300] words: ["", "a"]
      counts { key: "" value: -1 } inner { seq: 150 } number: 0`;
    const command =
      'f=$(mktemp -d) && cat > $f/demo.proto && printf %s "$TEXT" | protoc -I $f --encode=pb.Rich demo.proto; rm -r $f';
    const protoc = spawnSync('bash', ['-c', command], { input: DEMO, env: { ...process.env, TEXT: text } });
    if (protoc.stderr.includes('protoc: command not found')) return test.skip('protoc is not installed');
    assert.equal(String(protoc.stderr), '');
    const octets = encode(demo, 'pb.Rich', { ...RICH, counts: { '': -1 } });
    assert.deepEqual(octets, Uint8Array.from(protoc.stdout));
  });

  it('is undone by decoding', () => {
    assert.deepEqual(demo.value('pb.Rich', encode(demo, 'pb.Rich', RICH)), RICH);
    const values = {
      time: '2023-11-14T22:13:20.000001Z',
      duration: '-1.500s',
      mask: 'a.bC,d,*',
      struct: { a: [1, null, 'x', { b: false }], 'c d': {} },
      value: [[], -0.5],
      list: ['', 0],
      any: { '@type': 'type.googleapis.com/w.M', maybe: 0 },
      empty: {},
      long: '-5',
      text: '',
      flag: false,
      bytes: 'AA==',
      times: ['0001-01-01T00:00:00Z', '9999-12-31T23:59:59.999999999Z'],
      nullValue: null,
      maybe: 0,
      more: { true: { any: { '@type': 'x/google.protobuf.Duration', value: '3s' } }, false: {} },
      values: [null, 1],
    };
    assert.deepEqual(google.value('w.M', encode(google, 'w.M', values)), values);
    const unknown = { any: { '@type': 'x/unknown.Type', value: 'AAE=' }, time: { seconds: '253402300800' } };
    assert.deepEqual(google.value('w.M', encode(google, 'w.M', unknown)), unknown);
  });

  it('makes groups of the fields that are groups, whose octets stand between two tags', () => {
    const groups = new Types(`
      syntax = "proto2";
      package g;
      message M { optional group Part = 1 { optional int32 a = 1; } repeated group Row = 2 { optional M m = 1; } }`);
    assert.deepEqual(encode(groups, 'g.M', { part: { a: 5 } }), Uint8Array.of(0x0b, 0x08, 5, 0x0c));
    const value = { part: {}, row: [{}, { m: { part: { a: -1 }, row: [{}] } }] };
    assert.deepEqual(groups.value('g.M', encode(groups, 'g.M', value)), value);
  });

  it('takes what the mapping lets a reader take', () => {
    const same = (type: string, value: unknown, canonical: unknown, types = demo) =>
      assert.deepEqual(encode(types, type, value), encode(types, type, canonical), JSON.stringify(value));
    same('pb.Rich', { i64: 5, u32: '7', f64: '1e3', x32: 1e3 }, { i64: '5', u32: 7, f64: 1000, x32: 1000 });
    same('pb.Rich', { u64: '1.5e3', kind: 1, blob: '-_8', i32: null }, { u64: '1500', kind: 'KIND_ONE', blob: '+/8=' });
    same('w.M', { null_value: null }, { nullValue: null }, google);
    same('w.M', { time: '1970-01-01T01:00:00+01:00' }, { time: '1970-01-01T00:00:00Z' }, google);
    same('w.M', { time: '2023-11-14T22:13:20.5-01:30' }, { time: '2023-11-14T23:43:20.500Z' }, google);
    assert.deepEqual(google.value('w.M', encode(google, 'w.M', { mask: '', any: {} })), { mask: '', any: {} });
    assert.deepEqual(demo.value('pb.Rich', encode(demo, 'pb.Rich', { f64: 'NaN', f32: '-Infinity' })), {
      f64: 'NaN',
      f32: '-Infinity',
    });
    assert.equal(demo.json('pb.Rich', encode(demo, 'pb.Rich', { f64: -0 })), '{"f64":-0}');
  });

  it('gives a length of several octets its room', () => {
    const words = ['x'.repeat(127), 'y'.repeat(128), 'z'.repeat(20000)];
    assert.deepEqual(demo.value('pb.Rich', encode(demo, 'pb.Rich', { words })), { words });
    const more = { true: { text: 'a'.repeat(200) }, false: { more: { true: { text: 'b'.repeat(70_000) } } } };
    assert.deepEqual(google.value('w.M', encode(google, 'w.M', { more })), { more });
  });

  it('says which field does not fit, and why', () => {
    const cases: [value: unknown, message: string][] = [
      [{ sek: 1 }, 'pb.Ping has no field "sek"; did you mean seq?'],
      [{ seq: -1 }, 'pb.Ping, field seq: -1 is outside of 0…4294967295'],
      [{ seq: 1.5 }, 'pb.Ping, field seq: 1.5 is no whole number'],
      [{ seq: 'x' }, 'pb.Ping, field seq: "x" is no whole number'],
      [[], 'pb.Ping: [] is no object, as pb.Ping needs'],
      [3, 'pb.Ping: 3 is no object, as pb.Ping needs'],
    ];
    for (const [value, message] of cases) assert.equal(refusal('pb.Ping', value), message);
    const rich: [value: unknown, message: string][] = [
      [
        { i64: 2 ** 60 },
        'field i64: 1152921504606847000 has lost digits, as JSON numbers do beyond 2^53; write it in quotes',
      ],
      [{ kind: 'KIND_ON' }, 'field kind: pb.Kind has no "KIND_ON"; did you mean KIND_ONE?'],
      [{ packed: [1, -1] }, 'field packed.1: -1 is outside of 0…4294967295'],
      [{ words: [null] }, 'field words.0: null is no element'],
      [{ words: 'x' }, 'field words: "x" is no list, as a repeated field needs'],
      [{ counts: { a: 'b' } }, 'field counts.a: "b" is no whole number'],
      [{ inner: { seq: true } }, 'field inner.seq: true is no whole number'],
      [{ name: 'a', number: 1 }, ' name and number exclude each other'],
      [{ blob: '?' }, 'field blob: "?" is no base64'],
      [{ f32: 1e39 }, 'field f32: 1e+39 does not fit into a float'],
      [{ text: '\ud800' }, 'half of a surrogate pair'],
      [{ flag: 'true' }, 'field flag: "true" is neither true nor false'],
    ];
    for (const [value, message] of rich)
      assert.ok(refusal('pb.Rich', value).includes(message), refusal('pb.Rich', value));
    const wellKnown: [value: unknown, message: string][] = [
      [{ time: '2023-02-30T00:00:00Z' }, 'field time: "2023-02-30T00:00:00Z" is no time'],
      [{ duration: '1' }, 'field duration: "1" is no duration'],
      [{ time: '2023-11-14T22:13:20+24:00' }, 'field time: "2023-11-14T22:13:20+24:00" is no time'],
      [{ time: '0001-01-01T00:00:00+00:01' }, 'field time: "0001-01-01T00:00:00+00:01" is no time'],
      [{ time: '9999-12-31T23:59:59-00:01' }, 'field time: "9999-12-31T23:59:59-00:01" is no time'],
      [{ duration: '315576000001s' }, 'field duration: "315576000001s" is longer than 315576000000s'],
      [{ mask: 'a b' }, 'field mask: "a b" is no path of a field mask'],
      [{ value: Number.NaN }, 'is no JSON'],
      [{ any: { value: 'AA==' } }, 'field any: an Any needs its "@type"'],
      [{ any: { '@type': 'x/no.Type', a: 1 } }, 'field any: no type no.Type in the .proto files'],
      [{ nullValue: null, null_value: null }, 'null_value is given twice'],
    ];
    for (const [value, message] of wellKnown)
      assert.ok(refusal('w.M', value, google).includes(message), refusal('w.M', value, google));
    let deep: unknown = {};
    for (let level = 0; level < 200; level++) deep = { more: { true: deep } };
    assert.match(refusal('w.M', deep, google), /more than 100 messages and groups inside each other$/);
  });
});
