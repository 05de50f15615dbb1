// The proto3 JSON mapping, case by case; rich-messages.test.ts holds it against protobufjs on random messages.
// https://protobuf.dev/programming-guides/json/

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { OctetWriter } from '../../src/codec/octet-writer.ts';
import { ProtobufCodec } from '../../src/codec/protobuf-codec.ts';
import { DEMO, field, octets, Types } from './messages.ts';

const demo = new Types(DEMO);
const rich = (...parts: (number | string | Uint8Array)[]): string => demo.json('pb.Rich', octets(...parts));

describe('a message', () => {
  it("is the article's: id 1, field 1 = 150", () => {
    assert.equal(demo.json('pb.Ping', octets(0x08, 0x96, 0x01)), '{"seq":150}');
  });

  it('leaves out what is not set, and zeros that are nonetheless on the wire', () => {
    assert.equal(demo.json('pb.Ping', octets()), '{}');
    assert.equal(rich(0x18, 0, 0x68, 0, field(14), field(15), 0x80, 1, 0, 0x15, 0, 0, 0, 0), '{}');
  });

  it('shows zeros where presence is explicit', () => {
    const types = new Types(`syntax = "proto3";
      message M { optional int32 a = 1; optional string b = 2; oneof c { bool d = 3; bytes e = 4; } M f = 5; }`);
    assert.equal(types.json('M', octets(0x08, 0, field(2), 0x18, 0, field(5))), '{"a":0,"b":"","d":false,"f":{}}');
  });

  it('shows zeros of proto2, required and extensions too', () => {
    const types = new Types(`syntax = "proto2"; package p;
      message M { required int32 a = 1; optional bool b = 2 [default = true]; extensions 100 to 200; }
      extend M { optional string note = 100; repeated int32 more = 101; }`);
    const body = octets(0x08, 0, 0x10, 0, field(100, 'x'), 0xa8, 6, 1, 0xa8, 6, 2);
    assert.equal(types.json('p.M', body), '{"a":0,"b":false,"[p.note]":"x","[p.more]":[1,2]}');
  });

  it('names fields in lowerCamelCase, or as json_name says', () => {
    const types = new Types(`syntax = "proto3";
      message M { int32 foo_bar = 1; int32 _x = 2; int32 a1_b2 = 3; int32 url = 4 [json_name = "@id \\"q\\""]; }`);
    assert.equal(types.json('M', octets(8, 1, 16, 2, 24, 3, 32, 4)), '{"fooBar":1,"X":2,"a1B2":3,"@id \\"q\\"":4}');
  });

  it('passes over fields that the type has not, also groups, and those of another wire type', () => {
    const group = octets(0x5b, 0x08, 1, 0x63, 0x64, 0x5c);
    assert.equal(demo.json('pb.Ping', octets(field(9, 'x'), group, 0x0d, 1, 2, 3, 4, 0x08, 5)), '{"seq":5}');
  });

  it('has fields of any number', () => {
    const types = new Types('syntax = "proto3"; message M { int32 a = 536870911; int32 b = 300; }');
    assert.equal(types.json('M', octets(0xf8, 0xff, 0xff, 0xff, 0x0f, 7, 0xe0, 0x12, 8)), '{"a":7,"b":8}');
  });
});

describe('numbers', () => {
  it('of 64 bits are strings, of 32 bits numbers', () => {
    const max = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01];
    assert.equal(rich(0x18, ...max), '{"i32":-1}');
    assert.equal(rich(0x20, ...max), '{"i64":"-1"}');
    assert.equal(rich(0x28, ...max), '{"u32":4294967295}');
    assert.equal(rich(0x30, ...max), '{"u64":"18446744073709551615"}');
    assert.equal(rich(0x38, ...max), '{"s32":-2147483648}');
    assert.equal(rich(0x40, ...max), '{"s64":"-9223372036854775808"}');
    assert.equal(rich(0x65, 0xff, 0xff, 0xff, 0xff), '{}', 'a wrong wire type is an unknown field');
    assert.equal(rich(0x5d, 0xff, 0xff, 0xff, 0xff), '{"y32":-1}');
    assert.equal(rich(0x61, 0, 0, 0, 0, 0, 0, 0, 0x80), '{"y64":"-9223372036854775808"}');
  });

  it('of 32 bits ignore what a longer varint has above them', () => {
    assert.equal(rich(0x28, 0x80, 0x80, 0x80, 0x80, 0x10), '{}');
    assert.equal(rich(0x18, 0x81, 0x80, 0x80, 0x80, 0x10), '{"i32":1}');
  });

  it('in floating point have the fewest digits, and names where they are no numbers', () => {
    const float = (value: number): Uint8Array => new Uint8Array(new Float32Array([value]).buffer);
    const double = (value: number): Uint8Array => new Uint8Array(new Float64Array([value]).buffer);
    const cases: [value: number, float: string, double: string][] = [
      [0.1, '0.1', '0.1'],
      [1.5, '1.5', '1.5'],
      [-0, '-0', '-0'],
      [1e21, '1e+21', '1e+21'],
      [123456789, '123456790', '123456789'],
      [Number.NaN, '"NaN"', '"NaN"'],
      [Number.POSITIVE_INFINITY, '"Infinity"', '"Infinity"'],
      [Number.NEGATIVE_INFINITY, '"-Infinity"', '"-Infinity"'],
    ];
    for (const [value, asFloat, asDouble] of cases) {
      assert.equal(rich(0x09, double(value)), `{"f64":${asDouble}}`);
      assert.equal(rich(0x15, float(value)), `{"f32":${asFloat}}`);
    }
    assert.equal(rich(0x09, double(5e-324), 0x15, float(1e-45)), '{"f64":5e-324,"f32":1e-45}');
  });

  it('are true whatever the bits of a bool are', () => {
    assert.equal(rich(0x68, 0x80, 0x80, 0x80, 0x80, 0x80, 1), '{"flag":true}');
  });

  it('of enums are names, the first of aliases, and digits where there is no name', () => {
    const types = new Types(`syntax = "proto3";
      message M { E e = 1; repeated E all = 2; } enum E { option allow_alias = true; A = 0; B = 1; C = 1; D = -1; }`);
    const negative = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01];
    assert.equal(types.json('M', octets(8, 1, field(2, 0, 1, 9, ...negative))), '{"e":"B","all":["A","B",9,"D"]}');
  });
});

describe('text and bytes', () => {
  it('are a JSON string and base64', () => {
    assert.equal(rich(field(14, 'a"\u0001é'), field(15, 1, 2, 3)), '{"text":"a\\"\\u0001é","blob":"AQID"}');
  });

  it('refuse a string that is no UTF-8', () => {
    assert.deepEqual(demo.failure('pb.Rich', field(14, 'a', 0xc3)), {
      code: 'ErrProtobuf',
      message: 'pb.Rich, field text, octet 4: a string is not UTF-8',
    });
  });
});

describe('repeated fields', () => {
  it('are read packed, unpacked and mixed', () => {
    assert.equal(rich(field(17, 1, 2), 0x88, 1, 3, field(17), field(17, 4)), '{"packed":[1,2,3,4]}');
    assert.equal(rich(field(17)), '{}');
  });

  it('are joined where they are sent apart', () => {
    assert.equal(rich(field(18, 'a'), 0x28, 7, field(18, 'b')), '{"u32":7,"words":["a","b"]}');
  });
});

describe('maps', () => {
  it('are objects, the last of a key winning', () => {
    const entry = (key: string, value: number): Uint8Array => field(19, field(1, key), 0x10, value);
    assert.equal(rich(entry('a', 1), entry('b', 2), entry('a', 3)), '{"counts":{"a":3,"b":2}}');
  });

  it('have defaults for what an entry leaves out, and read an entry in any order', () => {
    assert.equal(rich(field(19)), '{"counts":{"":0}}');
    assert.equal(rich(field(19, 0x10, 5, field(1, 'k'))), '{"counts":{"k":5}}');
    assert.equal(rich(field(19, 0x10, 5, 0x10, 6, field(3, 'x'), field(1, 'k'))), '{"counts":{"k":6}}');
  });

  it('quote every kind of key', () => {
    const types = new Types(`syntax = "proto3"; message M {
      map<int64, bool> a = 1; map<bool, string> b = 2; map<sint32, M> c = 3; map<fixed32, bytes> d = 4; }`);
    const body = octets(
      field(1, 8, 5, 16, 1),
      field(2, 8, 1, field(2, 'x')),
      field(3, 8, 1, field(2)),
      field(3),
      field(4, 0x0d, 1, 0, 0, 0),
    );
    assert.equal(types.json('M', body), '{"a":{"5":true},"b":{"true":"x"},"c":{"-1":{},"0":{}},"d":{"1":""}}');
  });

  it('know a key again that is spelled in more octets', () => {
    const types = new Types('syntax = "proto3"; message M { map<int32, int32> a = 1; }');
    assert.equal(types.json('M', octets(field(1, 8, 1, 16, 5), field(1, 8, 0x81, 0, 16, 6))), '{"a":{"1":6}}');
  });

  it('take __proto__ as any key, touching no prototype', () => {
    const value = demo.value('pb.Rich', field(19, field(1, '__proto__'), 0x10, 1)) as { counts: object };
    assert.deepEqual(Object.keys(value.counts), ['__proto__']);
    assert.equal(Object.getPrototypeOf(value.counts), Object.prototype);
  });
});

describe('what comes twice', () => {
  it('is its last value for scalars', () => {
    assert.equal(rich(0x18, 1, 0x18, 2), '{"i32":2}');
    assert.equal(rich(0x18, 1, 0x18, 0), '{}');
  });

  it('is merged for messages, at every depth', () => {
    const types = new Types(`syntax = "proto3";
      message M { int32 a = 1; M m = 2; repeated int32 r = 3; string s = 4; map<string, M> k = 5; }`);
    const first = field(2, 8, 1, field(2, 0x18, 1, field(4, 'x')));
    const second = field(2, field(2, 0x18, 2, 8, 9), field(4, 'y'));
    const merged = '{"m":{"a":1,"m":{"a":9,"r":[1,2],"s":"x"},"s":"y"}}';
    assert.equal(types.json('M', octets(first, second)), merged);
    const entry = field(5, field(1, 'k'), field(2, 8, 1), field(2, field(4, 'z')));
    assert.equal(types.json('M', entry), '{"k":{"k":{"a":1,"s":"z"}}}');
  });

  it('is the last member for a oneof, which forgets the others', () => {
    assert.equal(rich(field(21, 'x'), 0xb0, 1, 5), '{"number":5}');
    const types = new Types('syntax = "proto3"; message M { oneof o { M a = 1; int32 b = 2; } int32 c = 3; }');
    assert.equal(types.json('M', octets(field(1, 0x18, 1), 0x10, 5, field(1, field(1)))), '{"a":{"a":{}}}');
  });

  it('must be well-formed even where it is overwritten', () => {
    assert.match(demo.failure('pb.Rich', octets(field(14, 0xff), field(14, 'x'))).message, /field text.*not UTF-8/);
  });
});

describe('groups', () => {
  it('are objects, named in small letters', () => {
    const types = new Types(`syntax = "proto2";
      message M { optional group MyGroup = 1 { optional int32 a = 1; } repeated group Row = 2 { optional M m = 1; } }`);
    const body = octets(0x0b, 8, 5, 0x0c, 0x13, 0x14, 0x13, field(1, 0x0b, 0x0c), 0x14);
    assert.equal(types.json('M', body), '{"mygroup":{"a":5},"row":[{},{"m":{"mygroup":{}}}]}');
    assert.equal(types.json('M', octets(0x0b, 8, 5, 0x0c, 0x0b, 8, 6, 0x0c)), '{"mygroup":{"a":6}}');
  });

  it('have the JSON names that protoc gives them, also as extensions', () => {
    const types = new Types(`syntax = "proto2"; package t2;
      message M { optional group My_Group = 1 { optional int32 a = 1; } extensions 4 to 9; }
      message Up { extend M { optional group ExtGrp = 4 { optional int32 b = 1; } } }`);
    const body = octets(0x0b, 8, 5, 0x0c, 0x23, 8, 6, 0x24);
    assert.equal(types.json('t2.M', body), '{"myGroup":{"a":5},"[t2.Up.extgrp]":{"b":6}}');
    assert.match(types.failure('t2.M', octets(0x0b, 8, 0xff, 0x0c)).message, /field my_group/);
  });

  it('are named in errors as in JSON where they are extensions, as other extensions are', () => {
    const types = new Types(`syntax = "proto2"; package t2;
      message M { extensions 4 to 9; }
      message Up { extend M { optional group ExtGrp = 4 { optional int32 b = 1; } optional int32 inner = 5; } }`);
    assert.match(types.failure('t2.M', octets(0x23, 8, 0xff, 0x24)).message, /field \[t2\.Up\.extgrp\]/);
    assert.match(types.failure('t2.M', octets(0x28, 0xff)).message, /field \[t2\.Up\.inner\]/);
  });
});

describe('the id', () => {
  it('has one to four octets in either byte order', () => {
    const cases: [width: number, byteOrder: 'big' | 'little', id: number, octets: number[]][] = [
      [1, 'big', 0xfe, [0xfe]],
      [2, 'big', 0x0102, [1, 2]],
      [2, 'little', 0x0201, [1, 2]],
      [3, 'little', 0x030201, [1, 2, 3]],
      [4, 'big', 0xfffefdfc, [0xff, 0xfe, 0xfd, 0xfc]],
    ];
    for (const [width, byteOrder, id, prefix] of cases) {
      const messages = new Map([[id, demo.table('pb.Ping')]]);
      const codec = new ProtobufCodec({ framing: { width, byteOrder }, messages, typeNamed: () => undefined });
      const payload = octets(...prefix, 8, 1);
      const writer = new OctetWriter();
      assert.equal(codec.write(payload, 0, payload.length, writer), null);
      assert.equal(writer.text(), `{"id":${id},"type":"pb.Ping","value":{"seq":1}}`);
      assert.equal(codec.typeOf(payload, 0, payload.length), 'pb.Ping');
      assert.equal(codec.typeOf(payload, 0, width - 1), null);
    }
  });

  it('is told short, unknown or followed by a broken body in the words of the article', () => {
    const codec = demo.codec('pb.Ping');
    assert.deepEqual(codec.write(octets(0), 0, 1, new OctetWriter()), {
      code: 'ErrMsgShort',
      message: 'the payload has 1 octet, but the id takes 2',
    });
    assert.deepEqual(codec.write(octets(0, 7, 8, 1), 0, 4, new OctetWriter()), {
      code: 'ErrNotRegister',
      message: 'id 7 is not in the registry',
    });
    assert.equal(demo.failure('pb.Ping', octets(8, 0x96)).code, 'ErrProtobuf');
  });
});
