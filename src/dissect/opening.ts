// A connection before its upgrade: which end is the client, which request asks for the upgrade, and which answer it got.
// Octets whose meaning depends on the other direction are held, as captures show answers before requests and client octets
// before the 101. Knows no frames.

import { NOWHERE, type Origin } from '../capture/packet.ts';
import type { RequestHead, ResponseHead } from '../http/head.ts';
import { HttpReader, type HttpSink } from '../http/message-reader.ts';
import { statusOf } from '../http/recognition.ts';
import { isUpgradeAttempt } from '../http/upgrade.ts';
import type { GapReason, Side } from '../tcp/connection.ts';
import type { Allowance } from '../ws/allowance.ts';
import { mayBeginFrame } from '../ws/frame-likeness.ts';
import type { Protocol } from './events.ts';
import { possibleExtensions } from './handshake-extensions.ts';
import type { HeldPiece } from './held-octets.ts';
import { type HeldListener, HeldSides } from './held-sides.ts';
import { Midstream } from './midstream.ts';
import { RequestSink, ResponseSink } from './opening-sinks.ts';
import { partOfHttp, protocolOfRequest, recognise } from './recognition.ts';
import { type AttemptListener, UpgradeAttempt } from './upgrade-attempt.ts';

/** What an opening leads to. After `onUpgraded` or `onOther` it is of no further use. */
export interface OpeningListener extends HeldListener, AttemptListener {
  /** The octets of each side behind this are WebSocket: `offset` is where they begin in the side's stream. */
  onUpgraded(client: Side, offset0: number, offset1: number): void;
  /** Octets behind the upgrade that were read or held before it, in the order of capture. */
  onOctets(side: Side, buffer: Uint8Array, start: number, end: number, origin: Origin): void;
  /** The client sent octets behind its request that were captured before the answer. */
  onEarlyOctets(origin: Origin): void;
  /** Where HTTP should follow upon a refusal, what looks like a frame does. */
  onFramesAfterRefusal(side: Side, origin: Origin): void;
  onGap(side: Side, length: number, reason: GapReason, origin: Origin): void;
  /** More would have to be held for this side than may be; `onOther` follows. */
  onHeldLimit(side: Side, origin: Origin): void;
  /** The handshake is not whole: from now on `midstream` takes the octets, with what was held. */
  onHandshakeLost(midstream: Midstream): void;
  /** No WebSocket will come of it. */
  onOther(protocol: Protocol): void;
  /** Whether the beginning need not be in the capture, as neither end's SYN is. */
  readonly beganLate: boolean;
  /** The end that is a WebSocket server because the user says so; null where he does not. */
  readonly forcedServer: Side | null;
}

/** Stands for the listener of an opening that has none. */
const NOBODY = {} as OpeningListener;

/** Octets of an answer that have its status, empty lines before it not counted. */
const STATUS_END = 64;

const READING = 0;
const UPGRADED = 1;
const OTHER = 2;

export class Opening {
  #listener: OpeningListener = NOBODY;
  #state = READING;
  #client: Side | null = null;
  #protocol: Protocol = 'unknown';
  readonly #held: HeldSides;
  readonly #allowance: Allowance;
  /** Octets of each side that HTTP has used. */
  readonly #used: [number, number] = [0, 0];
  readonly #requests = new HttpReader('request');
  readonly #responses = new HttpReader('response');
  readonly #requestSink = new RequestSink(this);
  readonly #responseSink = new ResponseSink(this);
  #requestsSeen = 0;
  #answered = 0;
  readonly #attempt: UpgradeAttempt;
  #origin: Origin = NOWHERE;

  /**
   * Good for nothing before `begin`.
   * @param allowance what all openings may hold together
   * @param keepsHeads whether anybody will ask what the heads of a handshake say
   */
  constructor(allowance: Allowance, keepsHeads: boolean) {
    this.#allowance = allowance;
    this.#held = new HeldSides(allowance);
    this.#attempt = new UpgradeAttempt(keepsHeads);
  }

  /** Begins a connection, and sets every field: openings are used again, as making one costs more than most heads. */
  begin(listener: OpeningListener): void {
    this.#listener = listener;
    this.#state = READING;
    this.#client = null;
    this.#protocol = 'unknown';
    this.#held.clear();
    this.#used[0] = 0;
    this.#used[1] = 0;
    this.#requests.restart(0);
    this.#responses.restart(0);
    this.#requestsSeen = 0;
    this.#answered = 0;
    this.#attempt.restart();
    this.#origin = NOWHERE;
  }

  take(side: Side, buffer: Uint8Array, start: number, end: number, origin: Origin): void {
    if (!this.#isUnwanted(side, end - start)) this.#takeAll(side, buffer, start, end, origin);
  }

  /** Whether these octets are but some of a body, while no upgrade is asked for. Hot: as the most are where HTTP goes on. */
  #isUnwanted(side: Side, length: number): boolean {
    if (!this.#held.of(side).isEmpty || this.#attempt.request !== null) return false;
    if (!this.#readerOf(side).passBody(length)) return false;
    this.#used[side] += length;
    return true;
  }

  #takeAll(side: Side, buffer: Uint8Array, start: number, end: number, origin: Origin): void {
    if (this.#client === null && !this.#findClient(side, buffer, start, end, origin)) return;
    if (this.#isBehindRequest(side, buffer, start, end)) {
      this.#hold(side, buffer, start, end, origin);
      if (this.#state === READING) this.#seek();
      return;
    }
    if (!this.#held.of(side).isEmpty || !this.#mayRead(side)) {
      this.#hold(side, buffer, start, end, origin);
    } else {
      const at = this.#read(side, buffer, start, end, origin);
      if (at < end && this.#state === READING) this.#hold(side, buffer, at, end, origin);
      else if (at < end && this.#state === UPGRADED) this.#afterUpgrade(side, buffer, at, end, origin);
      else if (this.#state === UPGRADED) this.#afterUpgrade(side, buffer, end, end, origin);
    }
    this.#readHeld();
  }

  skip(side: Side, length: number, reason: GapReason, origin: Origin): void {
    const held = this.#held.of(side);
    if (this.#client === null || !held.isEmpty || !this.#mayRead(side)) {
      if (!held.appendGap(length, reason, origin)) this.#giveAtLimit(side, origin);
      return;
    }
    this.#skipNow(side, length, reason, origin);
    this.#readHeld();
  }

  /**
   * The connection is over: an attempt without an answer is told.
   * @param whole both ends' FINs came, so that an answer that is not there never was
   */
  end(whole = false): void {
    const isUnanswered = this.#attempt.request !== null && this.#attempt.refusal === null;
    if (this.#state === READING && isUnanswered && !whole) this.#seek();
    if (this.#state !== READING) return;
    if (this.#client !== null) this.#responses.close(this.#responseSink);
    this.#readHeld();
    this.#give('unknown');
  }

  /** The sinks' part. */
  onRequest(head: RequestHead): 'go-on' | 'stop' {
    this.#requestsSeen = head.number + 1;
    this.#responses.expect(head.method);
    if (!isUpgradeAttempt(head)) return 'go-on';
    this.#attempt.ask(head, this.#origin);
    return 'stop';
  }

  /** What follows a request for an upgrade waits for its answer. */
  onRequestEnd(): 'go-on' | 'stop' {
    return this.#attempt.request === null ? 'go-on' : 'stop';
  }

  onResponse(head: ResponseHead): 'go-on' | 'stop' {
    if (head.status < 200 && head.status !== 101) return 'go-on';
    this.#answered = head.number + 1;
    if (this.#attempt.request?.number !== head.number) return 'go-on';
    if (head.status === 101) {
      this.#state = UPGRADED;
      this.#attempt.accept(head, this.#listener, this.#client as Side, this.#origin);
      return 'stop';
    }
    this.#attempt.refuse(head, this.#origin);
    return 'go-on';
  }

  onResponseBody(buffer: Uint8Array, start: number, end: number): void {
    if (this.#attempt.refusal !== null) this.#attempt.appendBody(buffer, start, end);
  }

  /** An answer may be captured before its request, in one segment with the answer before: it waits then. */
  onResponseEnd(): 'go-on' | 'stop' {
    if (this.#attempt.refusal !== null) this.#tellAttempt();
    return this.#answered < this.#requestsSeen ? 'go-on' : 'stop';
  }

  /** False while the first octets of neither side say which end is the client; they are held then. */
  #findClient(side: Side, buffer: Uint8Array, start: number, end: number, origin: Origin): boolean {
    const held = this.#held.of(side);
    if (held.first !== undefined && held.first.gap > 0) {
      // The beginning is lost, so this is not the first that the side said; it may say nevertheless who it is.
      this.#decide(side, buffer, start, end);
      this.#hold(side, buffer, start, end, origin);
      if (this.#state === READING) this.#seek();
      return false;
    }
    if (!held.isEmpty) {
      this.#hold(side, buffer, start, end, origin);
      const whole = held.joined();
      if (!this.#decide(side, whole, 0, whole.length)) this.#giveUnlike(recognise(whole, 0, whole.length));
      this.#readHeld();
      return false;
    }
    if (this.#decide(side, buffer, start, end)) {
      if (this.#client === null) this.#hold(side, buffer, start, end, origin);
      return this.#client !== null;
    }
    const protocol = recognise(buffer, start, end);
    if (this.#mayBeMidstream(protocol)) this.#hold(side, buffer, start, end, origin);
    this.#giveUnlike(protocol);
    return false;
  }

  /** False where this is no HTTP. */
  #decide(side: Side, octets: Uint8Array, start: number, end: number): boolean {
    const part = partOfHttp(octets, start, end);
    if (part === 'request') {
      this.#client = side;
      this.#protocol = protocolOfRequest(octets, start, end);
    } else if (part === 'response') {
      this.#client = side === 0 ? 1 : 0;
      this.#protocol = 'http';
    }
    return part !== 'none';
  }

  #mayBeMidstream(protocol: Protocol): boolean {
    return this.#listener.forcedServer !== null || (protocol === 'unknown' && this.#listener.beganLate);
  }

  #giveUnlike(protocol: Protocol): void {
    if (this.#mayBeMidstream(protocol)) this.#seek();
    else this.#give(protocol);
  }

  /**
   * Whether the capture begins between a request for an upgrade and its answer. The answer may as well have been captured before
   * its request, so it is held until more is said.
   */
  #isBehindRequest(side: Side, buffer: Uint8Array, start: number, end: number): boolean {
    const client = this.#client;
    if (client === null || this.#requestsSeen > 0 || !this.#mayHaveBegunBefore || this.#used[client] > 0) return false;
    const answer = this.#held.of(client === 0 ? 1 : 0).joined(STATUS_END);
    if (statusOf(answer, 0, answer.length) !== 101) return false;
    return side !== client || (this.#held.of(client).isEmpty && partOfHttp(buffer, start, end) === 'none');
  }

  get #mayHaveBegunBefore(): boolean {
    return this.#listener.beganLate || this.#listener.forcedServer !== null;
  }

  /** Client octets wait while an attempt is unanswered, server octets until there is a request that they answer. */
  #mayRead(side: Side): boolean {
    return side === this.#client ? this.#asksSomething() : this.#answersSomething();
  }

  /** A request for an upgrade may have a body, which is no part of what follows (RFC 9110 §7.8). */
  #asksSomething(): boolean {
    return this.#attempt.request === null || !this.#requests.betweenMessages;
  }

  #answersSomething(): boolean {
    return this.#answered < this.#requestsSeen || !this.#responses.betweenMessages;
  }

  #hold(side: Side, buffer: Uint8Array, start: number, end: number, origin: Origin): void {
    if (!this.#held.of(side).append(buffer, start, end, origin)) this.#giveAtLimit(side, origin);
  }

  #giveAtLimit(side: Side, origin: Origin): void {
    this.#tellAttempt();
    this.#listener.onHeldLimit(side, origin);
    this.#give(this.#protocol);
  }

  #readerOf(side: Side): HttpReader {
    return side === this.#client ? this.#requests : this.#responses;
  }

  #sinkOf(side: Side): HttpSink {
    return side === this.#client ? this.#requestSink : this.#responseSink;
  }

  /** Returns the offset up to which octets were read. */
  #read(side: Side, buffer: Uint8Array, start: number, end: number, origin: Origin): number {
    this.#origin = origin;
    const reader = this.#readerOf(side);
    const at = reader.feed(buffer, start, end, this.#sinkOf(side));
    this.#used[side] += at - start;
    if (this.#state === READING && reader.state !== 'reading') {
      if (this.#attempt.wasRefused && reader.beganNoHead && mayBeginFrame(buffer[at]))
        this.#listener.onFramesAfterRefusal(side, origin);
      this.#give(this.#protocol);
    }
    return at;
  }

  #skipNow(side: Side, length: number, reason: GapReason, origin: Origin): void {
    this.#origin = origin;
    const inStep = this.#readerOf(side).skip(length, this.#sinkOf(side));
    if (inStep || this.#state !== READING) this.#used[side] += length;
    else if (this.#attempt.refusal === null) this.#seek((midstream) => midstream.onGap(side, length, reason, origin));
    else this.#give(this.#protocol);
  }

  /** The handshake is lost, or part of it: whether it is WebSocket must be told by what follows. */
  #seek(handOverFirst: (midstream: Midstream) => void = () => {}): void {
    const { request } = this.#attempt;
    this.#tellAttempt();
    this.#state = OTHER;
    const hints = {
      client: this.#client,
      asked: request && possibleExtensions(request),
      forcedServer: this.#listener.forcedServer,
      protocol: this.#protocol,
    };
    const midstream = new Midstream(hints, this.#used, this.#allowance);
    handOverFirst(midstream);
    this.#held.handOverAll(midstream);
    this.#listener.onHandshakeLost(midstream);
  }

  /** Reads what was held and can be understood now. */
  #readHeld(): void {
    while (!this.#held.of(0).isEmpty || !this.#held.of(1).isEmpty) {
      const client = this.#client;
      if (client === null) return;
      const progress = this.#readHeldOf(client);
      if (!this.#readHeldOf(client === 0 ? 1 : 0) && !progress) return;
    }
  }

  /** Whether any of a side could be read. */
  #readHeldOf(side: Side): boolean {
    let progress = false;
    while (this.#state === READING && this.#mayRead(side)) {
      const piece = this.#held.of(side).shift();
      if (piece === undefined) break;
      progress = true;
      this.#readPiece(side, piece);
    }
    return progress;
  }

  #readPiece(side: Side, piece: HeldPiece): void {
    if (piece.gap > 0) {
      this.#skipNow(side, piece.gap, piece.reason, piece.origin);
      return;
    }
    const at = this.#read(side, piece.octets, 0, piece.octets.length, piece.origin);
    if (at < piece.octets.length && this.#state === READING) {
      this.#held.of(side).unshift(piece, at);
    } else if (this.#state === UPGRADED) {
      this.#afterUpgrade(side, piece.octets, at, piece.octets.length, piece.origin);
    }
  }

  /** Hands over what was read behind the 101, and what was held, in the order of capture. */
  #afterUpgrade(side: Side, buffer: Uint8Array, start: number, end: number, origin: Origin): void {
    const client = this.#client as Side;
    this.#listener.onUpgraded(client, this.#used[0], this.#used[1]);
    const early = this.#held.of(client).first;
    if (early !== undefined && early.origin.number < origin.number) this.#listener.onEarlyOctets(early.origin);
    const other: Side = side === 0 ? 1 : 0;
    this.#held.handOver(other, origin.number, this.#listener);
    if (start < end) this.#listener.onOctets(side, buffer, start, end, origin);
    this.#held.handOverAll(this.#listener);
  }

  #tellAttempt(): void {
    this.#attempt.tell(this.#listener, this.#client as Side);
  }

  #give(protocol: Protocol): void {
    if (this.#state !== READING) return;
    this.#state = OTHER;
    this.#tellAttempt();
    this.#held.clear();
    this.#listener.onOther(this.#client === null ? protocol : this.#protocol);
  }
}
