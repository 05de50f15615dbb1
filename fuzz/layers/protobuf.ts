// Payloads through the registry: JSON, or one line that says what is wrong and where. What was decoded is encoded again and
// decoded to the same.

import { isDeepStrictEqual } from 'node:util';
import { EncodeError } from '../../src/codec/encode-error.ts';
import { MessageEncoder } from '../../src/codec/message-encoder.ts';
import { explainFields } from '../../src/codec/protobuf-fields.ts';
import { DEMO, field, octets, Types, write } from '../../test/codec/messages.ts';
import type { Random } from '../../test/support/random.ts';
import { type Layer, mustHold } from '../layer.ts';
import { mutated } from '../mutate.ts';

const types = new Types(`${DEMO}
message Tangle {
  Tangle self = 1; repeated Tangle all = 2; map<string, Tangle> by_name = 3; map<sint64, Kind> kinds = 4;
  oneof one { Tangle left = 5; string right = 6; } google.protobuf.Struct struct = 7; google.protobuf.Any any = 8;
  google.protobuf.Timestamp time = 9; google.protobuf.Duration duration = 10; google.protobuf.FieldMask mask = 11;
  repeated sfixed64 packed = 12; google.protobuf.DoubleValue wrapped = 13; repeated float floats = 14;
}`);
const TYPES = ['pb.Rich', 'pb.Tangle', 'google.protobuf.Struct', 'google.protobuf.Any'].map((name) => ({
  name,
  codec: types.codec(name),
  table: types.table(name),
}));
const encoder = new MessageEncoder((name) => types.find(name));

const nested = octets(
  field(1, field(1, field(6, 'deep'))),
  field(2, field(3, field(1, 'key'), field(2, field(6, 'x')))),
);
const struct = field(1, field(1, 'a'), field(2, field(6, field(1, octets(0x11, 0, 0, 0, 0, 0, 0, 0xf0, 0x3f)))));
const corpus = [
  octets(0x08, 0x96, 0x01),
  octets(0x09, 0, 0, 0, 0, 0, 0, 0xf8, 0x7f, 0x15, 0, 0, 0x80, 0x7f, 0x18, 0xff, 0xff, 0xff, 0xff, 0x0f, 0x28, 1),
  octets(field(14, 'text €'), field(15, 1, 2, 255), field(17, 1, 2, 0x80, 1), field(18, 'a'), field(18, 'b')),
  octets(field(19, field(1, 'k'), 0x10, 5), field(20, 0x08, 1), field(21, 'name'), 0xb0, 0x01, 7),
  nested,
  octets(field(7, struct), field(8, field(1, '/pb.Tangle'), field(2, nested)), field(9, 0x08, 1, 0x10, 2)),
  octets(
    field(10, 0x08, 1, 0x10, 5),
    field(11, field(1, 'a.b_c'), field(1, 'd')),
    field(13, 0x09, 1, 2, 3, 4, 5, 6, 7, 8),
  ),
  octets(field(12, 1, 2, 3, 4, 5, 6, 7, 8), field(4, 0x08, 3, 0x10, 1), field(5, field(6, 'x')), field(6, 'y')),
  octets(0x0b, 0x08, 1, 0x0c, 0x73, 0x74),
  struct,
];

export const protobuf: Layer = {
  name: 'protobuf',
  about: 'payloads by the registry: JSON or one line of what is wrong where; encoded again and decoded it is the same',
  share: 150,
  corpus,
  draw: (random, seeds) => mutated(random, seeds),
  run(input: Uint8Array, dice: Random): void {
    const { name, codec, table } = dice.pick(TYPES);
    const fields = explainFields(dice.once(2) ? table : null, input, 0, input.length);
    mustHold(
      fields.every(({ start, end }) => start <= end && end <= input.length),
      () => 'a field beyond the end',
    );
    const { text, failure } = write(codec, input);
    if (failure !== null) {
      mustHold(text === '', () => `text is left behind a failure: ${text}`);
      mustHold(/^\S+(, field [\w.]+)?(, octet \d+)?: \S[^\n]*$/.test(failure.message), () => failure.message);
      return;
    }
    const { value } = JSON.parse(text);
    let again: Uint8Array;
    try {
      again = encoder.encode(table, value);
    } catch (error) {
      mustHold(error instanceof EncodeError, () => `encoding throws ${error}`);
      mustHold(false, () => `${name}: ${text} cannot be encoded: ${error.message}`);
    }
    const repeated = write(codec, again).text;
    // Not the texts: JSON.parse puts numeric keys of maps first.
    mustHold(
      repeated !== '' && isDeepStrictEqual(JSON.parse(repeated).value, value),
      () => `${name}: ${text} becomes ${repeated}`,
    );
  },
};
