// One direction of an upgraded connection: octets in, views out to the sink. Joins the frame parser and the assembler of
// `src/ws/` with what only a connection knows: who speaks, and in which packet.

import { NOWHERE, type Origin } from '../capture/packet.ts';
import { messageOf, type ToldRule } from '../tcp/rules.ts';
import type { Receiver } from '../tcp/stream-sink.ts';
import type { DirectionExtensions } from '../ws/extensions.ts';
import { FrameParser } from '../ws/frame-parser.ts';
import { type AssemblerOptions, MessageAssembler, type MessageSink } from '../ws/message-assembler.ts';
import { CLOSE } from '../ws/opcodes.ts';
import type { Payload } from '../ws/payload.ts';
import type { WebSocketRuleCode } from '../ws/rules.ts';
import { ruleOf } from './diagnostics.ts';
import type { IncompletePayload } from './events.ts';
import { FrameSeeker, type SeekingReader } from './frame-seeker.ts';
import type { HeldFrames } from './held-frames.ts';
import { incompleteOf } from './incomplete-payload.ts';
import { notBegun } from './not-begun.ts';
import { FrameRecord, type PayloadRecord } from './reused-views.ts';
import { CLIENT_TO_SERVER, type ConversationView, type DirectionIndex, type DissectionSink } from './sink.ts';

/** What all directions share. */
export interface DirectionLimits extends AssemblerOptions {
  /** Octets of one direction that are held while its next frame is looked for. */
  readonly searchLimit: number;
  /** What was found so far, of all directions. */
  readonly tally: { messages: number };
  /** The view of every message and control frame. */
  readonly view: PayloadRecord;
}

/** What a direction needs of its conversation. */
export interface DirectionOwner extends ConversationView {
  onPingOrPong(direction: DirectionIndex, control: Payload): void;
  report(
    rule: ToldRule,
    direction: DirectionIndex | null,
    message: string,
    origin: Origin,
    incomplete?: IncompletePayload,
  ): void;
}

export class DirectionReader implements MessageSink, Receiver, SeekingReader {
  // Hot: what a whole message asks for stands first, as in `tcp/connection.ts`.
  #origin: Origin = NOWHERE;
  /** Whether a whole message or control frame may come next: known at the beginning, and after octets that went the long way. */
  #expectsWhole = false;
  readonly #parser: FrameParser;
  readonly #assembler: MessageAssembler;
  readonly #limits: DirectionLimits;
  readonly #sink: DissectionSink;
  #owner = notBegun<DirectionOwner>();
  #direction: DirectionIndex = CLIENT_TO_SERVER;
  /** How often octets of one packet ended with a frame: of use where the next one must be looked for. */
  #endedSegments = 0;
  /** Made for the first frame that is asked for. */
  #frameView: FrameRecord | null = null;
  /** While it is not known where the next frame begins. */
  #seeker: FrameSeeker | null = null;
  /** Stream offset at which a frame begins, if the octets from there on are the first that this direction said; else -1. */
  #beginning = -1;
  /** Whether this direction's close frame was seen. */
  closed = false;
  /** Whether octets of it were not captured, or passed over. */
  gapped = false;

  /** Good for nothing before `begin`. */
  constructor(sink: DissectionSink, limits: DirectionLimits) {
    this.#sink = sink;
    this.#limits = limits;
    this.#assembler = new MessageAssembler(this, limits);
    this.#parser = new FrameParser(this.#assembler);
  }

  /**
   * Begins a direction, and sets every field: readers are used again, as making them costs a short connection more than
   * reading it.
   * @param offset where its first frame begins in the stream
   */
  begin(owner: DirectionOwner, direction: DirectionIndex, extensions: DirectionExtensions, offset: number): void {
    this.#owner = owner;
    this.#direction = direction;
    this.#assembler.begin(direction === CLIENT_TO_SERVER, extensions);
    this.#parser.begin(offset);
    this.#frameView = null;
    this.#origin = NOWHERE;
    this.#seeker = null;
    this.#beginning = -1;
    this.#endedSegments = 0;
    this.closed = false;
    this.gapped = false;
    this.#expectsWhole = this.#assembler.expectsWhole;
  }

  /** Whether it is between two messages and known to be, so that it could go on from here without what was before. */
  get isResting(): boolean {
    const { pending, lost } = this.#parser;
    return this.#seeker === null && pending === 0 && !lost && !this.#assembler.inMessage && !this.closed;
  }

  get messages(): number {
    return this.#assembler.messages;
  }

  get lastMessagePacket(): number {
    return this.#assembler.lastMessagePacket;
  }

  get controls(): number {
    return this.#assembler.controls;
  }

  get frames(): number {
    return this.#assembler.frames;
  }

  /**
   * Where the next frame begins is not known: it is looked for.
   * @param passedBefore octets that were passed over before those that come
   */
  seek(passedBefore = 0): void {
    const parser = this.#parser;
    const { frames, compression } = this.#assembler;
    const { searchLimit, allowance } = this.#limits;
    this.#expectsWhole = false;
    const sought = {
      position: parser.position,
      passedBefore,
      // Who breaks the rule of masking does so all along.
      masked: frames > 0 ? parser.masked : this.#direction === CLIENT_TO_SERVER ? null : false,
      compression,
      seen: { frames, longest: parser.longest, endedSegments: this.#endedSegments, kinds: parser.kinds },
      searchLimit,
      allowance,
    };
    this.#seeker = new FrameSeeker(sought, this);
  }

  /**
   * The same in a capture that began late, with what is held of this direction, and will be handed on only then.
   * @param mayBeFirst whether nothing that this direction said was captured before, so that it may be all
   */
  seekIn(held: HeldFrames, passedBefore: number, mayBeFirst: boolean): void {
    this.seek(passedBefore);
    if (mayBeFirst) this.#beginning = this.#parser.position;
    this.#seeker?.lookAhead(held);
  }

  /** Hot: nearly all frames are short whole messages, and need nothing of what else there may be to do. */
  feed(buffer: Uint8Array, start: number, end: number, origin: Origin): void {
    this.#origin = origin;
    this.#assembler.origin = origin;
    let at = start;
    while (this.#expectsWhole === true) {
      const next = this.#parser.readWhole(buffer, at, end);
      if (next === at) break;
      at = next;
    }
    if (at === end && at > start) this.#endedSegments++;
    else this.#feedByStates(buffer, at, end, origin);
  }

  #feedByStates(buffer: Uint8Array, start: number, end: number, origin: Origin): void {
    if (this.#seeker !== null) {
      this.#seeker.feed(buffer, start, end, origin);
      return;
    }
    this.#parser.origin = origin;
    this.#parser.feed(buffer, start, end);
    if (this.#parser.pending === 0) this.#endedSegments++;
    this.#expectsWhole = this.#seeker === null && this.#parser.isBetween && this.#assembler.expectsWhole;
  }

  skip(length: number, origin: Origin): void {
    this.gapped = true;
    this.#expectsWhole = false;
    this.#origin = origin;
    if (this.#seeker !== null) {
      this.#seeker.skip(length, origin);
      return;
    }
    this.#assembler.origin = origin;
    const inPayload = Math.min(length, this.#parser.remaining);
    if (inPayload > 0) this.#assembler.onHole(inPayload);
    const cutHeader = inPayload > 0 ? 0 : this.#parser.pending;
    this.#parser.skip(length);
    if (!this.#parser.lost) return;
    this.#assembler.abandon();
    this.onFinding('frame-header-lost', '');
    this.seek(cutHeader);
  }

  /** The stream is over. */
  end(origin: Origin): void {
    this.#origin = origin;
    this.#seeker?.end();
    this.#origin = origin;
    const seeker = this.#seeker;
    if (seeker === null) {
      this.#assembler.end(this.#parser.pending);
      return;
    }
    this.#tellPassedOver('frames-not-found', seeker.passedOver);
    seeker.release();
    this.#seeker = null;
  }

  onFrameFound(offset: number, origin: Origin | null, passedOver: number): void {
    this.#parser.resume(offset);
    this.#assembler.resume(offset === this.#beginning);
    if (origin !== null) this.#origin = origin;
    this.#tellPassedOver('frames-found', passedOver);
  }

  onPassed(): void {
    this.#seeker = null;
  }

  onHeldLimit(limit: number): void {
    this.onFinding('held-limit', `the limit is ${limit} octets`);
  }

  #tellPassedOver(code: 'frames-found' | 'frames-not-found', octets: number): void {
    if (octets === 0) return;
    this.gapped = true;
    this.onFinding(code, `${octets} octets passed over`);
  }

  onFrame(): void {
    this.#frameView ??= new FrameRecord(this.#owner, this.#direction, this.#parser);
    this.#frameView.origin = this.#origin;
    this.#sink.onFrame(this.#frameView);
  }

  onMessage(message: Payload): void {
    this.#limits.tally.messages++;
    this.#sink.onMessage(this.#limits.view.of(this.#owner, this.#direction, message));
  }

  onControl(control: Payload): void {
    if (control.opcode === CLOSE) {
      this.closed = true;
      this.#expectsWhole = false;
    } else this.#owner.onPingOrPong(this.#direction, control);
    this.#sink.onControl(this.#limits.view.of(this.#owner, this.#direction, control));
  }

  onIncomplete(payload: Payload): void {
    const rule = ruleOf('message-incomplete');
    const { what, incomplete } = incompleteOf(payload);
    this.#owner.report(rule, this.#direction, messageOf(rule, what), this.#origin, incomplete);
  }

  onFinding(code: WebSocketRuleCode, detail: string): void {
    const rule = ruleOf(code);
    const message = messageOf(rule, detail);
    const peerWords = rule.peerWords?.replace(/\{\w+\}/, detail);
    this.#owner.report(peerWords === undefined ? rule : { ...rule, peerWords }, this.#direction, message, this.#origin);
  }
}
