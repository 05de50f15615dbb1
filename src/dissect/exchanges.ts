// Which answer belongs to which request of a connection: they come in the same order, but for those that the capture lacks.

export class Exchanges {
  /** Requests that are in the capture. */
  requests = 0;
  #answered = 0;
  #lacksRequests = false;

  /** Begins a connection. */
  begin(): void {
    this.requests = 0;
    this.#answered = 0;
    this.#lacksRequests = false;
  }

  /** Whether an answer is to come. */
  get awaits(): boolean {
    return this.#answered < this.requests;
  }

  /** Whether an answer may come to a request before that of this number. */
  mayAwaitBefore(number: number): boolean {
    return this.#answered < number || this.#lacksRequests;
  }

  /**
   * Whether an answer may come that is none to a request in the capture.
   *
   * @param beganLate whether that may begin behind a request
   */
  mayAnswerOthers(beganLate: boolean): boolean {
    return !this.awaits && (this.#lacksRequests || (beganLate && this.requests === 0));
  }

  /** Takes an answer, and returns the number of the request that it answers; null where that is not in the capture. */
  answer(): number | null {
    return this.awaits ? this.#answered++ : null;
  }

  /** Requests were lost. */
  lackRequests(): void {
    this.#lacksRequests = true;
  }

  /** Answers were lost: of those that are to come at most that to the last request is left. */
  lackAnswers(awaitsLast: boolean): void {
    this.#answered = this.requests - (awaitsLast ? 1 : 0);
  }
}
