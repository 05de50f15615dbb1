// HTTP that cannot be read, before an upgrade: tells of it, and says whether anything behind it can be. Reads nothing itself.

import type { Origin } from '../capture/packet.ts';
import type { HttpReader } from '../http/message-reader.ts';
import type { HandshakeRuleName } from '../http/rules.ts';
import { isNoHead, type UnreadReason } from '../http/unread.ts';
import { hexOf } from '../octet-hex.ts';
import type { Side } from '../tcp/connection.ts';
import { mayBeginFrame } from '../ws/frame-likeness.ts';
import type { Protocol } from './events.ts';
import type { AttemptOwner } from './http-talk.ts';
import { notBegun } from './not-begun.ts';
import type { OpeningListener } from './opening-listener.ts';
import { recognise } from './recognition.ts';
import type { TurnAfterLoss, Turns } from './turns.ts';
import type { UpgradeAttempt } from './upgrade-attempt.ts';

type Listener = Pick<OpeningListener, 'forcedServer' | 'onFinding' | 'onUnread'>;

interface Telling {
  /** The rules of a request and of an answer. */
  readonly rules: readonly [request: HandshakeRuleName, answer: HandshakeRuleName];
  readonly detail: string;
}

const UNREADABLE: Telling['rules'] = ['requestUnreadable', 'responseUnreadable'];
const TOO_LARGE: Telling['rules'] = ['requestTooLarge', 'responseTooLarge'];

const TELLINGS: Record<UnreadReason, Telling> = {
  'no-head': { rules: UNREADABLE, detail: 'what comes where a head should begins none' },
  'start-line': { rules: UNREADABLE, detail: 'the first line of a head is none of HTTP/1' },
  'body-end': { rules: UNREADABLE, detail: 'where a message ends is not clear' },
  'head-octets': { rules: TOO_LARGE, detail: 'it has more than 64 KiB' },
  'head-lines': { rules: TOO_LARGE, detail: 'it has more than 200 fields' },
};

/** Of what is no HTTP, where most of it is text that can be shown. */
const SHOWN = /^[ -~]{4,}/;

export class UnreadHttp {
  readonly #owner: Pick<AttemptOwner, 'tellAttempt'>;
  readonly #attempt: UpgradeAttempt;
  readonly #turns: Turns;
  #listener = notBegun<Listener>();
  /** Whether the connection's first that could not be read was told. */
  #told = false;

  constructor(owner: Pick<AttemptOwner, 'tellAttempt'>, attempt: UpgradeAttempt, turns: Turns) {
    this.#owner = owner;
    this.#attempt = attempt;
    this.#turns = turns;
  }

  /** Begins a connection. */
  begin(listener: Listener): void {
    this.#listener = listener;
    this.#told = false;
  }

  /**
   * A side's reader ended in a packet. HTTP goes on like behind lost octets; where no head came at all, only if the user says that
   * this is WebSocket.
   */
  after(side: Side, { unread, unreadBeginning }: HttpReader, origin: Origin): TurnAfterLoss {
    const looksLike = unreadBeginning.length > 0 ? recognise(unreadBeginning, 0, unreadBeginning.length) : 'http';
    // Behind a 101 to no attempt; and the preface of HTTP/2 says what follows.
    if (unread === null || looksLike === 'http2') return 'give-up';
    const isRequest = side === this.#turns.client;
    const isAnswer = !isRequest && this.#attempt.isUnanswered;
    if (isAnswer) this.#attempt.unreadAnswer = looksLike;
    const goesOn = !isNoHead(unread) || (this.#listener.forcedServer !== null && !this.#attempt.wasRefused);
    if (!goesOn) this.#owner.tellAttempt();
    this.#listener.onUnread(unread, origin);
    if (isAnswer && isNoHead(unread)) {
      this.#listener.onFinding('answerNotHttp', wordsOf(unreadBeginning, looksLike), side, origin);
    } else if (this.#attempt.wasRefused && unread === 'no-head' && mayBeginFrame(unreadBeginning[0])) {
      this.#listener.onFinding('framesAfterRefusal', '', side, origin);
    } else if (!this.#told) {
      this.#told = true;
      const { rules, detail } = TELLINGS[unread];
      this.#listener.onFinding(rules[isRequest ? 0 : 1], detail, side, origin);
    }
    return goesOn ? this.#turns.afterUnread(side, unread) : 'give-up';
  }
}

/** `it begins with 15 03 01 00 02 02 46, as TLS does: the client has to use wss://` */
function wordsOf(beginning: Uint8Array, looksLike: Protocol): string {
  const text = SHOWN.exec(Buffer.from(beginning).toString('latin1'))?.[0];
  const octets = Array.from(beginning, hexOf);
  const shown = text === undefined ? octets.join(' ') : JSON.stringify(text);
  const tls = looksLike === 'tls' ? ', as TLS does: the client has to use wss:// there' : '';
  return `it begins with ${shown}${tls}`;
}
