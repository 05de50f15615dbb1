// What a walkthrough knows of the one connection that it tells of: a bounded record, filled while the capture is read.
// Knows nothing of how the story is told.

import type {
  ControlEvent,
  DiagnosticEvent,
  Direction,
  EndEvent,
  Endpoint,
  FrameEvent,
  GapEvent,
  HandshakeEvent,
  HandshakeResponse,
  MessageEvent,
  MidstreamEvent,
} from '../../dissect/events.ts';
import { parseExtensions } from '../../http/extensions.ts';
import type { Side } from '../../tcp/connection.ts';
import {
  type AgreedExtensions,
  agreedExtensions,
  type DirectionExtensions,
  UNKNOWN_EXTENSIONS,
} from '../../ws/extensions.ts';
import { isControl } from '../../ws/opcodes.ts';
import { valuesOf } from '../header-values.ts';
import { FirstAndLast } from './first-and-last.ts';
import { KEPT_FIRST, KEPT_LAST, type PacketLedger, type PacketRecord, type Part } from './packet-ledger.ts';

/** A frame with its octets as they were on the wire. */
export interface CapturedFrame {
  readonly event: FrameEvent;
  /** Header and payload, the latter up to `PAYLOAD_KEPT` octets or as far as it was captured. */
  readonly octets: Uint8Array;
}

/** The frames whose headers end in one packet, of one direction. */
export interface PacketFrames {
  readonly packet: number;
  readonly direction: Direction;
  /** The first of them. */
  readonly named: FrameEvent[];
  count: number;
}

/** Payload octets of a frame that are kept for laying it out. */
export const PAYLOAD_KEPT = 4096;

const MESSAGES_LISTED = 12;
const CONTROLS_LISTED = 8;
const DIAGNOSTICS_LISTED = 8;
const GAPS_LISTED = 4;
const FRAMES_NAMED_A_PACKET = 3;
const BRINGS_OCTETS: ReadonlySet<Part> = new Set<Part>(['new', 'ahead', 'late']);
const CONTROL: ReadonlySet<string> = new Set(['close', 'ping', 'pong']);

/** Control frames have the highest bit of the opcode set, reserved ones too (RFC 6455 §5.5). */
export function isControlFrame({ opcode }: FrameEvent): boolean {
  const reserved = /^reserved-(\d+)$/.exec(opcode);
  return reserved === null ? CONTROL.has(opcode) : isControl(Number(reserved[1]));
}

export class ConversationRecord {
  readonly connection: number;
  readonly ledger: PacketLedger;
  handshake: HandshakeEvent | null = null;
  /** Packet that completed the request. */
  requestPacket: number | null = null;
  /** What tells of something that stands before HTTP on this connection; null where nothing does. */
  prefix: DiagnosticEvent | null = null;
  /** HTTP requests of this connection before it. */
  earlierRequests = 0;
  midstream: MidstreamEvent | null = null;
  /** Of each direction the frame that is laid out: the first data frame, else the first control frame. */
  readonly firstFrames: Record<Direction, CapturedFrame | null> = { c2s: null, s2c: null };
  /** By direction: whether its first data frame continues a message that was never begun. */
  readonly startless: Record<Direction, boolean> = { c2s: false, s2c: false };
  /** Of each direction the message that its first frame of text or binary began, where it was read to its end. */
  readonly firstMessages: Record<Direction, MessageEvent | null> = { c2s: null, s2c: null };
  /** As many as packets are kept: a packet that is kept finds its frames here. */
  readonly frames = new FirstAndLast<PacketFrames>(KEPT_FIRST, KEPT_LAST);
  readonly messages = new FirstAndLast<MessageEvent>(MESSAGES_LISTED, 0);
  readonly messageCount: Record<Direction, number> = { c2s: 0, s2c: 0 };
  /** Messages whose first frame was read. */
  readonly begunCount: Record<Direction, number> = { c2s: 0, s2c: 0 };
  readonly controls = new FirstAndLast<ControlEvent>(CONTROLS_LISTED, 0);
  /** The first of each direction. */
  readonly closes: ControlEvent[] = [];
  /** Where the first close frame of a direction ends in its stream, also where its payload was not captured. */
  readonly closeEnds: Record<Direction, number | null> = { c2s: null, s2c: null };
  readonly gaps = new FirstAndLast<GapEvent>(GAPS_LISTED, 0);
  readonly diagnostics = new FirstAndLast<DiagnosticEvent>(DIAGNOSTICS_LISTED, 0);
  end: EndEvent | null = null;
  /** Why the capture could not be read to its end; null where it could. */
  damage: string | null = null;

  readonly #lastFrames: Record<Direction, PacketFrames | null> = { c2s: null, s2c: null };

  constructor(connection: number, ledger: PacketLedger) {
    this.connection = connection;
    this.ledger = ledger;
  }

  get client(): Endpoint {
    return (this.handshake ?? this.midstream)?.client ?? this.ledger.ends[0];
  }

  get server(): Endpoint {
    return (this.handshake ?? this.midstream)?.server ?? this.ledger.ends[1];
  }

  /** The answer to the upgrade request, which may be there alone. */
  get answer(): HandshakeResponse | null {
    return (this.handshake ?? this.midstream)?.response ?? null;
  }

  /** Packet that completed the answer; where that is there alone, the one that it begins in. Null where that is not known. */
  get answerPacket(): number | null {
    const { handshake, midstream } = this;
    if (handshake !== null) return handshake.response === null ? null : handshake.packet;
    // It is the first that is read of the server, in a packet no earlier than the first that is read at all.
    if (midstream?.response === undefined || this.packet(midstream.packet) === null) return null;
    let first: PacketRecord | null = null;
    for (const packet of this.packetsOf('s2c')) {
      if (packet.number < midstream.packet || !BRINGS_OCTETS.has(packet.part)) continue;
      if (first === null || packet.offset < first.offset) first = packet;
    }
    return first?.number ?? null;
  }

  /** Whether the upgrade took place, which without its answer is known by the frames. */
  get upgraded(): boolean {
    const { c2s, s2c } = this.firstFrames;
    return this.handshake?.upgraded === true || this.midstream !== null || c2s !== null || s2c !== null;
  }

  /** What was agreed upon for each direction, as the dissector knew it. */
  get extensions(): Record<Direction, DirectionExtensions> {
    const { fromClient, fromServer } = this.#agreed;
    return { c2s: fromClient, s2c: fromServer };
  }

  get #agreed(): AgreedExtensions {
    const { answer } = this;
    // Without the answer, nothing can have been agreed upon that was not asked for.
    const headers = answer?.headers ?? this.handshake?.request.headers ?? null;
    const value = headers === null ? null : valuesOf(headers, 'sec-websocket-extensions');
    if (answer === null && (headers === null || value !== null)) return UNKNOWN_EXTENSIONS;
    return agreedExtensions(parseExtensions(value ?? '').extensions);
  }

  /** How many octets there are of the payload of a frame whose end never came; null where all are, or that is not known. */
  captured({ direction, packet: number, offset, headerLength, length }: FrameEvent): number | null {
    if (this.gaps.total > 0 || this.begunCount[direction] <= this.messageCount[direction]) return null;
    const packet = this.packet(number);
    const start = offset + headerLength;
    // Of a connection with several subflows the packets of one are known, and other offsets.
    if (packet === null || start <= packet.offset || start > packet.offset + packet.length) return null;
    const captured = this.ledger.octetsOf(packet.side) - start;
    return captured < length ? captured : null;
  }

  directionOf(side: Side): Direction {
    const [opener] = this.ledger.ends;
    const openerIsClient = opener.address === this.client.address && opener.port === this.client.port;
    return (side === 0) === openerIsClient ? 'c2s' : 's2c';
  }

  addFrame(frame: FrameEvent): void {
    const { packet, direction } = frame;
    const same = this.#lastFrames[direction];
    if (same?.packet === packet) {
      same.count++;
      if (same.named.length < FRAMES_NAMED_A_PACKET) same.named.push(frame);
      return;
    }
    const begun: PacketFrames = { packet, direction, named: [frame], count: 1 };
    this.#lastFrames[direction] = begun;
    this.frames.add(begun);
  }

  framesIn(packet: number, direction: Direction): PacketFrames | null {
    for (const begun of this.frames) if (begun.packet === packet && begun.direction === direction) return begun;
    return null;
  }

  /** The packet of that number, where it is one of the kept. */
  packet(number: number | null): PacketRecord | null {
    for (const packet of this.ledger.packets) if (packet.number === number) return packet;
    return null;
  }

  /** The packets kept of one direction, in the order of capture. */
  *packetsOf(direction: Direction): Generator<PacketRecord> {
    for (const packet of this.ledger.packets) if (this.directionOf(packet.side) === direction) yield packet;
  }
}
