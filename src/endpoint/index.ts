// The folder's face, and what `import … from 'wsdissect/endpoint'` gives: the article's server, client and message protocol.

export { RegistryError } from '../codec/index.ts';
export { loadRegistry, registryFromOptions } from '../codec/registry-file.ts';
export { ARTICLE_PROTO, articleProtocol } from './article-protocol.ts';
export { type ClientConnection, type ClientTls, type ConnectOptions, connect, HandshakeError } from './client.ts';
export type { ConnectedClient } from './connected-client.ts';
export {
  ConnectionClosedError,
  type ConnectionEnd,
  describeClose,
  type ReceivedMessage,
  type WebSocketConnection,
} from './connection.ts';
export {
  MessageProtocol,
  MessageProtocolError,
  type MessageProtocolErrorCode,
  type MessageProtocolOptions,
  type TypedMessage,
} from './message-protocol.ts';
export { type ServeOptions, type ServerAnswer, serve, type TlsFiles, type WebSocketServer } from './server.ts';
export type { SocketRole, SocketTap } from './socket-tap.ts';
export type { Refusal } from './upgrade-checks.ts';
