// The JSON forms of google.protobuf's own messages. https://protobuf.dev/programming-guides/json/

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { field, octets, Types } from './messages.ts';

const types = new Types(`
syntax = "proto3";
package w;
message M {
  google.protobuf.Timestamp time = 1; google.protobuf.Duration duration = 2; google.protobuf.FieldMask mask = 3;
  google.protobuf.Struct struct = 4; google.protobuf.Value value = 5; google.protobuf.ListValue list = 6;
  google.protobuf.Any any = 7; google.protobuf.Empty empty = 8; google.protobuf.Int64Value long = 9;
  google.protobuf.StringValue text = 10; google.protobuf.BoolValue flag = 11; google.protobuf.BytesValue bytes = 12;
  google.protobuf.FloatValue float = 13; google.protobuf.NullValue nothing = 14;
  repeated google.protobuf.Timestamp times = 15; optional google.protobuf.NullValue null_value = 16;
}
message N { int32 a = 1; string b = 2; N n = 3; }
`);

/** The message with these fields as protobufjs encodes it. */
function encoded(type: string, value: object): Uint8Array {
  return types.type(type).encode(types.type(type).fromObject(value)).finish();
}

const json = (body: Uint8Array): string => types.json('w.M', body);

describe('Timestamp', () => {
  it('is RFC 3339 with 0, 3, 6 or 9 digits of the second', () => {
    const cases: [seconds: number, nanos: number, text: string][] = [
      [0, 0, '1970-01-01T00:00:00Z'],
      [1700000000, 500000000, '2023-11-14T22:13:20.500Z'],
      [1700000000, 1000, '2023-11-14T22:13:20.000001Z'],
      [-1, 1, '1969-12-31T23:59:59.000000001Z'],
      [-62135596800, 0, '0001-01-01T00:00:00Z'],
      [253402300799, 999999999, '9999-12-31T23:59:59.999999999Z'],
    ];
    for (const [seconds, nanos, text] of cases) {
      assert.equal(json(encoded('w.M', { time: { seconds, nanos } })), `{"time":"${text}"}`);
    }
  });

  it('shows its fields where it is outside of the years 1 to 9999', () => {
    assert.equal(json(encoded('w.M', { time: { seconds: 253402300800 } })), '{"time":{"seconds":"253402300800"}}');
    assert.equal(json(encoded('w.M', { time: { nanos: -1 } })), '{"time":{"nanos":-1}}');
  });

  it('is merged where it comes in two parts', () => {
    const parts = octets(field(1, 8, 1), field(15, 8, 2), field(1, 16, 1));
    assert.equal(json(parts), '{"time":"1970-01-01T00:00:01.000000001Z","times":["1970-01-01T00:00:02Z"]}');
  });
});

describe('Duration', () => {
  it('is seconds with a sign for both parts', () => {
    const cases: [seconds: number, nanos: number, text: string][] = [
      [0, 0, '0s'],
      [1, 500000000, '1.500s'],
      [0, -500000000, '-0.500s'],
      [-315576000000, -1, '-315576000000.000000001s'],
    ];
    for (const [seconds, nanos, text] of cases) {
      assert.equal(json(encoded('w.M', { duration: { seconds, nanos } })), `{"duration":"${text}"}`);
    }
  });

  it('shows its fields where the signs disagree', () => {
    const body = encoded('w.M', { duration: { seconds: 1, nanos: -1 } });
    assert.equal(json(body), '{"duration":{"seconds":"1","nanos":-1}}');
  });
});

describe('FieldMask', () => {
  it('is paths in lowerCamelCase, or its fields where that could not be undone', () => {
    assert.equal(json(encoded('w.M', { mask: { paths: ['a', 'b_c.d_e'] } })), '{"mask":"a,bC.dE"}');
    assert.equal(json(encoded('w.M', { mask: { paths: ['a', 'B"'] } })), '{"mask":{"paths":["a","B\\""]}}');
    assert.equal(json(encoded('w.M', { mask: { paths: ['', 'd'] } })), '{"mask":{"paths":["","d"]}}');
    assert.equal(json(encoded('w.M', { mask: { paths: [''] } })), '{"mask":{"paths":[""]}}');
    assert.equal(json(encoded('w.M', { mask: { paths: [] } })), '{"mask":""}');
  });

  it('may be the star that stands for all, as protobuf for Python writes it', () => {
    assert.equal(json(encoded('w.M', { mask: { paths: ['*'] } })), '{"mask":"*"}');
    assert.equal(json(encoded('w.M', { mask: { paths: ['a.*'] } })), '{"mask":{"paths":["a.*"]}}');
  });
});

describe('Struct, Value and ListValue', () => {
  it('are the JSON that they stand for', () => {
    const value = (kind: object): object => kind;
    const struct = {
      fields: {
        a: value({ numberValue: 1.5 }),
        b: value({ stringValue: 'x"' }),
        c: value({ boolValue: false }),
        d: value({ nullValue: 0 }),
        e: value({ listValue: { values: [{ numberValue: 1 }, {}, { structValue: { fields: {} } }] } }),
      },
    };
    const text = '{"a":1.5,"b":"x\\"","c":false,"d":null,"e":[1,null,{}]}';
    assert.equal(json(encoded('w.M', { struct })), `{"struct":${text}}`);
    assert.equal(json(encoded('w.M', { value: { structValue: struct } })), `{"value":${text}}`);
    assert.equal(json(encoded('w.M', { list: { values: [{ boolValue: true }] } })), '{"list":[true]}');
  });

  it('pass over fields that the types do not have, or have in another wire type', () => {
    const unknown = octets(0x78, 1, field(14, 'x'), 0x08, 1);
    const unknownToValue = octets(0x78, 1, 0x10, 1);
    const item = field(1, 0x20, 1);
    assert.equal(types.json('google.protobuf.ListValue', octets(unknown, item, unknown, item)), '[true,true]');
    assert.equal(types.json('google.protobuf.FieldMask', octets(unknown, field(1, 'a'), unknown)), '"a"');
    assert.equal(types.json('google.protobuf.Value', octets(unknownToValue, 0x20, 1, unknownToValue)), 'true');
    const entry = field(1, field(1, 'k'), unknown, field(2, 0x20, 1));
    assert.equal(types.json('google.protobuf.Struct', octets(unknown, entry)), '{"k":true}');
  });

  it('keep the last kind of a Value and the last value of a key', () => {
    assert.equal(json(field(5, field(3, 'x'), 0x20, 1)), '{"value":true}');
    const entry = (text: string): Uint8Array => field(1, field(1, 'k'), field(2, field(3, text)));
    assert.equal(json(field(4, entry('a'), entry('b'))), '{"struct":{"k":"b"}}');
  });
});

describe('Any', () => {
  const any = (url: string, ...value: (number | string | Uint8Array)[]): Uint8Array =>
    field(7, field(1, url), field(2, ...value));

  it('shows the fields of a type that is known', () => {
    const url = 'type.googleapis.com/w.N';
    assert.equal(json(any(url, 8, 5, field(2, 'x'))), `{"any":{"@type":"${url}","a":5,"b":"x"}}`);
  });

  it('shows a form of its own as value', () => {
    const text = '{"any":{"@type":"/google.protobuf.Duration","value":"5s"}}';
    assert.equal(json(any('/google.protobuf.Duration', 8, 5)), text);
  });

  it('shows base64 where the type is unknown, and nothing where it is empty', () => {
    assert.equal(json(any('x/unknown.__proto__', 1, 2, 3)), '{"any":{"@type":"x/unknown.__proto__","value":"AQID"}}');
    assert.equal(json(field(7)), '{"any":{}}');
  });

  it('puts in order what it holds, also within one that is itself out of order', () => {
    const held = octets(field(2, 'x'), 8, 5);
    const text = '{"any":{"@type":"/w.N","a":5,"b":"x"},"nullValue":null}';
    assert.equal(json(octets(0x80, 1, 0, any('/w.N', held))), text);
    const nested = any('/w.M', any('/w.N', held), field(1));
    assert.equal(
      json(nested),
      '{"any":{"@type":"/w.M","time":"1970-01-01T00:00:00Z","any":{"@type":"/w.N","a":5,"b":"x"}}}',
    );
  });

  it('in Any in Any is shown, and refused where what had to be put in order is more than 64 MiB', () => {
    const innermost = encoded('w.M', { any: { type_url: 'x/unknown', value: new Uint8Array(20 << 20) } });
    const nested = (levels: number): Uint8Array => {
      let message = innermost;
      for (let level = 0; level < levels; level++)
        message = encoded('w.M', { any: { type_url: '/w.M', value: message } });
      return message;
    };
    assert.ok(json(nested(3)).length > innermost.length);
    assert.match(types.failure('w.M', nested(4)).message, /more than 64 MiB of Any inside each other/);
    // An Any itself is in any order.
    let any = encoded('google.protobuf.Any', { type_url: 'x/unknown', value: new Uint8Array(20 << 20) });
    for (let level = 0; level < 60; level++) {
      any = encoded('google.protobuf.Any', { type_url: '/google.protobuf.Any', value: any });
    }
    assert.ok(types.json('google.protobuf.Any', any).length > innermost.length);
  });

  it('is refused where what it holds is broken', () => {
    assert.match(types.failure('w.M', any('/w.N', field(3, field(2, 0xff)))).message, /field any\.n\.b.*not UTF-8/);
  });
});

describe('wrappers, Empty and NullValue', () => {
  it('are the value itself, {} and null', () => {
    const body = encoded('w.M', {
      empty: {},
      long: { value: '-5' },
      text: { value: 'x' },
      flag: {},
      bytes: { value: Buffer.from('a') },
      float: { value: 0.1 },
      nullValue: 0,
    });
    const text = '"empty":{},"long":"-5","text":"x","flag":false,"bytes":"YQ==","float":0.1';
    assert.equal(json(body), `{${text}}`);
    assert.equal(json(octets(field(9), field(10), 0x80, 1, 0)), '{"long":"0","text":"","nullValue":null}');
  });

  it('pass over a field 1 of another wire type, on whichever side of the value', () => {
    const other = octets(0x0a, 1, 0x78);
    const long = octets(8, 7);
    for (const body of [octets(long, other), octets(other, long)])
      assert.equal(types.json('google.protobuf.Int64Value', body), '"7"');
    assert.equal(types.json('google.protobuf.Int64Value', other), '"0"');
  });

  it('are so at the top as well', () => {
    assert.equal(types.json('google.protobuf.Timestamp', octets(8, 1)), '"1970-01-01T00:00:01Z"');
  });

  it('are ordinary messages where only the name is the same', () => {
    const own = new Types('syntax = "proto3"; package x; message Timestamp { string zone = 1; }');
    assert.equal(own.json('x.Timestamp', field(1, 'CET')), '{"zone":"CET"}');
  });
});
