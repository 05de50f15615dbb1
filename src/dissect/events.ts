// The contract of the library: what a capture is turned into (docs/events.md). Events are plain objects that belong to
// whoever receives them. Field order here is the order of the NDJSON.

import type { DecodeFailure } from '../codec/codec.ts';
import type { UnreadReason } from '../http/unread.ts';
import type { GapReason } from '../tcp/connection.ts';

export type Direction = 'c2s' | 's2c';
/** From the lightest to the gravest. */
export const SEVERITIES = ['note', 'warning', 'error'] as const;
export type Severity = (typeof SEVERITIES)[number];

export interface Endpoint {
  address: string;
  port: number;
}

/** Fields that every event tied to a packet of a connection carries. */
export interface Located {
  /** Number of the TCP connection, from 0 in order of first packet (Wireshark's `tcp.stream`). */
  connection: number;
  /** Number of the packet record, from 1; over all files of a set, in order of time. */
  packet: number;
  /** RFC 3339, UTC, with the capture's own resolution. */
  time: string;
  /** Seconds since the first packet of the capture. */
  elapsed: number;
  /** Of a set of files, and with `namesFile`: the one that the packet is in, and its number there. */
  file?: string;
  filePacket?: number;
}

export interface CaptureEvent {
  type: 'capture';
  files: string[];
  /** `pcap` or `pcapng`; of several files each that they have, once, with a comma between; `unknown` where none was read. */
  format: string;
  /** Names of LINKTYPE_ values, or their numbers where unknown. */
  linkTypes: string[];
  /** With `namesFile`. */
  file?: string;
}

export interface HandshakeRequest {
  method: string;
  target: string;
  headers: [name: string, value: string][];
}

export interface HandshakeResponse {
  status: number;
  reason: string;
  headers: [name: string, value: string][];
  /** Start of the body of a refusal, as text; empty for a 101. */
  body: string;
}

export interface HandshakeEvent extends Located {
  type: 'handshake';
  client: Endpoint;
  server: Endpoint;
  request: HandshakeRequest;
  /** Null where the answer never came, or could not be read. */
  response: HandshakeResponse | null;
  /** What an answer looks like that could not be read as HTTP; absent where there was none such. */
  unreadAnswer?: Protocol;
  upgraded: boolean;
  accept: 'ok' | 'wrong' | 'missing';
  subprotocol: string | null;
  /** The answer's Sec-WebSocket-Extensions as text. */
  extensions: string | null;
}

export interface MidstreamEvent extends Located {
  type: 'midstream';
  client: Endpoint;
  server: Endpoint;
  /** 0…1 */
  confidence: number;
  /** The answer 101, where it was captured without its request. */
  response?: HandshakeResponse;
  /** The request is in the capture, and too large to be read; absent otherwise. */
  unreadRequest?: true;
}

export type OpcodeName = 'continuation' | 'text' | 'binary' | 'close' | 'ping' | 'pong' | `reserved-${number}`;

export interface FrameEvent extends Located {
  type: 'frame';
  direction: Direction;
  opcode: OpcodeName;
  fin: boolean;
  /** RSV1, RSV2, RSV3 as the bits 4, 2, 1. */
  rsv: number;
  masked: boolean;
  /** Masking key as 8 hex digits, null where unmasked. */
  key: string | null;
  /** Payload length, octets; the nearest double where it is greater than 2^53. */
  length: number;
  headerLength: number;
  /** Offset of the frame's first octet in its direction's TCP stream. */
  offset: number;
}

export interface Decoded {
  id: number;
  type: string;
  /** The message in proto3 JSON mapping. */
  value: unknown;
}

export interface DecodeError {
  code: DecodeFailure['code'];
  message: string;
}

export interface MessageEvent extends Located {
  type: 'message';
  direction: Direction;
  /** Number among the data messages of its direction, from 0. */
  index: number;
  opcode: 'text' | 'binary';
  /** Octets of application data; absent where a compressed message could not be inflated. */
  length?: number;
  /** Octets of payload on the wire. */
  wireLength: number;
  frames: number;
  compressed: boolean;
  /** False where a compressed message could not be inflated with certainty; absent otherwise. */
  inflated?: false;
  /** Packet that carried the first octet of the message. */
  firstPacket: number;
  text?: string;
  /** base64 */
  data?: string;
  decoded?: Decoded;
  decodeError?: DecodeError;
}

export interface ControlEvent extends Located {
  type: 'control';
  direction: Direction;
  opcode: 'ping' | 'pong' | 'close';
  length: number;
  /** base64 */
  data: string;
  /** Of a close frame: its status code, null where the body is empty. */
  code?: number | null;
  /** Name of the status code, RFC 6455 §7.4.1 and the IANA registry. */
  name?: string | null;
  reason?: string;
}

export interface GapEvent extends Located {
  type: 'gap';
  direction: Direction;
  /** Octets given up. */
  length: number;
  reason: GapReason;
}

/** A piece of application data, as `text` where it is text in UTF-8, else as base64. */
export interface CapturedPiece {
  /** Offset in the application data. */
  at: number;
  text?: string;
  data?: string;
}

/** What is there of a message or control frame with holes. */
export interface IncompletePayload {
  /** Null where only continuation frames of a message were read. */
  opcode: OpcodeName | null;
  /** Octets of payload of all its frames that were read. */
  wireLength: number;
  /** Of these, how many were captured. */
  captured: number;
  frames: number;
  compressed: boolean;
  firstPacket: number;
  /** Empty where payloads are not asked for, or must be inflated. */
  pieces: CapturedPiece[];
}

export interface DiagnosticEvent extends Located {
  type: 'diagnostic';
  code: string;
  severity: Severity;
  direction: Direction | null;
  message: string;
  /** For example `RFC 6455 §5.1`. */
  reference: string;
  /** The words in which gorilla/websocket's reader objects, where it does. */
  peerWords?: string;
  /** With `message-incomplete`. */
  incomplete?: IncompletePayload;
}

export interface Counts {
  messages: number;
  controls: number;
  frames: number;
  /** Octets of TCP payload delivered. */
  octets: number;
}

export interface EndEvent extends Located {
  type: 'end';
  how: 'close' | 'fin' | 'rst' | 'capture-end' | 'replaced';
  c2s: Counts;
  s2c: Counts;
}

/** What somebody wrote about a packet into the capture (pcapng). Each comment is an event, after those of its packet. */
export interface CommentEvent extends Omit<Located, 'connection'> {
  type: 'comment';
  /** Null where the packet is no TCP segment that could be read. */
  connection: number | null;
  comment: string;
}

/** What a connection without WebSocket looks like; `none`: it carried no octets. */
export type Protocol = 'tls' | 'http' | 'http2' | 'unknown' | 'none';

/** TCP connections without WebSocket, by what they look like and the server's port. */
export interface OtherConnections {
  protocol: Protocol;
  port: number;
  connections: number;
  /** How many of them had begun before the capture; absent where none had. */
  late?: number;
  /** Where not all HTTP could be read; absent where all could. */
  unread?: UnreadConnections;
}

/** Connections without WebSocket of which not all HTTP could be read. */
export interface UnreadConnections {
  connections: number;
  /** Of the first of them: packet and reason. */
  packet: number;
  reason: UnreadReason;
}

/** TCP connections without WebSocket of kinds that the summary does not list, by what they look like. */
export interface FurtherConnections {
  protocol: Protocol;
  /** At how many ports of servers. */
  ports: number;
  connections: number;
  /** How many of them had begun before the capture; absent where none had. */
  late?: number;
}

export interface SummaryEvent {
  type: 'summary';
  packets: number;
  /** Captured octets of all packets. */
  octets: number;
  tcpConnections: number;
  webSocketConnections: number;
  messages: number;
  /** The most frequent first, 20 at most: of each protocol one at least, and rather those that carried octets. */
  otherConnections: OtherConnections[];
  /** What is not in that list; only where something is not. */
  furtherConnections?: FurtherConnections[];
  /** Packets that were passed over, by reason. */
  skipped: Record<string, number>;
  /** Packets that the capturing system received and lost; only where the capture tells. */
  dropped?: number;
  /** Names that the capture gives addresses. */
  names?: { address: string; names: string[] }[];
  /** Keys for decryption that the capture carries, by kind; the keys themselves are not told. */
  secrets?: { type: string; octets: number }[];
  /** False: the file was cut or damaged. */
  complete: boolean;
  error?: string;
  /** With `namesFile`. */
  file?: string;
}

export type WsdissectEvent =
  | CaptureEvent
  | HandshakeEvent
  | MidstreamEvent
  | FrameEvent
  | MessageEvent
  | ControlEvent
  | GapEvent
  | DiagnosticEvent
  | CommentEvent
  | EndEvent
  | SummaryEvent;
