// Which answer belongs to which request of a connection: they come in the same order, as long as the capture lacks none of them.
// Where it does, a 101 belongs to the attempt whose key it accepts, and what else comes refuses it only if it came before the
// client's next request, and nothing follows it until then.

import type { Origin } from '../capture/packet.ts';
import { SWITCHING_PROTOCOLS } from '../http/status-codes.ts';
import { heldAccept, heldStatus, mayBecomeAnswer, requestOrigin } from './held-heads.ts';
import type { HeldOctets } from './held-octets.ts';
import type { UpgradeAttempt } from './upgrade-attempt.ts';

export class Exchanges {
  readonly #attempt: UpgradeAttempt;
  /** Requests that are in the capture. */
  requests = 0;
  #answered = 0;
  #lacksRequests = false;
  #lacksAnswers = false;
  #restMayCome = false;
  #restOfRequestMayCome = false;
  #wasAnswered = false;
  /** Whether the client asks nothing more. */
  #isOver = false;
  /** Whether octets may be lacking right before the next request. */
  #mayBeCut = false;

  constructor(attempt: UpgradeAttempt) {
    this.#attempt = attempt;
  }

  /**
   * Begins a connection.
   *
   * @param beganLate whether its beginning need not be in the capture
   */
  begin(beganLate: boolean): void {
    this.requests = 0;
    this.#mayBeCut = beganLate;
    this.#answered = 0;
    this.#lacksRequests = false;
    this.#lacksAnswers = false;
    this.#restMayCome = false;
    this.#restOfRequestMayCome = false;
    this.#wasAnswered = false;
    this.#isOver = false;
  }

  /** The client asks nothing more. */
  end(): void {
    this.#isOver = true;
  }

  /** Whether answers belong to requests in their order: none of either was lost. */
  get arePaired(): boolean {
    return !this.#lacksRequests && !this.#lacksAnswers;
  }

  /** Whether an answer, but a 101, came since octets were lost. */
  get wasAnswered(): boolean {
    return this.#wasAnswered;
  }

  /** Whether an answer is to come. */
  get awaits(): boolean {
    return this.#answered < this.requests;
  }

  /** Whether an answer may come to a request before that of this number. */
  mayAwaitBefore(number: number): boolean {
    return this.#answered < number || !this.arePaired;
  }

  /**
   * Whether an answer may come that is none to a request in the capture.
   *
   * @param beganLate whether that may begin behind a request
   */
  mayAnswerOthers(beganLate: boolean): boolean {
    return !this.awaits && (this.#lacksRequests || (beganLate && this.requests === 0));
  }

  /** Takes a request; whether octets may be lacking right before it. */
  ask(number: number): boolean {
    const mayBeCut = this.#mayBeCut;
    this.#mayBeCut = false;
    this.requests = number + 1;
    return mayBeCut;
  }

  /** Takes an answer; whether it may be that to the attempt. */
  answer(status: number): boolean {
    this.#wasAnswered = status !== SWITCHING_PROTOCOLS;
    const number = this.awaits ? this.#answered++ : null;
    const { request } = this.#attempt;
    return request !== null && (!this.arePaired || request.number === number);
  }

  /** @param restMayCome whether what follows may be the rest of a request that could not be read */
  lackRequests(restMayCome: boolean): void {
    this.#lacksRequests = true;
    this.#restOfRequestMayCome = restMayCome;
    this.#mayBeCut = true;
    this.#wasAnswered = false;
  }

  /** @param restMayCome whether what was lost may be some of an answer of which the rest follows */
  lackAnswers(restMayCome: boolean): void {
    this.#lacksAnswers = true;
    this.#restMayCome = restMayCome;
    this.#wasAnswered = false;
  }

  /**
   * Where they are not paired: whether the answer that is held may be read, or the gap before it. A 101 waits for its attempt.
   *
   * @param asked what the client said behind its attempt
   */
  mayReadUnpaired(answers: HeldOctets, asked: HeldOctets): boolean {
    const status = heldStatus(answers);
    if (status === null) return !mayBecomeAnswer(answers);
    if (status !== SWITCHING_PROTOCOLS) return this.#mayReadRefusal(answers, asked);
    return this.#attempt.isAcceptedBy(heldAccept(answers)) && !this.asksAgain(asked);
  }

  /** Nobody asks on before an attempt is answered (RFC 6455 §4.1): where the client did, it was answered, and not by a 101. */
  asksAgain(asked: HeldOctets): boolean {
    return this.#attempt.request !== null && requestOrigin(asked) !== null;
  }

  /** Whether the client asked again, and no answer to its attempt can follow but one that was read or lost. */
  isAttemptOver(answers: HeldOctets, asked: HeldOctets): boolean {
    if (this.arePaired || !this.asksAgain(asked)) return false;
    const status = heldStatus(answers);
    if (status === null) return this.#isOver;
    return status === SWITCHING_PROTOCOLS || mayAnswerNext(answers.first?.origin, asked);
  }

  /** What came behind the client's next request, or may answer a lost one, refuses no attempt before that. */
  doubtRefusal(asked: HeldOctets): void {
    if (!this.arePaired && mayAnswerNext(this.#attempt.refusalOrigin, asked)) this.#attempt.refusal = null;
  }

  /** A second answer waits for what the client asks next, which may be what it answers. */
  #mayReadRefusal(answers: HeldOctets, asked: HeldOctets): boolean {
    if (this.asksAgain(asked)) return !mayAnswerNext(answers.first?.origin, asked);
    return this.#attempt.refusal === null || this.#isOver;
  }

  /** Whether what follows lost octets of the server may be the rest of an answer. */
  mayBeRestOfAnswer(asked: HeldOctets): boolean {
    return this.#restMayCome || this.asksAgain(asked);
  }

  /** Whether what follows lost octets of the client may be the body of a request: one that was answered by other than a 101. */
  mayBeRestOfRequest(answers: HeldOctets): boolean {
    if (this.#restOfRequestMayCome) return true;
    const status = heldStatus(answers);
    const isAnswered = this.#wasAnswered || (status !== null && status !== SWITCHING_PROTOCOLS);
    return isAnswered && this.#attempt.request === null;
  }
}

/** Whether what came in a packet may answer what the client `asked` behind its attempt, or lost octets before that. */
function mayAnswerNext(origin: Origin | undefined, asked: HeldOctets): boolean {
  const next = requestOrigin(asked);
  if (next === null || origin === undefined) return false;
  return (asked.first?.gap ?? 0) > 0 || origin.number > next.number;
}
