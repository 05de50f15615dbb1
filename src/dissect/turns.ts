// Whose octets can be understood now, before an upgrade: those of a side wait for what the other side has yet to say, or for the
// next head behind octets that were lost. Reads nothing itself.

import type { HttpReader } from '../http/message-reader.ts';
import { SWITCHING_PROTOCOLS } from '../http/status-codes.ts';
import { isNoHead, type UnreadReason } from '../http/unread.ts';
import { otherSide, type Side } from '../tcp/connection.ts';
import { mayBeginFrame } from '../ws/frame-likeness.ts';
import type { Exchanges } from './exchanges.ts';
import { dropRestOfHead, dropUntilHead, heldStatus } from './held-heads.ts';
import type { HeldSides } from './held-sides.ts';
import { notBegun } from './not-begun.ts';
import type { OpeningListener } from './opening-listener.ts';
import { partOfHttp } from './recognition.ts';
import type { UpgradeAttempt } from './upgrade-attempt.ts';

/** What a connection before its upgrade is made of. */
export interface OpeningParts {
  readonly held: HeldSides;
  /** Octets of each side that HTTP has used. */
  readonly used: [number, number];
  readonly requests: HttpReader;
  readonly responses: HttpReader;
  readonly exchanges: Exchanges;
  readonly attempt: UpgradeAttempt;
}

/** `seek`: whether it is WebSocket must be told by what follows; `give-up`: nothing that follows can be. */
export type TurnAfterLoss = 'wait' | 'seek' | 'give-up';

export class Turns {
  /** Null until it is known which end is the client. */
  client: Side | null = null;
  #listener = notBegun<Pick<OpeningListener, 'beganLate'>>();
  /** By side: whether octets were lost where a head might have been; what follows is held until it begins with one. */
  readonly #stalled: [boolean, boolean] = [false, false];
  /** By side: whether octets come first that are the rest of a head too large to be read. */
  readonly #inLargeHead: [boolean, boolean] = [false, false];
  /** Whether the client's octets that could not be read are a head, and end with it. */
  #behindLargeRequest = false;
  readonly #parts: OpeningParts;

  /** Good for nothing before `begin`. */
  constructor(parts: OpeningParts) {
    this.#parts = parts;
  }

  /** Begins a connection. */
  begin(listener: Pick<OpeningListener, 'beganLate'>): void {
    this.client = null;
    this.#listener = listener;
    this.#stalled[0] = false;
    this.#stalled[1] = false;
    this.#inLargeHead[0] = false;
    this.#inLargeHead[1] = false;
    this.#behindLargeRequest = false;
  }

  /** Whether what the client says next follows a request that was too large to be read, and was not answered yet. */
  get isBehindLargeRequest(): boolean {
    return this.#behindLargeRequest && !this.#parts.exchanges.wasAnswered;
  }

  /** Whether a head is looked for behind lost octets of this side. */
  isStalled(side: Side): boolean {
    return this.#stalled[side];
  }

  readerOf(side: Side): HttpReader {
    return side === this.client ? this.#parts.requests : this.#parts.responses;
  }

  /**
   * Client octets wait while an attempt is unanswered, but for the request's body, which is no part of what follows (RFC 9110
   * §7.8); server octets until there is a request that they answer, unless they can answer none.
   */
  mayRead(side: Side): boolean {
    if (this.#stalled[side]) return false;
    if (!this.readerOf(side).betweenMessages) return true;
    const { held, requests, exchanges, attempt } = this.#parts;
    if (side === this.client) return attempt.request === null;
    if (exchanges.arePaired) return exchanges.awaits || this.#answersOthers() || this.#goesOnAfterRefusal(side);
    // What it answers may be that request.
    if (requests.inHead) return false;
    return exchanges.mayReadUnpaired(held.of(side), held.of(otherSide(side)));
  }

  /** Whether what the server said, and is held, answers a request that is not in the capture. A 101 waits for one captured late. */
  #answersOthers(): boolean {
    const { held, exchanges } = this.#parts;
    if (this.client === null || !exchanges.mayAnswerOthers(this.#listener.beganLate)) return false;
    const status = heldStatus(held.of(otherSide(this.client)));
    return status !== null && status !== SWITCHING_PROTOCOLS;
  }

  /** Whether the server, which refused, goes on with what looks like a frame: no answer begins so. */
  #goesOnAfterRefusal(server: Side): boolean {
    const { held, attempt } = this.#parts;
    const octet = held.of(server).first?.octets[0];
    return attempt.wasRefused && octet !== undefined && mayBeginFrame(octet);
  }

  /** Whether the request for an upgrade, or its answer, is not in the capture, though no gap says so. */
  lacksHead(side: Side, buffer: Uint8Array, start: number, end: number): boolean {
    return this.#isBehindRequest(side, buffer, start, end) || this.#isBehindAnswer(side, buffer, start, end);
  }

  /**
   * Whether the capture begins between a request for an upgrade and its answer. The answer may as well have been captured before
   * its request, so it is held until more is said.
   */
  #isBehindRequest(side: Side, buffer: Uint8Array, start: number, end: number): boolean {
    const { client } = this;
    const { held, requests, exchanges } = this.#parts;
    if (client === null || held.of(otherSide(client)).isEmpty) return false;
    if (!exchanges.mayAnswerOthers(this.#listener.beganLate)) return false;
    const isBetweenRequests = this.#stalled[client] || requests.betweenMessages;
    if (!isBetweenRequests || heldStatus(held.of(otherSide(client))) !== SWITCHING_PROTOCOLS) return false;
    return side !== client || (held.of(client).isEmpty && partOfHttp(buffer, start, end) === 'none');
  }

  /**
   * Whether an upgrade request is in a capture that begins behind its answer, as it was captured late or sent again: what the server
   * says is no answer, and nothing was lost in between.
   */
  #isBehindAnswer(side: Side, buffer: Uint8Array, start: number, end: number): boolean {
    const { held, responses, attempt } = this.#parts;
    if (side === this.client || !this.#listener.beganLate || !attempt.isUnanswered) return false;
    return held.of(side).isEmpty && responses.betweenMessages && partOfHttp(buffer, start, end) === 'none';
  }

  /**
   * Octets of this side were lost where a head might have been.
   *
   * @param inBody whether a body ends somewhere in them
   */
  afterLoss(side: Side, inBody: boolean): TurnAfterLoss {
    const { exchanges, attempt } = this.#parts;
    if (attempt.refusal !== null && exchanges.arePaired) return 'give-up';
    if (side === this.client && attempt.request !== null) return 'seek';
    this.#stall(side, false, inBody);
    return 'wait';
  }

  /** This side said what could not be read: goes on like what lost octets hid. */
  afterUnread(side: Side, reason: UnreadReason): TurnAfterLoss {
    if (this.#parts.attempt.refusal !== null) return 'give-up';
    this.#stall(side, !isNoHead(reason), reason === 'body-end');
    this.#inLargeHead[side] = reason === 'head-octets';
    if (side === this.client) this.#behindLargeRequest = reason === 'head-lines';
    return 'wait';
  }

  /** Lets go the rest of a head that is too large; false where more of it is to come. */
  #passLargeHead(side: Side): boolean {
    const { held, used } = this.#parts;
    if (!this.#inLargeHead[side]) return true;
    // Where it ends is not known where some of it was lost.
    const isWhole = held.of(side).pieces.every(({ gap }) => gap === 0);
    const { dropped, ended } = dropRestOfHead(held.of(side));
    used[side] += dropped;
    this.#inLargeHead[side] = !ended && isWhole;
    if (ended && side === this.client) this.#behindLargeRequest = true;
    return !this.#inLargeHead[side];
  }

  #stall(side: Side, restOfRequest: boolean, restOfAnswer: boolean): void {
    const { exchanges, attempt } = this.#parts;
    const { request } = attempt;
    if (side === this.client) exchanges.lackRequests(restOfRequest);
    else exchanges.lackAnswers(request === null || restOfAnswer || exchanges.mayAwaitBefore(request.number));
    this.#stalled[side] = true;
  }

  /** Goes on with HTTP behind a loss: `read` where what is held begins with a head now. */
  resume(side: Side): 'read' | 'wait' | 'seek' {
    const { client } = this;
    const { held: sides, used, exchanges, attempt } = this.#parts;
    const isClient = side === client;
    const held = sides.of(side);
    if (!this.#passLargeHead(side)) return 'wait';
    const other = sides.of(otherSide(side));
    const isInStep = !isClient && client !== null && !this.#stalled[client] && exchanges.requests > 0;
    const restMayCome = isClient ? exchanges.mayBeRestOfRequest(other) : isInStep && exchanges.mayBeRestOfAnswer(other);
    const dropped = dropUntilHead(held, isClient ? 'request' : 'response', restMayCome);
    if (dropped === 'later') return 'wait';
    if (dropped === 'none') {
      if (!isInStep || attempt.request !== null) return 'seek';
      // While no upgrade is asked for it can be but the rest of a long answer.
      used[side] += held.drop(held.pieces.length);
      return 'wait';
    }
    used[side] += dropped;
    this.#stalled[side] = false;
    this.#inLargeHead[side] = false;
    if (isClient) this.#behindLargeRequest = false;
    this.readerOf(side).restart(isClient ? exchanges.requests : 0);
    return 'read';
  }
}
