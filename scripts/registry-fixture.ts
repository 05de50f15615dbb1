// The fixture of decoded messages: every kind of protobuf field, and every way in which decoding fails. protobufjs encodes
// what is sent; the values that a reader must find are written out here by hand, in proto3 JSON.

import protobuf from 'protobufjs';
import { captureOf } from '../test/support/capture-builder.ts';
import type { FixtureCase } from './fixture-cases.ts';
import { FixtureConversation } from './fixture-conversation.ts';

const PROTO = `// One message of every kind of field, for the fixture "registry".
syntax = "proto3";

package shop;

enum Colour {
  COLOUR_UNSPECIFIED = 0;
  RED = 1;
  GREEN = 2;
}

message Item {
  string name = 1;
  uint32 count = 2;
  Item part = 3;
}

message Everything {
  double ratio = 1;
  float price = 2;
  int32 balance = 3;
  int64 total = 4;
  uint32 number = 5;
  uint64 serial = 6;
  sint32 offset = 7;
  sint64 drift = 8;
  fixed32 colour_code = 9;
  fixed64 mask = 10;
  sfixed32 step = 11;
  sfixed64 leap = 12;
  bool paid = 13;
  string note = 14;
  bytes proof = 15;
  Colour colour = 16;
  Item item = 17;
  repeated int32 scores = 18;
  repeated Item items = 19;
  map<string, int32> stock = 20;
  oneof contact {
    string mail = 21;
    uint32 phone = 22;
  }
  repeated string tags = 23;
}

message Nothing {}
`;

const REGISTRY = `# Ids of this fixture: two octets, the low one first.
framing: { id: { width: 2, byteOrder: little } }
proto: [shop.proto]
messages:
  1: shop.Item
  2: shop.Everything
  300: shop.Nothing
`;

interface Sample {
  id: number;
  type: string;
  /** As protobufjs takes it. */
  sent: Record<string, unknown>;
  /** As proto3 JSON has it. */
  value: unknown;
}

const SAMPLES: readonly Sample[] = [
  { id: 1, type: 'shop.Item', sent: { name: '苹果 🍎', count: 3 }, value: { name: '苹果 🍎', count: 3 } },
  {
    id: 1,
    type: 'shop.Item',
    sent: { name: 'box', part: { name: 'lid', part: { count: 1 } } },
    value: { name: 'box', part: { name: 'lid', part: { count: 1 } } },
  },
  {
    id: 2,
    type: 'shop.Everything',
    sent: {
      ratio: -0.125,
      price: 0.1,
      balance: -1,
      total: { low: -1, high: 0x7fffffff },
      number: 4_294_967_295,
      serial: { low: -1, high: -1 },
      offset: -2_147_483_648,
      drift: -9_007_199_254_740_991,
      colourCode: 0xff8800,
      mask: { low: 0, high: -2_147_483_648 },
      step: -7,
      leap: { low: 0, high: -2_147_483_648 },
      paid: true,
      note: '"quoted"\n',
      proof: Uint8Array.of(0xde, 0xad, 0xbe, 0xef),
      colour: 2,
      item: {},
      scores: [3, -1, 270],
      items: [{ name: 'a' }, { count: 2 }],
      stock: { apple: 5, pear: -1 },
      phone: 112,
      tags: ['', 'x'],
    },
    value: {
      ratio: -0.125,
      price: 0.1,
      balance: -1,
      total: '9223372036854775807',
      number: 4_294_967_295,
      serial: '18446744073709551615',
      offset: -2_147_483_648,
      drift: '-9007199254740991',
      colourCode: 0xff8800,
      mask: '9223372036854775808',
      step: -7,
      leap: '-9223372036854775808',
      paid: true,
      note: '"quoted"\n',
      proof: '3q2+7w==',
      colour: 'GREEN',
      item: {},
      scores: [3, -1, 270],
      items: [{ name: 'a' }, { count: 2 }],
      stock: { apple: 5, pear: -1 },
      phone: 112,
      tags: ['', 'x'],
    },
  },
  {
    id: 2,
    type: 'shop.Everything',
    sent: { ratio: Number.NaN, price: Number.POSITIVE_INFINITY, colour: 9 },
    value: { ratio: 'NaN', price: 'Infinity', colour: 9 },
  },
  { id: 300, type: 'shop.Nothing', sent: {}, value: {} },
];

/** Payloads that cannot be decoded. */
const FAILURES: readonly (readonly [code: string, payload: number[]])[] = [
  ['ErrMsgShort', []],
  ['ErrMsgShort', [1]],
  ['ErrNotRegister', [9, 0, 8, 1]],
  // The id in the other byte order.
  ['ErrNotRegister', [0, 1, 16, 3]],
  // A varint that never ends, a string longer than the message, a wire type that there is not.
  ['ErrProtobuf', [1, 0, 0x10, 0x96]],
  ['ErrProtobuf', [1, 0, 0x0a, 0x05, 0x61]],
  ['ErrProtobuf', [1, 0, 0x0f]],
];

export function registryFixture(): FixtureCase {
  const { root } = protobuf.parse(PROTO);
  const conversation = new FixtureConversation().upgrade();
  SAMPLES.forEach(({ id, type, sent, value }, index) => {
    const kind = root.lookupType(type);
    const payload = Uint8Array.from([id & 0xff, id >> 8, ...kind.encode(kind.create(sent)).finish()]);
    conversation.message(index % 2 === 0 ? 'c2s' : 's2c', payload, { decoded: { id, type, value } });
  });
  for (const [code, payload] of FAILURES) {
    conversation.message('c2s', Uint8Array.from(payload), { decodeError: code });
  }
  conversation.message('s2c', 'text is never decoded').close(1000);
  return {
    name: 'registry',
    what: 'Binary messages with a little-endian id: every kind of protobuf field, and every way in which decoding fails.',
    capture: captureOf(conversation.tcp.packets),
    connections: [conversation.expected],
    registry: 'shop.registry.yaml',
    files: { 'shop.proto': PROTO, 'shop.registry.yaml': REGISTRY },
  };
}
