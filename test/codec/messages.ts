// What the codec's tests share: types from .proto text, a codec over them, wire octets by hand.

import protobuf from 'protobufjs';
import type { DecodeFailure } from '../../src/codec/codec.ts';
import { type MessageTable, MessageTables } from '../../src/codec/message-table.ts';
import { OctetWriter } from '../../src/codec/octet-writer.ts';
import { ProtobufCodec } from '../../src/codec/protobuf-codec.ts';
import { DEFAULT_FRAMING } from '../../src/codec/registry.ts';

/** The message types of `shared/captures/core/demo.proto`. */
export const DEMO = `
syntax = "proto3";
package pb;
message Ping { uint32 seq = 1; }
message Pong { uint32 seq = 1; string note = 2; }
message Rich {
  double f64 = 1; float f32 = 2; int32 i32 = 3; int64 i64 = 4; uint32 u32 = 5; uint64 u64 = 6; sint32 s32 = 7;
  sint64 s64 = 8; fixed32 x32 = 9; fixed64 x64 = 10; sfixed32 y32 = 11; sfixed64 y64 = 12; bool flag = 13;
  string text = 14; bytes blob = 15; Kind kind = 16; repeated uint32 packed = 17; repeated string words = 18;
  map<string, int32> counts = 19; Ping inner = 20; oneof choice { string name = 21; uint32 number = 22; }
}
enum Kind { KIND_UNSPECIFIED = 0; KIND_ONE = 1; KIND_NEGATIVE = -1; }
`;

export class Types {
  readonly root = new protobuf.Root();
  readonly #tables = new MessageTables();

  constructor(source: string) {
    for (const name of ['any', 'duration', 'empty', 'field_mask', 'struct', 'timestamp', 'wrappers']) {
      const bundled = protobuf.common.get(`google/protobuf/${name}.proto`)?.nested;
      if (bundled) this.root.addJSON(bundled);
    }
    protobuf.parse(source, this.root, { keepCase: true });
    this.root.resolveAll();
  }

  type(name: string): protobuf.Type {
    return this.root.lookupType(name);
  }

  table(name: string): MessageTable {
    return this.#tables.of(this.type(name));
  }

  find(name: string): MessageTable | undefined {
    const found = this.root.lookup(name);
    return found instanceof protobuf.Type ? this.#tables.of(found) : undefined;
  }

  /** A codec that has `name` as id 1. */
  codec(name: string): ProtobufCodec {
    const messages = new Map([[1, this.table(name)]]);
    return new ProtobufCodec({ framing: DEFAULT_FRAMING, messages, typeNamed: (type) => this.find(type) });
  }

  /** The JSON text of a message's value. */
  json(name: string, body: Uint8Array): string {
    const { text, failure } = write(this.codec(name), body);
    if (failure) throw new Error(failure.message);
    const prefix = `{"id":1,"type":"${name}","value":`;
    if (!text.startsWith(prefix)) throw new Error(`begins with ${text.slice(0, prefix.length)}`);
    return text.slice(prefix.length, -1);
  }

  /** The parsed value of a message. */
  value(name: string, body: Uint8Array): unknown {
    return JSON.parse(this.json(name, body));
  }

  /** Why a message is refused. */
  failure(name: string, body: Uint8Array): DecodeFailure {
    const { failure } = write(this.codec(name), body);
    if (!failure) throw new Error('it was not refused');
    return failure;
  }
}

/** Writes the message with id 1 and this body, not at the beginning of its buffer. */
export function write(codec: ProtobufCodec, body: Uint8Array): { text: string; failure: DecodeFailure | null } {
  const octets = new Uint8Array(body.length + 7).fill(0xff);
  octets.set([0, 1], 3);
  octets.set(body, 5);
  const writer = new OctetWriter(1);
  writer.ascii('before');
  const failure = codec.write(octets, 3, 5 + body.length, writer);
  return { text: writer.text('before'.length), failure };
}

/** Octets of numbers, text and further octets, end to end. */
export function octets(...parts: (number | string | Uint8Array)[]): Uint8Array {
  const all: number[] = [];
  for (const part of parts) {
    if (typeof part === 'number') all.push(part);
    else all.push(...(typeof part === 'string' ? new TextEncoder().encode(part) : part));
  }
  return Uint8Array.from(all);
}

/** A length-delimited field: tag, length, content of fewer than 128 octets. */
export function field(number: number, ...content: (number | string | Uint8Array)[]): Uint8Array {
  const inside = octets(...content);
  const tag = number * 8 + 2;
  return octets(...(tag < 128 ? [tag] : [(tag & 0x7f) | 0x80, tag >>> 7]), inside.length, inside);
}
