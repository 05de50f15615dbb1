// How the dissector hands on what it found. What is frequent comes as a reused view, valid during the call; what is
// rare comes as the owned event itself. `EventMaker` turns views into events; fast writers read the views.

import type { Origin } from '../capture/packet.ts';
import type { RequestHead, ResponseHead } from '../http/head.ts';
import type { UpgradeVerdict } from '../http/upgrade.ts';
import type { Segment } from '../link/segment.ts';
import type { DirectionFacts } from '../tcp/transport-facts.ts';
import type { DirectionIndex } from '../ws/direction-index.ts';
import type {
  CaptureEvent,
  CommentEvent,
  Counts,
  DiagnosticEvent,
  EndEvent,
  Endpoint,
  GapEvent,
  HandshakeEvent,
  MidstreamEvent,
  Protocol,
  SummaryEvent,
} from './events.ts';

export type RareEvent = CaptureEvent | GapEvent | DiagnosticEvent | CommentEvent | SummaryEvent;

export { CLIENT_TO_SERVER, type DirectionIndex, SERVER_TO_CLIENT } from '../ws/direction-index.ts';

/** What a view says of its connection. */
export interface ConversationView {
  /** Number of the TCP connection, from 0. */
  readonly connection: number;
  /** A small number of its own among the conversations that are open, for tables of them; another's once it is over. */
  readonly place: number;
  readonly client: Endpoint;
  readonly server: Endpoint;
}

/** The answer to an upgrade request was read, or it never came. Valid during the call. */
export interface HandshakeView {
  readonly conversation: ConversationView;
  /** Packet that completed the answer; the request, where no answer came. */
  readonly origin: Origin;
  /** Packet that completed the request. */
  readonly requestOrigin: Origin;
  readonly target: string;
  /** Status of the answer, null where it never came or could not be read. */
  readonly status: number | null;
  readonly request: RequestHead;
  /** Null where it never came, or could not be read. */
  readonly response: ResponseHead | null;
  /** What an answer that could not be read looks like; null where there is none. */
  readonly unreadAnswer: Protocol | null;
  /** The answer's body, as far as it is kept. */
  readonly body: string;
  /** Made only now, as judging a handshake costs more than all else of a short connection. */
  readonly verdict: UpgradeVerdict;
  /** The owned event, with the verdict. */
  event(): HandshakeEvent;
}

/** A conversation is taken for WebSocket without its handshake. Valid during the call. */
export interface MidstreamView {
  readonly conversation: ConversationView;
  /** Packet of the first octets. */
  readonly origin: Origin;
  /** The owned event. */
  event(): MidstreamEvent;
}

/** A conversation that was told of is over. Valid during the call. */
export interface EndView {
  readonly conversation: ConversationView;
  /** Packet that ended it. */
  readonly origin: Origin;
  readonly how: EndEvent['how'];
  counts(direction: DirectionIndex): Counts;
  /** The owned event. */
  event(): EndEvent;
}

export interface FrameView {
  readonly conversation: ConversationView;
  readonly direction: DirectionIndex;
  /** Packet that carried the last octet of the frame's header in the stream. */
  readonly origin: Origin;
  /** 0…15, RFC 6455 §5.2 */
  readonly opcode: number;
  readonly fin: boolean;
  /** RSV1, RSV2, RSV3 as the bits 4, 2, 1. */
  readonly rsv: number;
  readonly masked: boolean;
  /** The masking key's 4 octets, big-endian; 0 where unmasked. */
  readonly key: number;
  readonly length: number;
  readonly headerLength: number;
  readonly offset: number;
}

export interface MessageView {
  readonly conversation: ConversationView;
  readonly direction: DirectionIndex;
  /** Packet that carried the octet of the message captured last, its headers counted. */
  readonly origin: Origin;
  readonly index: number;
  /** 1 text, 2 binary */
  readonly opcode: number;
  /** Octets of application data; -1 where a compressed message was not inflated. */
  readonly length: number;
  readonly wireLength: number;
  readonly frames: number;
  readonly compressed: boolean;
  /** An extension that is not known here may have changed its octets, so that they are not what was said. */
  readonly opaque: boolean;
  readonly firstPacket: number;
  /** False where the application data is not at hand: not inflated, or larger than the limit. */
  readonly readable: boolean;
  /** False where a text message is not UTF-8. */
  readonly wellFormed: boolean;
  /** Makes the application data available at `octets[start, end)` until the call returns; unmasks only now. */
  read(): void;
  readonly octets: Uint8Array;
  readonly start: number;
  readonly end: number;
}

export interface ControlView {
  readonly conversation: ConversationView;
  readonly direction: DirectionIndex;
  readonly origin: Origin;
  /** 8 close, 9 ping, 10 pong */
  readonly opcode: number;
  /** Payload octets; a control frame longer than 125 breaks a rule, yet is shown. */
  readonly length: number;
  /** As `MessageView.read`. */
  read(): void;
  readonly octets: Uint8Array;
  readonly start: number;
  readonly end: number;
}

/** What a sink needs; what nobody needs is not done. */
export interface SinkNeeds {
  /** Handshakes and conversations as a whole are judged, and what breaks a rule is reported as a diagnostic. */
  connectionDiagnostics: boolean;
  /** What the heads of a handshake say may be asked of `onHandshake`; otherwise only its status and its packets are known. */
  heads: boolean;
  /** `onFrame` is called. */
  frames: boolean;
  /** `read()` may be called on messages; otherwise payloads are counted and never held. */
  payloads: boolean;
}

export interface DissectionSink {
  readonly needs: SinkNeeds;
  /** A TCP connection begins with this segment: for those who follow a connection's packets themselves. */
  onConnection?(connection: number, segment: Segment): void;
  /**
   * A connection ended: what TCP did in it, valid during the call. Its `end` came before.
   * @param roundTrip nanoseconds from the SYN to the ACK of its answer; -1 where they were not captured
   */
  onTransport?(connection: number, c2s: DirectionFacts, s2c: DirectionFacts, roundTrip: number): void;
  onEvent(event: RareEvent): void;
  onHandshake(handshake: HandshakeView): void;
  onMidstream(midstream: MidstreamView): void;
  onFrame(frame: FrameView): void;
  onMessage(message: MessageView): void;
  onControl(control: ControlView): void;
  onEnd(end: EndView): void;
}
