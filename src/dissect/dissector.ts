// Packets in, findings out: joins link, TCP and the conversations above it, and keeps the account of the whole capture.
// Reads no files; `run.ts` gives it packets.

import type { CaptureSink } from '../capture/capture-parser.ts';
import {
  type CaptureAnnex,
  type CaptureDescription,
  NO_COMMENTS,
  Origin,
  type PacketView,
  UNKNOWN_CAPTURE,
} from '../capture/packet.ts';
import { DEFAULT_FRAGMENT_LIMIT } from '../link/datagram-store.ts';
import { LinkDecoder } from '../link/link-decoder.ts';
import { linkTypeName } from '../link/link-types.ts';
import type { Segment } from '../link/segment.ts';
import type { GapReason, Memo, Side, TcpEnd } from '../tcp/connection.ts';
import { defaultTcpLimits, type TcpLimits } from '../tcp/limits.ts';
import { Pool } from '../tcp/pool.ts';
import { Reassembler } from '../tcp/reassembler.ts';
import { messageOf, type TcpRuleCode } from '../tcp/rules.ts';
import type { SidesTold, StreamSink } from '../tcp/stream-sink.ts';
import { Allowance } from '../ws/allowance.ts';
import { Inflaters } from '../ws/inflaters.ts';
import { Payload } from '../ws/payload.ts';
import { CaptureNotes } from './capture-notes.ts';
import type { CaptureClock } from './clock.ts';
import { Conversation, type TcpConnection } from './conversation.ts';
import type { ConversationContext } from './conversation-context.ts';
import type { ConversationMemo } from './conversation-memo.ts';
import { ruleOf } from './diagnostics.ts';
import { DirectionReader } from './direction-reader.ts';
import { EndRecord } from './end-record.ts';
import type { Protocol } from './events.ts';
import { HandshakeRecord } from './handshake-record.ts';
import { KnownKeys } from './known-keys.ts';
import { MidstreamRecord } from './midstream-record.ts';
import { beginsAnotherConversation } from './next-conversation.ts';
import { Opening } from './opening.ts';
import { OtherCounts } from './other-counts.ts';
import { PayloadRecord } from './reused-views.ts';
import type { DissectionSink } from './sink.ts';

/** Bounds on what is kept in memory (docs/limits.md). */
export interface DissectionLimits extends TcpLimits {
  /** Octets held of IP datagrams in fragments, in all. */
  fragments: number;
  /** Octets of one message that are held. */
  message: number;
  /** Octets held in all: of messages in pieces, and before upgrades for the other side. */
  held: number;
  /** Octets of one direction held while its next frame is looked for. */
  search: number;
  /** Octets that one compressed message may inflate to. */
  inflated: number;
  /** How many times its size a compressed message may inflate to, judged from 16 MiB on. */
  inflateRatio: number;
  /** Octets kept in all of what compressed messages may refer to. */
  contexts: number;
}

export const defaultLimits: DissectionLimits = {
  ...defaultTcpLimits,
  fragments: DEFAULT_FRAGMENT_LIMIT,
  message: 64 * 1024 * 1024,
  held: 64 * 1024 * 1024,
  search: 256 * 1024,
  inflated: 64 * 1024 * 1024,
  inflateRatio: 250,
  contexts: 256 * 1024 * 1024,
};

export class Dissector implements CaptureSink, StreamSink<Conversation>, ConversationContext<Conversation> {
  readonly sink: DissectionSink;
  readonly clock: CaptureClock;
  readonly handshake: HandshakeRecord;
  readonly midstream: MidstreamRecord;
  readonly ending: EndRecord;
  #places = 0;
  /** Each goes back when the call is over in which its connection was released or ended. */
  readonly #conversations = new Pool(() => new Conversation(this, this.#places++));
  readonly keys = new KnownKeys();
  readonly openings: Pool<Opening>;
  readonly readers: Pool<DirectionReader>;
  readonly webSocketPorts: ReadonlySet<number>;
  readonly #inflaters: Inflaters;
  readonly #files: string[];
  readonly #link: LinkDecoder;
  readonly #tcp: Reassembler<Conversation>;
  readonly #last = new Origin();
  readonly #notes = new CaptureNotes();
  readonly #others = new OtherCounts();
  #isStarted = false;
  #packets = 0;
  #octets = 0;
  #webSocketConnections = 0;
  readonly #tally = { messages: 0 };

  /** @param webSocketPorts of servers that speak WebSocket also where no handshake says so */
  constructor(
    sink: DissectionSink,
    clock: CaptureClock,
    files: string[],
    limits: DissectionLimits = defaultLimits,
    webSocketPorts: readonly number[] = [],
  ) {
    this.sink = sink;
    this.webSocketPorts = new Set(webSocketPorts);
    this.clock = clock;
    this.#files = files;
    this.#link = new LinkDecoder(limits.fragments);
    this.handshake = new HandshakeRecord(clock);
    this.midstream = new MidstreamRecord(clock);
    this.ending = new EndRecord(clock);
    const allowance = new Allowance(limits.held);
    const { message: messageLimit, search: searchLimit, inflated, inflateRatio: ratio, contexts: windows } = limits;
    const inflaters = new Inflaters({ inflated, ratio, windows });
    this.openings = new Pool(() => new Opening(allowance, sink.needs.heads));
    const payloads = new Pool(() => new Payload(allowance));
    const whole = new Payload(allowance);
    const tally = this.#tally;
    const view = new PayloadRecord();
    const { payloads: keepPayloads, frames: reportFrames } = sink.needs;
    const wanted = { keepPayloads, reportFrames };
    const shared = { ...wanted, messageLimit, searchLimit, allowance, inflaters, payloads, whole, tally, view };
    this.readers = new Pool(() => new DirectionReader(sink, shared));
    this.#inflaters = inflaters;
    this.#tcp = new Reassembler<Conversation>(this, limits);
  }

  /** Data messages found so far. */
  get messages(): number {
    return this.#tally.messages;
  }

  onStart(description: CaptureDescription): void {
    this.#isStarted = true;
    this.clock.resolution = description.resolution;
    this.clock.files = description.files ?? [];
    this.sink.onEvent({
      type: 'capture',
      files: description.files ?? this.#files,
      format: description.format,
      linkTypes: description.linkTypes.map(linkTypeName),
      ...this.clock.ownFile,
    });
  }

  onPacket(packet: PacketView): void {
    if (this.#packets++ === 0) this.clock.start(packet.origin);
    this.#octets += packet.end - packet.start;
    this.#last.copyFrom(packet.origin);
    const segment = this.#link.decode(packet);
    if (segment !== null) this.#tcp.onSegment(segment, packet.origin);
    if (packet.comments !== NO_COMMENTS) this.#comment(packet, segment);
  }

  onAnnex(annex: CaptureAnnex): void {
    this.#notes.add(annex);
  }

  /** The capture is over; `error` says why it is not complete, in one line. */
  finish(error?: string): void {
    if (!this.#isStarted) this.onStart(UNKNOWN_CAPTURE);
    this.#tcp.finish(this.#last);
    this.#inflaters.close();
    this.sink.onEvent({
      type: 'summary',
      packets: this.#packets,
      octets: this.#octets,
      tcpConnections: this.#tcp.connections,
      webSocketConnections: this.#webSocketConnections,
      messages: this.#tally.messages,
      ...this.#others.told,
      skipped: this.#link.skipped,
      ...this.#notes.summary(),
      complete: error === undefined,
      ...(error === undefined ? {} : { error }),
      ...this.clock.ownFile,
    });
  }

  onOpen(connection: TcpConnection, segment: Segment): void {
    connection.upper = this.#conversations.take();
    connection.upper.begin(connection, segment);
    this.sink.onConnection?.(connection.number, segment);
  }

  onResume(connection: TcpConnection, memo: Memo, swapped: boolean, origin: Origin): void {
    connection.upper?.resume(memo as ConversationMemo, swapped, origin);
  }

  onLetGo(connection: TcpConnection): Memo | null {
    return connection.upper?.memo() ?? null;
  }

  onOctets(
    connection: TcpConnection,
    side: Side,
    buffer: Uint8Array,
    start: number,
    end: number,
    origin: Origin,
  ): void {
    const conversation = connection.upper;
    if (conversation === null) return;
    conversation.take(side, buffer, start, end, origin);
    if (connection.upper === null) this.#conversations.giveBack(conversation);
  }

  onGap(connection: TcpConnection, side: Side, length: number, reason: GapReason, origin: Origin): void {
    const conversation = connection.upper;
    if (conversation === null) return;
    conversation.lose(side, length, reason, origin);
    if (connection.upper === null) this.#conversations.giveBack(conversation);
  }

  takeBack({ upper }: TcpConnection): SidesTold | null {
    return upper?.takeBack() ?? null;
  }

  beginsAnother(connection: TcpConnection, side: Side, segment: Segment, octetsApart: number): boolean {
    return beginsAnotherConversation(connection, side, segment, octetsApart);
  }

  onFinding(connection: TcpConnection, side: Side, code: TcpRuleCode, detail: string, origin: Origin): void {
    const rule = ruleOf(code);
    connection.upper?.reportSide(rule, side, messageOf(rule, detail), origin);
  }

  onEnd(connection: TcpConnection, how: TcpEnd, origin: Origin): void {
    const conversation = connection.upper;
    if (conversation === null) return;
    conversation.end(how, origin);
    if (connection.live !== null && this.sink.onTransport !== undefined) {
      const { half0, half1, handshake } = connection.live;
      const isFirst = conversation.clientSide === 0;
      this.sink.onTransport(
        connection.number,
        isFirst ? half0.facts : half1.facts,
        isFirst ? half1.facts : half0.facts,
        handshake.roundTrip,
      );
    }
    this.#conversations.giveBack(conversation);
  }

  #comment({ comments, origin }: PacketView, segment: Segment | null): void {
    const connection = segment === null ? null : this.#tcp.connectionOf(segment);
    const where = { ...this.clock.locate(0, origin), connection };
    for (const comment of comments) this.sink.onEvent({ type: 'comment', ...where, comment });
  }

  onWebSocket(): void {
    this.#webSocketConnections++;
  }

  onOther(conversation: Conversation, protocol: Protocol, port: number, connection: TcpConnection): void {
    const kind = connection.hasOctets ? protocol : 'none';
    this.#others.add(kind, port, conversation);
    this.#tcp.release(connection);
  }
}
