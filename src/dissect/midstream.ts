// A connection whose handshake is not in the capture, or not whole: tells by what both sides sent whether it is WebSocket,
// and which end is the client (`end-evidence.ts`). Holds the octets until then, up to a limit. `ws/frame-evidence.ts`
// weighs the evidence; this file says how much is enough. Between two looks only the octets are kept: ten
// thousand connections may be undecided at once, and a search takes more memory than what it searches.

import { Origin } from '../capture/packet.ts';
import type { HttpHead, ResponseHead } from '../http/head.ts';
import type { Flow, HttpSink } from '../http/http-sink.ts';
import { HttpReader } from '../http/message-reader.ts';
import { looksLikeResponse, statusOf } from '../http/recognition.ts';
import { SWITCHING_PROTOCOLS } from '../http/status-codes.ts';
import { type GapReason, otherSide, type Side } from '../tcp/connection.ts';
import type { SidesTold } from '../tcp/stream-sink.ts';
import type { Allowance } from '../ws/allowance.ts';
import { type AgreedExtensions, UNKNOWN_EXTENSIONS } from '../ws/extensions.ts';
import { EndEvidence } from './end-evidence.ts';
import { FramesAhead } from './frame-seeker.ts';
import { extensionsOf } from './handshake-extensions.ts';
import type { HeldFrames } from './held-frames.ts';
import { type HeldListener, HeldSides } from './held-sides.ts';
import type { MidstreamHints } from './midstream-hints.ts';

/** Bits asked for where nothing speaks for WebSocket but the octets: most connections are something else. */
const ENOUGH = 24;
/** The same where an upgrade was asked for. */
const ENOUGH_AFTER_REQUEST = 8;
/** Before it is looked at, one connection of 2 to this power is taken to be WebSocket. */
const PRIOR_BITS = 16;
/** Octets of one side that are looked at together; at most a quarter more, and a segment, are held, and what is older is let go. */
const LOOKED_AT = 64 * 1024;
/**
 * Octets of both sides after which it is taken for something else. A capture may begin inside of a message that is larger than
 * what is looked at, and only the other side, or what comes behind it, tells what it is.
 */
const MOST = 4 * 1024 * 1024;
/** By how much a side's octets grow from one look to the next where it is in the middle of something large. */
const LARGE_GROWTH = 8;
/** Octets of both sides at which frames are first looked for; then again each time that they have doubled. */
const FIRST_LOOK = 32;
/** Octets of both sides up to which frames of the other are waited for, where those of one are found; at most as many again. */
const LEAST_PATIENCE = 4096;

/** `other`: it is no WebSocket, or says so no longer in time. */
export type MidstreamVerdict = 'undecided' | 'websocket' | 'other';

export class Midstream implements HeldListener, HttpSink {
  verdict: MidstreamVerdict = 'undecided';
  client: Side | null;
  /** The answer 101, whose request was not read. */
  response: ResponseHead | null = null;
  /** Whether nothing of the client was captured before that. */
  #answeredFirst = false;
  readonly hints: MidstreamHints;
  /** Packet of the first octets. */
  readonly origin = new Origin();
  /** By side: where what is held begins in its stream. */
  readonly offsets: [number, number];
  readonly #held: HeldSides;
  readonly #octets: [number, number] = [0, 0];
  readonly #octetsHeld: [number, number] = [0, 0];
  /** Reads the server's head, where it begins with one. */
  #responses: HttpReader | null;
  #bits = 0;
  /** By side: whether its frames are found; once it is known to be WebSocket. They are waited for up to so many octets of both. */
  #ahead: readonly [FramesAhead, FramesAhead] | null = null;
  #patience = 0;
  /** Whether nothing comes any more. */
  #over = false;
  /** By side: octets of its stream that were let go, as they were too old. */
  readonly dropped: [number, number] = [0, 0];
  /** Octets of both sides at which it is looked at next. */
  #nextLook: number;
  /** By side: octets at the last look at it. */
  readonly #looked: [number, number] = [0, 0];
  readonly #evidence = new EndEvidence();

  /** @param offsets by side: how many octets of its stream were used before */
  constructor(hints: MidstreamHints, offsets: readonly [number, number], allowance: Allowance) {
    const { client, asked, forcedServer } = hints;
    this.hints = hints;
    this.client = client;
    this.offsets = [offsets[0], offsets[1]];
    if (forcedServer !== null) this.client ??= otherSide(forcedServer);
    this.#responses = client !== null && asked === null ? new HttpReader('response') : null;
    this.#held = new HeldSides(allowance);
    this.#nextLook = asked === null ? FIRST_LOOK : 1;
  }

  get #isForced(): boolean {
    return this.hints.forcedServer !== null;
  }

  /** 0…1 */
  get confidence(): number {
    if (this.#isForced || this.response !== null) return 1;
    const prior = this.hints.asked === null ? PRIOR_BITS : 0;
    return Math.round(1000 / (1 + 2 ** (prior - this.#bits))) / 1000;
  }

  /** What is known of the extensions agreed upon. */
  get extensions(): AgreedExtensions {
    return this.response === null ? (this.hints.asked ?? UNKNOWN_EXTENSIONS) : extensionsOf(this.response);
  }

  /** Whether a frame begins right where a side's octets begin. */
  beginsWithFrame(side: Side): boolean {
    if (this.dropped[side] > 0) return false;
    if (side !== this.client) return this.response !== null;
    return this.hints.asked !== null || (this.hints.behindLargeRequest && this.response !== null);
  }

  /** Whether what is held of the client is the first that was captured of it, behind the server's answer. */
  followsAnswer(side: Side): boolean {
    return side === this.client && this.#answeredFirst;
  }

  onOctets(side: Side, buffer: Uint8Array, start: number, end: number, origin: Origin): void {
    if (this.origin.number === 0) this.origin.copyFrom(origin);
    if (this.client === null) this.#findServer(side, buffer, start, end);
    const at = this.#responses !== null && side !== this.client ? this.#readHead(side, buffer, start, end) : start;
    if (at === end) return;
    this.#takeAsForced(origin);
    this.#octets[side] += end - at;
    this.#octetsHeld[side] += end - at;
    if (!this.#held.of(side).append(buffer, at, end, origin, this.#ahead !== null)) {
      this.#endAtLimit();
      return;
    }
    if (this.verdict !== 'undecided') return;
    if (this.#ahead !== null) this.#settle(this.#ahead);
    else if (this.#octets[0] + this.#octets[1] > MOST) this.#giveUp();
    else this.#lookWhereDue(side);
  }

  /**
   * While both sides have said little they are looked at together; then each by itself, as its octets grow, and one in the middle of
   * something large seldom.
   */
  #lookWhereDue(side: Side): void {
    this.#dropOld(side);
    const octets = this.#octets[side];
    const looked = this.#looked[side];
    if (octets > LOOKED_AT && looked <= LOOKED_AT) this.#lookAtBoth();
    else if (octets > LOOKED_AT) {
      if (octets >= LARGE_GROWTH * looked) this.#look(side);
    } else if (this.#octets[otherSide(side)] > LOOKED_AT) {
      if (octets >= 2 * Math.max(looked, FIRST_LOOK / 2)) this.#look(side);
    } else if (octets + this.#octets[otherSide(side)] >= this.#nextLook) this.#lookAtBoth();
  }

  #giveUp(): void {
    this.#lookAtBoth();
    if (this.verdict === 'undecided') this.verdict = 'other';
  }

  /** Lets go of what is too old to be looked at. */
  #dropOld(side: Side): void {
    const { pieces } = this.#held.of(side);
    if (this.#octetsHeld[side] <= 1.25 * LOOKED_AT) return;
    let count = 0;
    while (this.#octetsHeld[side] > LOOKED_AT) this.#octetsHeld[side] -= pieces[count++].octets.length;
    const dropped = this.#held.of(side).drop(count);
    this.dropped[side] += dropped;
    this.offsets[side] += dropped;
  }

  onGap(side: Side, length: number, reason: GapReason, origin: Origin): void {
    this.#takeAsForced(origin);
    if (side !== this.client) this.#responses = null;
    if (!this.#held.of(side).appendGap(length, reason, origin, this.#ahead !== null)) this.#endAtLimit();
  }

  /** No more may be held. */
  #endAtLimit(): void {
    this.verdict = this.#ahead === null ? 'other' : 'websocket';
  }

  /** The connection is over. */
  end(): void {
    this.#over = true;
    if (this.#ahead !== null) this.verdict = 'websocket';
    if (this.verdict === 'undecided') this.#lookAtBoth();
    if (this.origin.number > 0) this.#takeAsForced(this.origin);
    if (this.verdict === 'undecided') this.verdict = 'other';
  }

  onHead(head: HttpHead): Flow {
    if (head.kind !== 'response' || (head.status < 200 && head.status !== SWITCHING_PROTOCOLS)) return 'go-on';
    this.verdict = head.status === SWITCHING_PROTOCOLS ? 'websocket' : 'other';
    if (head.status === SWITCHING_PROTOCOLS) {
      head.text.keep();
      this.response = head;
      this.#answeredFirst = this.client !== null && this.#held.of(this.client).isEmpty;
    }
    return 'stop';
  }

  onBody(): void {}

  onMessageEnd(): Flow {
    return 'go-on';
  }

  /** What is held of a side. */
  heldOf(side: Side): HeldFrames {
    return { pieces: this.#held.of(side).pieces, over: this.#over };
  }

  /** Hands on what was held, in the order of capture, and lets it go. */
  handOver(listener: HeldListener): void {
    this.#held.handOverAll(listener);
  }

  /** All that both sides said, which is let go; null where some of it was used, lost or let go before. */
  takeBack(): SidesTold | null {
    const isUsed = this.verdict !== 'undecided' || this.offsets[0] + this.offsets[1] > 0;
    return isUsed ? null : this.#held.takeBack();
  }

  /** Lets go what was held. */
  release(): void {
    this.#held.clear();
  }

  /** What the user says is WebSocket is told of with the first that comes of it, be that a gap; of nothing nothing is told. */
  #takeAsForced(origin: Origin): void {
    if (!this.#isForced || this.verdict !== 'undecided') return;
    this.verdict = 'websocket';
    if (this.origin.number === 0) this.origin.copyFrom(origin);
  }

  /** Only a server's first octets are an answer. */
  #findServer(side: Side, buffer: Uint8Array, start: number, end: number): void {
    if (this.#octets[side] > 0 || looksLikeResponse(buffer, start, end) !== 'yes') return;
    this.client = otherSide(side);
    this.#responses = new HttpReader('response');
  }

  /** What the server says may begin with its answer: returns where that ends. */
  #readHead(side: Side, buffer: Uint8Array, start: number, end: number): number {
    const reader = this.#responses as HttpReader;
    const isFirst = reader.betweenMessages;
    if (isFirst && looksLikeResponse(buffer, start, end) === 'no') {
      this.#responses = null;
      return start;
    }
    // Its status says enough where the rest of the head is lost.
    if (isFirst && (statusOf(buffer, start, end) ?? SWITCHING_PROTOCOLS) >= 200) this.verdict = 'other';
    const at = reader.feed(buffer, start, end, this);
    this.offsets[side] += at - start;
    if (this.verdict !== 'undecided' || reader.state !== 'reading') this.#responses = null;
    return at;
  }

  /** Looks for frames in all that is held. */
  #lookAtBoth(): void {
    this.#nextLook = 2 * (this.#octets[0] + this.#octets[1]);
    this.#weigh(1);
    this.#look(0);
  }

  /** Looks for frames in what is held of a side; of the other counts what spoke for them at the last look. */
  #look(side: Side): void {
    this.#weigh(side);
    // The more is looked at, the more is found by chance.
    const forLength = Math.max(0, Math.log2((this.#octets[0] + this.#octets[1]) / (2 * LOOKED_AT)));
    const enough = (this.hints.asked === null ? ENOUGH : ENOUGH_AFTER_REQUEST) + forLength;
    const { client, bits } = this.#evidence.verdict(this.client, this.hints.likelyClient);
    if (bits < enough) return;
    this.client = client;
    this.#bits = bits;
    this.#ahead = [new FramesAhead(), new FramesAhead()];
    this.#patience = Math.max(LEAST_PATIENCE, 2 * (this.#octets[0] + this.#octets[1]));
    this.#settle(this.#ahead);
  }

  /** It is known to be WebSocket: what both ends said is handed on once frames of both are found, so that it is in the order of capture. */
  #settle(ahead: readonly [FramesAhead, FramesAhead]): void {
    const isLate = this.#over || this.#octets[0] + this.#octets[1] >= Math.min(this.#patience, LOOKED_AT);
    const finds = (side: Side) =>
      this.#octets[side] === 0 ||
      this.beginsWithFrame(side) ||
      ahead[side].areIn(this.heldOf(side), this.#octets[side], side === this.client, this.extensions);
    if (isLate || (finds(0) && finds(1))) this.verdict = 'websocket';
  }

  #weigh(side: Side): void {
    this.#looked[side] = this.#octets[side];
    this.#evidence.weigh(side, this.heldOf(side), this.client);
  }
}
