// A connection before its upgrade: which end is the client, which request asks for the upgrade, and which answer it got.
// Octets whose meaning depends on the other direction are held, as captures show answers before requests and client octets
// before the 101. Knows no frames.

import { NOWHERE, type Origin } from '../capture/packet.ts';
import type { ResponseHead } from '../http/head.ts';
import { HttpReader } from '../http/message-reader.ts';
import { type GapReason, otherSide, type Side } from '../tcp/connection.ts';
import type { Allowance } from '../ws/allowance.ts';
import type { Protocol } from './events.ts';
import { Exchanges } from './exchanges.ts';
import type { HeldPiece } from './held-octets.ts';
import { HeldPrefix } from './held-prefix.ts';
import { HeldSides } from './held-sides.ts';
import { HttpTalk } from './http-talk.ts';
import { Midstream } from './midstream.ts';
import { notBegun } from './not-begun.ts';
import type { OpeningListener } from './opening-listener.ts';
import { partOfHttp, protocolOfRequest, recognise, tlsClientBy } from './recognition.ts';
import { type TurnAfterLoss, Turns } from './turns.ts';
import { UnreadHttp } from './unread-http.ts';
import { UpgradeAttempt } from './upgrade-attempt.ts';

const READING = 0;
const UPGRADED = 1;
const OTHER = 2;

export class Opening {
  #listener = notBegun<OpeningListener>();
  #state = READING;
  #protocol: Protocol = 'unknown';
  readonly #held: HeldSides;
  readonly #allowance: Allowance;
  /** Octets of each side that HTTP has used. */
  readonly #used: [number, number] = [0, 0];
  readonly #requests = new HttpReader('request');
  readonly #responses = new HttpReader('response');
  readonly #exchanges: Exchanges;
  readonly #attempt: UpgradeAttempt;
  readonly #turns: Turns;
  readonly #talk: HttpTalk;
  readonly #prefix = new HeldPrefix();
  readonly #unread: UnreadHttp;

  /**
   * Good for nothing before `begin`.
   * @param allowance what all openings may hold together
   * @param keepsHeads whether anybody will ask what the heads of a handshake say
   */
  constructor(allowance: Allowance, keepsHeads: boolean) {
    this.#allowance = allowance;
    this.#held = new HeldSides(allowance);
    this.#attempt = new UpgradeAttempt(keepsHeads);
    this.#exchanges = new Exchanges(this.#attempt);
    this.#turns = new Turns({
      held: this.#held,
      used: this.#used,
      requests: this.#requests,
      responses: this.#responses,
      exchanges: this.#exchanges,
      attempt: this.#attempt,
    });
    this.#talk = new HttpTalk(this, this.#attempt, this.#exchanges, this.#responses);
    this.#unread = new UnreadHttp(this, this.#attempt, this.#turns);
  }

  /** Begins a connection, and sets every field: openings are used again, as making one costs more than most heads. */
  begin(listener: OpeningListener): void {
    this.#listener = listener;
    this.#state = READING;
    this.#protocol = 'unknown';
    this.#held.clear();
    this.#used[0] = 0;
    this.#used[1] = 0;
    this.#requests.restart(0);
    this.#responses.restart(0);
    this.#exchanges.begin(listener.beganLate);
    this.#turns.begin(listener);
    this.#unread.begin(listener);
    this.#attempt.begin();
    this.#talk.origin = NOWHERE;
    this.#prefix.begin();
  }

  take(side: Side, buffer: Uint8Array, start: number, end: number, origin: Origin): void {
    if (!this.#isUnwanted(side, end - start)) this.#takeAll(side, buffer, start, end, origin);
  }

  /** Whether these octets are but some of a body, while no upgrade is asked for. Hot: as the most are where HTTP goes on. */
  #isUnwanted(side: Side, length: number): boolean {
    if (!this.#held.of(side).isEmpty || this.#attempt.request !== null) return false;
    if (!this.#turns.readerOf(side).passBody(length)) return false;
    this.#used[side] += length;
    return true;
  }

  #takeAll(side: Side, buffer: Uint8Array, start: number, end: number, origin: Origin): void {
    if (this.#turns.client === null && !this.#findClient(side, buffer, start, end, origin)) return;
    if (this.#turns.lacksHead(side, buffer, start, end)) {
      this.#hold(side, buffer, start, end, origin);
      if (this.#state === READING) this.#seek();
      return;
    }
    if (!this.#held.of(side).isEmpty || !this.#turns.mayRead(side)) {
      this.#hold(side, buffer, start, end, origin);
    } else {
      const at = this.#read(side, buffer, start, end, origin);
      if (at < end && this.#state === READING) this.#hold(side, buffer, at, end, origin);
      else if (this.#state === UPGRADED) this.#afterUpgrade(side, buffer, at, end, origin);
    }
    this.#readHeld();
  }

  skip(side: Side, length: number, reason: GapReason, origin: Origin): void {
    if (!this.#held.of(side).appendGap(length, reason, origin)) {
      if (this.#goOnAtLimit(side, origin)) this.#listener.onGap(side, length, reason, origin);
    } else if (this.#turns.client === null) this.#readBeginning(side, false);
    else this.#readHeldOf(side);
  }

  /**
   * The connection is over: an attempt without an answer is told.
   * @param whole both ends' FINs came, so that an answer that is not there never was
   */
  end(whole = false): void {
    this.#exchanges.end();
    if (this.#turns.client === null) this.#readBeginning(0, false);
    const awaitsAnswer = this.#attempt.isUnanswered && !whole;
    if (this.#state === READING && (awaitsAnswer || this.#turns.isStalled(0) || this.#turns.isStalled(1))) this.#seek();
    if (this.#state !== READING) return;
    if (this.#turns.client !== null) this.#responses.close(this.#talk.responseSink);
    this.#readHeld();
    this.#giveUp(this.#protocol);
  }

  /** Called by `HttpTalk`, as is the next one. */
  onAccepted(head: ResponseHead, origin: Origin): void {
    if (this.#turns.client === null) return;
    this.#attempt.accept(head, this.#listener, this.#turns.client, origin);
    if (this.#attempt.isOfDraft) this.#giveUp('websocket');
    else this.#state = UPGRADED;
  }

  tellAttempt(): void {
    // Before it is known who the client is, nobody has asked for anything.
    if (this.#turns.client === null) return;
    this.#exchanges.doubtRefusal(this.#held.of(this.#turns.client));
    this.#attempt.tell(this.#listener, this.#turns.client);
  }

  /** False while the first octets of neither side say which end is the client; they are held then. */
  #findClient(side: Side, buffer: Uint8Array, start: number, end: number, origin: Origin): boolean {
    const held = this.#held.of(side);
    if (held.first !== undefined && held.first.gap > 0) {
      // The beginning is lost, so this is not the first that the side said; it may say nevertheless who it is.
      this.#decide(side, buffer, start, end);
      this.#hold(side, buffer, start, end, origin);
      if (side === this.#turns.client) this.#readHeld();
      else if (this.#state === READING) this.#seek();
      return false;
    }
    if (!held.isEmpty || this.#prefix.mayBeginIn(this.#held.of(otherSide(side)), buffer[start])) {
      this.#hold(side, buffer, start, end, origin);
      this.#readBeginning(side);
      return false;
    }
    if (this.#decide(side, buffer, start, end)) {
      if (this.#turns.client === null) this.#hold(side, buffer, start, end, origin);
      return this.#turns.client !== null;
    }
    if (this.#mayBeMidstream(recognise(buffer, start, end))) this.#hold(side, buffer, start, end, origin);
    this.#seekOrGiveUp(side, buffer, start, end);
    return false;
  }

  /** Reads what both sides said first, behind what may stand before HTTP: not while that is not whole, unless nothing `mayFollow`. */
  #readBeginning(side: Side, mayFollow = true): void {
    if (this.#state !== READING) return;
    if (!this.#prefix.pass(this.#held, this.#used, this.#listener) && mayFollow) return;
    this.#prefix.ruleOut();
    for (const each of [side, otherSide(side)]) {
      const whole = this.#held.of(each).joined();
      if (whole.length === 0 || this.#state !== READING || this.#turns.client !== null) continue;
      if (!this.#decide(each, whole, 0, whole.length)) this.#seekOrGiveUp(each, whole, 0, whole.length);
      // Too few before a gap say as little as none.
      else if (this.#turns.client === null) this.#held.of(each).loseBeginning();
    }
    this.#readHeld();
  }

  /** False where this is no HTTP. */
  #decide(side: Side, octets: Uint8Array, start: number, end: number): boolean {
    const part = partOfHttp(octets, start, end);
    if (part === 'request') {
      this.#turns.client = side;
      this.#protocol = protocolOfRequest(octets, start, end);
    } else if (part === 'response') {
      this.#turns.client = otherSide(side);
      this.#protocol = 'http';
    }
    return part !== 'none';
  }

  #mayBeMidstream(protocol: Protocol): boolean {
    return this.#listener.forcedServer !== null || (protocol === 'unknown' && this.#listener.beganLate);
  }

  #seekOrGiveUp(side: Side, octets: Uint8Array, start: number, end: number): void {
    const protocol = recognise(octets, start, end);
    if (this.#mayBeMidstream(protocol)) this.#seek();
    else this.#giveUp(protocol, tlsClientBy(side, octets, start, end));
  }

  #hold(side: Side, buffer: Uint8Array, start: number, end: number, origin: Origin): void {
    if (this.#held.of(side).append(buffer, start, end, origin)) return;
    if (this.#goOnAtLimit(side, origin)) this.#listener.onOctets(side, buffer, start, end, origin);
  }

  /** No more may be held: whether it goes on as WebSocket, by what is held where only the answer is lacking; else it is given up. */
  #goOnAtLimit(side: Side, origin: Origin): boolean {
    const midstream = this.#attempt.isUnanswered ? this.#makeMidstream() : null;
    midstream?.end();
    if (midstream?.verdict === 'websocket') {
      this.#handOn(midstream);
      return true;
    }
    midstream?.release();
    this.tellAttempt();
    this.#listener.onHeldLimit(side, origin);
    this.#giveUp(this.#protocol);
    return false;
  }

  /** Returns the offset up to which octets were read. */
  #read(side: Side, buffer: Uint8Array, start: number, end: number, origin: Origin): number {
    this.#talk.origin = origin;
    const reader = this.#turns.readerOf(side);
    const at = reader.feed(buffer, start, end, this.#talk.sinkOf(side === this.#turns.client));
    this.#used[side] += at - start;
    if (this.#state === READING && reader.state !== 'reading') this.#follow(this.#unread.after(side, reader, origin));
    return at;
  }

  #follow(turn: TurnAfterLoss): void {
    if (turn === 'give-up') this.#giveUp(this.#protocol);
    else if (turn === 'seek') this.#seek();
  }

  #skipNow(side: Side, piece: HeldPiece): void {
    this.#talk.origin = piece.origin;
    const reader = this.#turns.readerOf(side);
    const { inBody } = reader;
    if (reader.skip(piece.gap, this.#talk.sinkOf(side === this.#turns.client)) || this.#state !== READING) {
      this.#used[side] += piece.gap;
      return;
    }
    this.#held.of(side).unshift(piece, 0);
    this.#follow(this.#turns.afterLoss(side, inBody));
  }

  /** The handshake is lost, or part of it: whether it is WebSocket must be told by what follows. */
  #seek(): void {
    while (this.#turns.client !== null && this.#exchanges.asksAgain(this.#held.of(this.#turns.client))) {
      this.tellAttempt();
      this.#readHeldOf(this.#turns.client);
      if (this.#state !== READING) return;
    }
    this.#handOn(this.#makeMidstream());
  }

  #handOn(midstream: Midstream): void {
    this.tellAttempt();
    this.#state = OTHER;
    this.#listener.onHandshakeLost(midstream);
  }

  /** What looks for frames, with all that is held. */
  #makeMidstream(): Midstream {
    const { forcedServer, parties } = this.#listener;
    const { likelyClient } = parties;
    const { asked } = this.#attempt;
    const { client, isBehindLargeRequest: behindLargeRequest } = this.#turns;
    const hints = { client, likelyClient, asked, behindLargeRequest, forcedServer, protocol: this.#protocol };
    const midstream = new Midstream(hints, this.#used, this.#allowance);
    this.#held.handOverAll(midstream);
    return midstream;
  }

  /** Reads what was held and can be understood now. */
  #readHeld(): void {
    while (!this.#held.of(0).isEmpty || !this.#held.of(1).isEmpty) {
      const client = this.#turns.client;
      if (client === null) return;
      const progress = this.#readHeldOf(client);
      if (!this.#readHeldOf(otherSide(client)) && !progress) return;
    }
  }

  /** Goes on with HTTP behind a loss; whether any of what is held can be read. */
  #resume(side: Side): boolean {
    const turn = this.#turns.resume(side);
    if (turn === 'seek') this.#seek();
    return turn === 'read';
  }

  /** Whether any of a side could be read. */
  #readHeldOf(side: Side): boolean {
    let progress = this.#turns.isStalled(side) && this.#resume(side);
    const held = this.#held.of(side);
    const isClient = side === this.#turns.client;
    if (isClient && this.#exchanges.isAttemptOver(this.#held.of(otherSide(side)), held)) this.tellAttempt();
    while (this.#state === READING && this.#turns.mayRead(side)) {
      const piece = held.shift();
      if (piece === undefined) break;
      progress = true;
      this.#readPiece(side, piece);
    }
    return progress;
  }

  #readPiece(side: Side, piece: HeldPiece): void {
    if (piece.gap > 0) {
      this.#skipNow(side, piece);
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
    const client = this.#turns.client;
    if (client === null) return;
    this.#listener.onUpgraded(client, this.#used[0], this.#used[1]);
    const early = this.#held.of(client).first;
    if (early !== undefined && early.origin.number < origin.number)
      this.#listener.onFinding('octetsBeforeAnswer', '', client, early.origin);
    this.#held.handOver(otherSide(side), origin.number, this.#listener);
    if (start < end) this.#listener.onOctets(side, buffer, start, end, origin);
    this.#held.handOverAll(this.#listener);
  }

  #giveUp(protocol: Protocol | 'websocket', client = this.#turns.client): void {
    if (this.#state !== READING) return;
    this.#state = OTHER;
    this.tellAttempt();
    this.#held.clear();
    this.#listener.onOther(protocol, client);
  }
}
