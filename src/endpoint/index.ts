// The folder's face, and what `import … from 'wsdissect/endpoint'` gives: the article's server, client and message protocol,
// and what captures them.

export type { CaptureFormatName } from '../capture/record-format.ts';
export { DocumentError, type Place, type Registry } from '../codec/index.ts';
export { loadRegistry, type RegistryOptions, registryFromOptions } from '../codec/registry-file.ts';
export type { ServerAnswer } from './article-conversation.ts';
export { ARTICLE_PROTO, articleProtocol } from './article-protocol.ts';
export type { CaptureOutput } from './capture/capture-output.ts';
export {
  type CaptureOptions,
  type CaptureWay,
  type RunningCapture,
  startCapture,
} from './capture/running-capture.ts';
export type { PacketFilter } from './capture/tcpdump.ts';
export { type ClientConnection, connect, HandshakeError } from './client.ts';
export type { ClientTls, ConnectOptions } from './connect-options.ts';
export type { ConnectedClient } from './connected-client.ts';
export type { ReceivedMessage, WebSocketConnection } from './connection.ts';
export { type ConnectionEnd, describeClose, describeEnd, isGivenUp } from './connection-end.ts';
export { ConnectionClosedError } from './frame-sender.ts';
export type { OnError } from './handlers.ts';
export {
  MessageProtocol,
  MessageProtocolError,
  type MessageProtocolErrorCode,
  type MessageProtocolOptions,
  type TypedMessage,
} from './message-protocol.ts';
export { type Answer, type Difference, type IsIgnored, ignoring } from './replay/answer-differences.ts';
export {
  type CapturedConversation,
  conversationOf,
  ReplayError,
  type Said,
  subprotocolsOf,
} from './replay/captured-conversation.ts';
export { type Comparison, type ReplayOptions, type ReplayResult, replay } from './replay/replay.ts';
export { type Recording, type RecordOptions, record } from './scenario/record.ts';
export type { Scenario, ScenarioConnection, Step } from './scenario/scenario.ts';
export { loadScenario, scenarioNames, scenarioPath } from './scenario/scenario-file.ts';
export { serve, type WebSocketServer } from './server.ts';
export type { ServeOptions, TlsFiles } from './server-settings.ts';
export type { SocketRole, SocketTap } from './socket-tap.ts';
export type { Refusal } from './upgrade-checks.ts';
