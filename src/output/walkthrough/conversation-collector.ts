// Reads a capture and fills the record of one connection: the dissector's findings, and beside them the packets and the
// octets of the frames to be laid out. Everything of other connections is passed over.

import type { CaptureSink } from '../../capture/capture-parser.ts';
import { CaptureError, readCapture } from '../../capture/index.ts';
import type { CaptureDescription, PacketView } from '../../capture/packet.ts';
import type { PayloadCodec } from '../../codec/codec.ts';
import { CaptureClock } from '../../dissect/clock.ts';
import { PREFIX_CODES } from '../../dissect/connection-prefix.ts';
import { DIRECTIONS, directionName } from '../../dissect/direction.ts';
import { Dissector } from '../../dissect/dissector.ts';
import { EventMaker } from '../../dissect/event-maker.ts';
import type { Direction, FrameEvent, WsdissectEvent } from '../../dissect/events.ts';
import { countingReads, type RunOptions } from '../../dissect/run.ts';
import type {
  ControlView,
  ConversationView,
  DissectionSink,
  EndView,
  FrameView,
  HandshakeView,
  MessageView,
  MidstreamView,
  RareEvent,
} from '../../dissect/sink.ts';
import { LinkDecoder } from '../../link/link-decoder.ts';
import type { Segment } from '../../link/segment.ts';
import { CLOSE } from '../../ws/opcodes.ts';
import type { RereadableSource } from './choose-conversation.ts';
import { ConversationRecord, isControlFrame, PAYLOAD_KEPT } from './conversation-record.ts';
import { PacketLedger } from './packet-ledger.ts';
import { StreamWindow } from './stream-window.ts';

/** Packets read on after the connection's end, as its last ACK and late copies come behind it. */
const PACKETS_AFTER_END = 1000;

export interface Collection {
  /** Null where the capture has no such connection. */
  record: ConversationRecord | null;
  /** TCP connections seen. */
  connections: number;
  /** Why the capture could not be read to its end. */
  error: CaptureError | null;
}

export interface CollectionOptions extends Pick<RunOptions, 'signal' | 'onProgress'> {
  codec: PayloadCodec | null;
}

/** @throws CaptureError of kind `unreadable`, and the reason of the signal */
export async function collectConversation(
  source: RereadableSource,
  connection: number,
  { codec, signal: interrupted, onProgress }: CollectionOptions,
): Promise<Collection> {
  const clock = new CaptureClock();
  const collector = new ConversationCollector(connection, codec, clock);
  const dissector = new Dissector(collector, clock, []);
  const enough = new AbortController();
  const tap = new PacketTap(dissector, collector, enough);
  const signal = interrupted === undefined ? enough.signal : AbortSignal.any([enough.signal, interrupted]);
  const onRead = countingReads(onProgress, () => dissector.messages);
  let error: CaptureError | null = null;
  try {
    await readCapture(source, tap, { signal, onRead });
  } catch (reason) {
    if (reason instanceof CaptureError && reason.kind !== 'unreadable') error = reason;
    else if (!enough.signal.aborted || reason !== enough.signal.reason) throw reason;
  }
  dissector.finish(error?.message);
  collector.finish();
  if (collector.record !== null) collector.record.damage = error?.message ?? null;
  return { record: collector.record, connections: collector.connections, error };
}

/** Gives each packet to the dissector first, and then, where it is of the connection, to the collector. */
class PacketTap implements CaptureSink {
  readonly #dissector: Dissector;
  readonly #collector: ConversationCollector;
  readonly #enough: AbortController;
  readonly #link = new LinkDecoder();
  #packetsAfterEnd = 0;

  constructor(dissector: Dissector, collector: ConversationCollector, enough: AbortController) {
    this.#dissector = dissector;
    this.#collector = collector;
    this.#enough = enough;
  }

  onStart(description: CaptureDescription): void {
    this.#dissector.onStart(description);
  }

  onPacket(packet: PacketView): void {
    this.#dissector.onPacket(packet);
    const { record } = this.#collector;
    // Also before the conversation: its first segment may come in fragments.
    const segment = this.#link.decode(packet);
    if (record === null) return;
    if (segment !== null) this.#collector.onSegment(segment, packet);
    if (record.end !== null && ++this.#packetsAfterEnd === PACKETS_AFTER_END) this.#enough.abort();
  }
}

/** A frame whose octets are still to come. */
interface AwaitedFrame {
  event: FrameEvent;
  /** Whether a data frame may yet take its place. */
  provisional: boolean;
}

class ConversationCollector implements DissectionSink {
  readonly needs = { connectionDiagnostics: true, heads: true, frames: true, payloads: true };
  record: ConversationRecord | null = null;
  connections = 0;
  readonly #connection: number;
  readonly #clock: CaptureClock;
  readonly #maker: EventMaker;
  readonly #windows = [new StreamWindow(), new StreamWindow()] as const;
  readonly #awaited: Record<Direction, AwaitedFrame | null> = { c2s: null, s2c: null };
  /** Directions whose frame is complete. */
  readonly #settled: Record<Direction, boolean> = { c2s: false, s2c: false };
  /** Whether another connection took the same addresses and ports. */
  #replaced = false;

  constructor(connection: number, codec: PayloadCodec | null, clock: CaptureClock) {
    this.#connection = connection;
    this.#clock = clock;
    this.#maker = new EventMaker(
      { onEvent: (event) => this.#take(event) },
      { frames: true, payload: 'undecoded', codec },
      clock,
    );
  }

  onConnection(connection: number, segment: Segment): void {
    this.connections++;
    if (connection === this.#connection) this.record = new ConversationRecord(connection, new PacketLedger(segment));
    else if (this.record !== null && this.record.ledger.sideOf(segment) !== null) this.#replaced = true;
  }

  onSegment(segment: Segment, packet: PacketView): void {
    if (this.#replaced || this.record === null) return;
    const { ledger } = this.record;
    const side = ledger.sideOf(segment);
    if (side === null) return;
    const { offset } = ledger.add(segment, side, packet.origin, this.#clock.elapsed(packet.origin));
    const direction = this.record.directionOf(side);
    if (this.#settled[direction] && this.#told) return;
    this.#windows[side].add(offset, segment.buffer, segment.payloadStart, segment.payloadEnd);
    for (const awaiting of DIRECTIONS) this.#readAwaited(awaiting, false);
  }

  /** The capture is over: what is there of a frame is all that there will be. */
  finish(): void {
    for (const direction of DIRECTIONS) this.#readAwaited(direction, true);
  }

  onEvent(event: RareEvent): void {
    if ('connection' in event && event.connection === this.#connection) this.#maker.onEvent(event);
  }

  onHandshake(handshake: HandshakeView): void {
    if (!this.#isOurs(handshake.conversation) || this.record === null) return;
    this.record.requestPacket = handshake.requestOrigin.number;
    this.record.earlierRequests = handshake.request.number;
    this.#maker.onHandshake(handshake);
  }

  onMidstream(midstream: MidstreamView): void {
    if (this.#isOurs(midstream.conversation)) this.#maker.onMidstream(midstream);
  }

  onFrame(frame: FrameView): void {
    if (this.#isOurs(frame.conversation)) this.#maker.onFrame(frame);
  }

  onMessage(message: MessageView): void {
    if (!this.#isOurs(message.conversation) || this.record === null) return;
    this.record.messageCount[directionName(message.direction)]++;
    const { messages } = this.record;
    // Of a long conversation the later messages are counted only: making an event of each would take its payload apart.
    if (messages.omitted > 0 && message.index > 0) messages.total++;
    else this.#maker.onMessage(message);
  }

  onControl(control: ControlView): void {
    if (!this.#isOurs(control.conversation) || this.record === null) return;
    if (control.opcode === CLOSE || this.record.controls.omitted === 0) this.#maker.onControl(control);
    else this.record.controls.total++;
  }

  onEnd(end: EndView): void {
    if (this.#isOurs(end.conversation)) this.#maker.onEnd(end);
  }

  /** Whether the record says which end is the client. */
  get #told(): boolean {
    return this.record !== null && (this.record.handshake !== null || this.record.midstream !== null);
  }

  #isOurs(conversation: ConversationView): boolean {
    return conversation.connection === this.#connection;
  }

  #take(event: WsdissectEvent): void {
    const { record } = this;
    if (record === null) return;
    switch (event.type) {
      case 'handshake':
        record.handshake = event;
        break;
      case 'midstream':
        record.midstream = event;
        break;
      case 'frame':
        record.addFrame(event);
        if (event.opcode === 'close') {
          record.closeEnds[event.direction] ??= event.offset + event.headerLength + event.length;
        }
        if (event.opcode === 'text' || event.opcode === 'binary') record.begunCount[event.direction]++;
        this.#await(event);
        break;
      case 'message':
        record.messages.add(event);
        // Where two have begun, the first was never ended.
        if (record.begunCount[event.direction] === 1) record.firstMessages[event.direction] ??= event;
        break;
      case 'control':
        record.controls.add(event);
        if (event.opcode === 'close' && !record.closes.some((close) => close.direction === event.direction)) {
          record.closes.push(event);
        }
        break;
      case 'gap':
        record.gaps.add(event);
        break;
      case 'diagnostic':
        record.diagnostics.add(event);
        if (PREFIX_CODES.has(event.code)) record.prefix = event;
        // A header is judged right before its frame is told.
        if (
          event.code === 'continuation-without-start' &&
          event.direction !== null &&
          !this.#hasData(event.direction)
        ) {
          record.startless[event.direction] = true;
        }
        break;
      case 'end':
        record.end = event;
        break;
    }
  }

  /** Whether a data frame of the direction was told. */
  #hasData(direction: Direction): boolean {
    return this.#settled[direction] || this.#awaited[direction]?.provisional === false;
  }

  /** The first data frame of a direction is wanted; a control frame before it stands in until then. */
  #await(event: FrameEvent): void {
    const { direction } = event;
    const control = isControlFrame(event);
    const awaited = this.#awaited[direction];
    if (this.#hasData(direction)) return;
    if (control && (awaited !== null || this.record?.firstFrames[direction])) return;
    this.#awaited[direction] = { event, provisional: control };
  }

  #readAwaited(direction: Direction, atEnd: boolean): void {
    const { record } = this;
    const awaited = this.#awaited[direction];
    if (awaited === null || record === null) return;
    const { event, provisional } = awaited;
    const window = this.#windows[record.directionOf(0) === direction ? 0 : 1];
    const wanted = event.headerLength + Math.min(event.length, PAYLOAD_KEPT);
    const octets = window.read(event.offset, wanted);
    if (octets.length < wanted && !atEnd) return;
    record.firstFrames[direction] = { event, octets };
    this.#awaited[direction] = null;
    if (provisional) return;
    this.#settled[direction] = true;
    window.clear();
  }
}
