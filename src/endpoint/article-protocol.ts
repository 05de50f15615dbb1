// The article's registry, pb.Ping with id 1 and pb.Pong with id 2, and what its server answers. Knows no connections.

import { MessageProtocol, type MessageProtocolOptions, type TypedMessage } from './message-protocol.ts';

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

export const ARTICLE_TYPES = [
  [1, 'pb.Ping'],
  [2, 'pb.Pong'],
] as const;

/** What the article's server remarks. */
const NOTE = '收到';

export async function articleProtocol(options: MessageProtocolOptions = {}): Promise<MessageProtocol> {
  const protobuf = (await import('protobufjs')).default;
  const { root } = protobuf.parse(ARTICLE_PROTO, new protobuf.Root(), { keepCase: true });
  const protocol = new MessageProtocol(options);
  for (const [id, type] of ARTICLE_TYPES) protocol.register(root.lookupType(type), id);
  return protocol;
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
