// The article's registry, pb.Ping with id 1 and pb.Pong with id 2, and what its server answers. Knows no connections.

import type { PayloadCodec } from '../codec/codec.ts';
import { MessageTables } from '../codec/message-table.ts';
import { ProtobufCodec } from '../codec/protobuf-codec.ts';
import { DEFAULT_FRAMING, type IdFraming, type Registry } from '../codec/registry.ts';
import { checkOptions } from '../option-checks.ts';
import { MessageProtocol, type MessageProtocolOptions, type TypedMessage } from './message-protocol.ts';
import { MESSAGE_PROTOCOL_OPTIONS } from './option-tables.ts';

/** The messages as fixtures/walkthrough and the recorded captures have them. */
export const ARTICLE_PROTO = `syntax = "proto3";

package pb;

message Ping {
  uint32 seq = 1;
}

message Pong {
  uint32 seq = 1;
  string note = 2;
}
`;

/** What the article's server remarks. */
const NOTE = '收到';

/** The article's registry, as a file would give it; big-endian unless said otherwise. */
async function articleRegistry(framing: Partial<IdFraming> = {}): Promise<Registry> {
  const protobuf = (await import('protobufjs')).default;
  const { root } = protobuf.parse(ARTICLE_PROTO, new protobuf.Root(), { keepCase: true });
  root.resolveAll();
  const tables = new MessageTables();
  const types = [root.lookupType('pb.Ping'), root.lookupType('pb.Pong')].map((type) => tables.of(type));
  return {
    framing: { ...DEFAULT_FRAMING, ...framing },
    messages: new Map(types.map((table, index) => [index + 1, table])),
    typeNamed: (name) => types.find((table) => table.name === name),
  };
}

/** Decodes what the article's server and client say. */
export async function articleCodec(): Promise<PayloadCodec> {
  return new ProtobufCodec(await articleRegistry());
}

/** @throws {TypeError} of an option that is not as it must be */
export async function articleProtocol(options: MessageProtocolOptions = {}): Promise<MessageProtocol> {
  checkOptions(options, MESSAGE_PROTOCOL_OPTIONS);
  const { useBigEndian = true, idBytes = DEFAULT_FRAMING.width } = options;
  const byteOrder = useBigEndian ? 'big' : 'little';
  return MessageProtocol.of(await articleRegistry({ width: idBytes, byteOrder }));
}

/** Pong for Ping, in whatever package, with what the two have in common; null for everything else. */
export function articleAnswer(
  message: TypedMessage,
  protocol: MessageProtocol,
): { type: string; value: object } | null {
  const type = message.type.replace(/Ping$/, 'Pong');
  if (type === message.type || protocol.idOf(type) === undefined) return null;
  const fields = new Set(protocol.fieldsOf(type));
  const common = Object.entries(message.value).filter(([name]) => fields.has(name));
  const note = type === 'pb.Pong' && fields.has('note') ? { note: NOTE } : {};
  return { type, value: { ...Object.fromEntries(common), ...note } };
}
