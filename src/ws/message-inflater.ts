// One direction's compressed messages (RFC 7692 §6.2): holds what is deflated until it can be inflated, keeps the context
// from message to message, and says where it is lost. Knows no frames, and not what the messages say.

import type { Allowance } from './allowance.ts';
import type { DeflateAgreement } from './extensions.ts';
import type { Inflaters } from './inflaters.ts';
import { Payload } from './payload.ts';
import { type Inflated, type InflatedSink, MESSAGE_END, type RawInflater, REFERS_TOO_FAR } from './raw-inflater.ts';
import type { WebSocketRuleCode } from './rules.ts';
import { SlidingWindow } from './sliding-window.ts';

/** Takes the application data of the message in progress. */
export interface InflatedMessageSink {
  /** `whole`: these are all its octets, and they stay where they lie until the message is handed on. */
  onApplicationData(buffer: Uint8Array, start: number, end: number, whole: boolean): void;
  onFinding(code: WebSocketRuleCode, detail: string): void;
}

/** Deflated octets that are held at most before inflating begins: most messages are inflated at their end, in one go. */
const HELD = 64 * 1024;
/** Messages that inflate to less are harmless at any ratio. */
const JUDGED_FROM = 16 * 1024 * 1024;

export class MessageInflater implements InflatedSink {
  /** Octets of application data of the message in progress. */
  inflated = 0;
  readonly #sink: InflatedMessageSink;
  readonly #agreement: DeflateAgreement;
  readonly #inflaters: Inflaters;
  /** The message's octets that wait to be inflated. */
  readonly #deflated: Payload;
  readonly #window: SlidingWindow | null;
  #inflater: RawInflater | null = null;
  /** Why the message in progress cannot be shown; empty while it may be. */
  #fault: WebSocketRuleCode | 'unknown' | '' = '';
  #detail = '';
  #wireLength = 0;
  /** Whether its first octets were given to the inflater. */
  #begun = false;
  /** Whether all that is left of the message is inflated now. */
  #ending = false;
  /** Octets before those in the window are not known, though they may be referred to. */
  #lost = false;
  #lossTold = false;
  /** Whether that they are not known is told only where one is referred to. */
  #lossSuspected = false;
  /** Octets inflated since, and in the window. */
  #sinceLoss = 0;

  /** @param allowance what may be held in all of messages in pieces */
  constructor(sink: InflatedMessageSink, agreement: DeflateAgreement, inflaters: Inflaters, allowance: Allowance) {
    this.#sink = sink;
    this.#agreement = agreement;
    this.#inflaters = inflaters;
    this.#deflated = new Payload(allowance);
    this.#window = agreement.takeover ? new SlidingWindow(agreement.windowBits, inflaters.windows) : null;
    this.#lost = agreement.assumed;
  }

  /** Octets that may still come of the message in progress. */
  get room(): number {
    return this.#limit - this.inflated;
  }

  get #limit(): number {
    const { inflated, ratio } = this.#inflaters.limits;
    return Math.min(inflated, Math.max(JUDGED_FROM, ratio * this.#wireLength));
  }

  /** A message begins; one that did not end must be told lost before. */
  begin(): void {
    this.#deflated.begin(0, 0);
    if (!this.#lost || this.#lossTold) return;
    this.#lossTold = true;
    this.#sink.onFinding(this.#agreement.assumed ? 'compression-assumed' : 'compression-context-lost', '');
  }

  /** A piece of the message as it lies on the wire. `whole`: it is all of it. */
  take(buffer: Uint8Array, start: number, end: number, key: number, phase: number, whole: boolean): void {
    this.#wireLength += end - start;
    if (this.#fault !== '') return;
    const deflated = this.#deflated;
    if (whole) {
      deflated.lieAt(buffer, start, end, key);
      return;
    }
    if (deflated.stored >= HELD) this.#inflateEarly();
    deflated.append(buffer, start, end, key, phase, Number.POSITIVE_INFINITY);
    if (deflated.withheld !== null) this.#giveUp('held-limit', `the limit is ${deflated.allowance.limit} octets`);
  }

  /** The message is over. Returns its octets of application data, -1 where it could not be inflated with certainty. */
  finish(): number {
    if (this.#fault === '') this.#inflateRest();
    const fault = this.#fault;
    const detail = this.#detail;
    const length = this.inflated;
    this.#endMessage();
    if (fault === '') return length;
    this.lose();
    if (fault !== 'unknown') this.#sink.onFinding(fault, detail);
    return -1;
  }

  /** Octets of the direction were not captured, or not read: what they said may be referred to. */
  lose(): void {
    this.#endMessage();
    this.#disown();
    if (this.#window === null) return;
    this.#window.clear();
    if (!this.#lost || this.#lossSuspected) this.#lossTold = false;
    this.#lost = true;
    this.#lossSuspected = false;
    this.#sinceLoss = 0;
  }

  /** What comes is most likely the first that the direction says: that octets were lost is told where a message refers to such. */
  suspectLoss(): void {
    if (this.#lost || this.#window === null) return;
    this.#lost = true;
    this.#lossTold = true;
    this.#lossSuspected = true;
  }

  /** The direction is over. */
  release(): void {
    this.#endMessage();
    this.#disown();
    this.#window?.release();
  }

  onInflated(buffer: Uint8Array, start: number, end: number, last: boolean): boolean {
    const before = this.inflated;
    if (end - start > this.room) {
      this.onTooMuch();
      return false;
    }
    this.inflated += end - start;
    if (this.#window?.append(buffer, start, end) === false) this.#forget();
    else this.#sinceLoss += end - start;
    this.#sink.onApplicationData(buffer, start, end, last && before === 0);
    return true;
  }

  onTooMuch(): void {
    const { inflated, ratio } = this.#inflaters.limits;
    if (this.#limit === inflated) this.#giveUp('inflated-too-large', `the limit is ${inflated} octets`);
    else this.#giveUp('inflated-ratio', `more than ${ratio} times its ${this.#wireLength} octets`);
  }

  #inflateRest(): void {
    if (this.#wireLength === 0) {
      // Nothing is no DEFLATE, and yet there is no doubt what it says.
      this.#sink.onFinding('deflate-end-missing', 'it has no octet at all');
      return;
    }
    this.#startInflating();
    const inflater = this.#inflater as RawInflater;
    const endStands = this.#endStands();
    this.#inflateHeld(inflater, endStands ? MESSAGE_END.length : 0);
    this.#deflated.rewind(0);
    if (this.#fault !== '') return;
    this.#ending = true;
    this.#judge(inflater.finish(this, endStands), inflater);
    if (this.#fault === '' && inflater.endedShort) this.#sink.onFinding('deflate-end-missing', '');
    if (this.#fault === '' && inflater.endedLong) this.#sink.onFinding('deflate-end-kept', '');
    // What could be referred to has been said since, all of it.
    if (this.#fault === '' && this.#window !== null && this.#sinceLoss >= this.#window.size)
      this.#lost = this.#agreement.assumed;
  }

  /** Of a long message: what is held is inflated, so that it need not be held. */
  #inflateEarly(): void {
    if (!this.#begun && !this.#inflaters.mayPin) return;
    this.#startInflating();
    const inflater = this.#inflater as RawInflater;
    this.#inflaters.pin(inflater);
    this.#inflateHeld(inflater, MESSAGE_END.length);
    // Its end is told by its last octets.
    this.#deflated.rewind(MESSAGE_END.length);
    // Others inflate before this message goes on.
    if (this.#fault === '') inflater.flush(this);
  }

  /** @param kept octets at its end that are not inflated yet */
  #inflateHeld(inflater: RawInflater, kept: number): void {
    const deflated = this.#deflated;
    deflated.read();
    this.#judge(inflater.write(deflated.octets, deflated.start, deflated.end - kept, this), inflater);
  }

  /** Whether the message's last octets are those that its sender should have removed, RFC 7692 §7.2.1. */
  #endStands(): boolean {
    const deflated = this.#deflated;
    deflated.read();
    const { octets, start, end } = deflated;
    // Asked of every message, and 0xff is at no right one's end: no call for the others. Of a message that is those octets alone
    // nothing would be left.
    if (octets[end - 1] !== 0xff || this.#wireLength === MESSAGE_END.length) return false;
    const at = end - MESSAGE_END.length;
    return at >= start && MESSAGE_END.every((octet, index) => octets[at + index] === octet);
  }

  /** Makes an inflater ready for the message's first octets. */
  #startInflating(): void {
    if (this.#begun) return;
    this.#begun = true;
    const known = this.#inflater?.owner === this;
    if (!known) this.#inflater = this.#inflaters.acquire(this.#agreement.windowBits);
    const inflater = this.#inflater as RawInflater;
    if (!known || this.#window === null) inflater.restart(this.#window);
    inflater.owner = this;
    this.#inflaters.touch(inflater);
  }

  #judge(outcome: Inflated, inflater: RawInflater): void {
    if (outcome !== 'broken') return;
    // An octet that is not known may be anything; and where compression is assumed only, so may be all of it.
    const excused = this.#agreement.assumed || (this.#lost && inflater.fault === REFERS_TOO_FAR);
    if (excused && this.#lossSuspected) {
      this.#lossSuspected = false;
      this.#sink.onFinding('compression-context-lost', '');
    }
    this.#giveUp(excused ? 'unknown' : 'inflate-failed', inflater.fault);
  }

  #giveUp(fault: WebSocketRuleCode | 'unknown', detail: string): void {
    this.#fault = fault;
    this.#detail = detail;
    this.#deflated.trim();
  }

  /** The window has no memory: the message is whole, but later ones may refer to what is not kept. */
  #forget(): void {
    if (!this.#lost) {
      this.#lossTold = true;
      const limit = this.#inflaters.windows.limit;
      this.#sink.onFinding('compression-context-limit', `the limit is ${limit} octets`);
    }
    this.#lost = true;
    this.#sinceLoss = 0;
  }

  #endMessage(): void {
    this.#deflated.trim();
    const inflater = this.#inflater;
    if (this.#begun && inflater !== null) {
      this.#inflaters.unpin(inflater);
      if (this.#window === null || this.#fault !== '' || !this.#ending) inflater.owner = null;
    }
    this.#begun = false;
    this.#ending = false;
    this.#fault = '';
    this.#detail = '';
    this.#wireLength = 0;
    this.inflated = 0;
  }

  #disown(): void {
    if (this.#inflater?.owner === this) this.#inflater.owner = null;
    this.#inflater = null;
  }
}
