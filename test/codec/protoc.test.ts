// protoc's text format is a second opinion on the wire: what it encodes from text, we decode to what the text says.

import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { registryFromOptions } from '../../src/codec/registry-file.ts';
import { MessageProtocol } from '../../src/endpoint/index.ts';
import { DEMO, Types } from './messages.ts';

const missing = spawnSync('protoc', ['--version']).error !== undefined;
const skip = missing ? 'protoc is not installed (apt-get install protobuf-compiler)' : false;

const PROTO2 = `
syntax = "proto2";
package old;
message M {
  required int32 a = 1; repeated int32 loose = 2; repeated int32 packed = 3 [packed = true];
  optional group Part = 4 { optional string s = 1; } optional bool b = 5 [default = true]; extensions 100 to max;
}
extend M { optional sint64 far = 536870911; }
`;

describe('what protoc encodes', { skip }, () => {
  let folder = '';
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'wsdissect-protoc-'));
    writeFileSync(join(folder, 'demo.proto'), DEMO);
    writeFileSync(join(folder, 'old.proto'), PROTO2);
  });
  after(() => rmSync(folder, { recursive: true }));

  function encode(file: string, type: string, text: string): Uint8Array {
    return execFileSync('protoc', [`--encode=${type}`, `--proto_path=${folder}`, file], { input: text });
  }

  it('is decoded field by field in proto3', () => {
    const cases: [text: string, json: string][] = [
      ['f64: -0 f32: 0.1 i32: -1', '{"f64":-0,"f32":0.1,"i32":-1}'],
      ['f64: nan f32: -inf', '{"f64":"NaN","f32":"-Infinity"}'],
      [
        'i64: -9223372036854775808 u64: 18446744073709551615',
        '{"i64":"-9223372036854775808","u64":"18446744073709551615"}',
      ],
      ['s32: -2147483648 s64: -9223372036854775808', '{"s32":-2147483648,"s64":"-9223372036854775808"}'],
      ['x32: 4294967295 x64: 1 y32: -1 y64: -1', '{"x32":4294967295,"x64":"1","y32":-1,"y64":"-1"}'],
      ['flag: true text: "\\303\\251\\n" blob: "\\377"', '{"flag":true,"text":"é\\n","blob":"/w=="}'],
      [
        'kind: KIND_NEGATIVE packed: [1, 300] words: ["a", ""]',
        '{"kind":"KIND_NEGATIVE","packed":[1,300],"words":["a",""]}',
      ],
      ['counts { key: "k" value: -1 } inner {} number: 0', '{"counts":{"k":-1},"inner":{},"number":0}'],
    ];
    const types = new Types(DEMO);
    for (const [text, json] of cases) assert.equal(types.json('pb.Rich', encode('demo.proto', 'pb.Rich', text)), json);
  });

  it('is of the type that a name leads to, where several types have that name', async () => {
    const cases: [proto: string, type: string, text: string, value: object][] = [
      [
        'package shop; message Order { message Line { enum Kind { A = 0; B = 1; } Kind kind = 1; } Kind kind = 2; } enum Kind { X = 0; Y = 1; }',
        'shop.Order',
        'kind: Y',
        { kind: 'Y' },
      ],
      [
        'package shop; message Item { string name = 1; } message Order { message Line { message Item { int32 count = 1; } } map<string, Item> items = 2; }',
        'shop.Order',
        'items { key: "a" value { name: "A" } }',
        { items: { a: { name: 'A' } } },
      ],
      [
        'message Status { string text = 1; } message Shop { message Status { int32 code = 1; } message Order { Status status = 1; } }',
        'Shop.Order',
        'status { code: 7 }',
        { status: { code: 7 } },
      ],
      [
        'package a.a; message B { int32 code = 1; } message O { message a { message a { message B { string text = 1; } } } a.a.B b = 1; }',
        'a.a.O',
        'b { text: "inner" }',
        { b: { text: 'inner' } },
      ],
    ];
    for (const [proto, type, text, value] of cases) {
      writeFileSync(join(folder, 'names.proto'), `syntax = "proto3"; ${proto}`);
      const octets = Buffer.concat([Uint8Array.of(0, 1), encode('names.proto', type, text)]);
      const registry = await registryFromOptions({ proto: [join(folder, 'names.proto')], messages: [{ id: 1, type }] });
      assert.deepEqual(MessageProtocol.of(registry).unmarshal(octets), { id: 1, type, value });
    }
  });

  it('is decoded field by field in proto2', () => {
    const text = 'a: 0 loose: [1, 2] packed: [3, 4] Part { s: "x" } b: false [old.far]: -5';
    const json = '{"a":0,"loose":[1,2],"packed":[3,4],"part":{"s":"x"},"b":false,"[old.far]":"-5"}';
    assert.equal(new Types(PROTO2).json('old.M', encode('old.proto', 'old.M', text)), json);
  });
});
