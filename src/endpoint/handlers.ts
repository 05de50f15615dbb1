// Calls the functions that a program gives, none of which can end the process: what one throws, or rejects with, ends what it was
// called for, and is told. Does not know what they do.

import { ConnectionClosedError } from './frame-sender.ts';
import { MessageProtocolError } from './message-protocol.ts';

/** @param error what was thrown @param about what the function was called for */
export type OnError<About extends unknown[]> = (error: unknown, ...about: About) => void;

/** Ends what a function was called for. */
export type Ending = (words: string) => void;

/** Where nothing is there that could end. */
export const NOTHING: Ending = () => {};

export class Handlers<About extends unknown[]> {
  readonly #onError: OnError<About> | undefined;
  /** The first that nobody was told. */
  #untold: { error: unknown } | null = null;

  constructor(onError: OnError<About> | undefined) {
    this.#onError = onError;
  }

  /** Returns whether it threw nothing; what it rejects with is told when it does. */
  call(what: () => unknown, end: Ending, ...about: About): boolean {
    try {
      this.watch(what(), end, ...about);
      return true;
    } catch (error) {
      this.failed(error, end, ...about);
      return false;
    }
  }

  /** Of a function that was called already, and returned this: nobody else waits where it is a promise. */
  watch(returned: unknown, end: Ending, ...about: About): void {
    onRejection(returned, (error) => this.failed(error, end, ...about));
  }

  /** Of a function that was called already, and threw this. */
  failed(error: unknown, end: Ending, ...about: About): void {
    // The other end has closed meanwhile, and is owed nothing.
    if (error instanceof ConnectionClosedError) return;
    const isOfPeer = error instanceof MessageProtocolError;
    const words = error instanceof Error ? error.message : String(error);
    end(isOfPeer ? `${error.code}: ${words}` : words);
    // Whatever the other end sends must be no error of the program.
    if (!isOfPeer) this.#tell(error, about);
  }

  /** @throws the first that nobody was told; once */
  throwUntold(): void {
    const untold = this.#untold;
    this.#untold = null;
    if (untold !== null) throw untold.error;
  }

  #tell(error: unknown, about: About): void {
    const keep = (thrown: unknown) => {
      this.#untold ??= { error: thrown };
    };
    try {
      if (this.#onError === undefined) keep(error);
      else onRejection(this.#onError(error, ...about), keep);
    } catch (thrown) {
      keep(thrown);
    }
  }
}

function onRejection(returned: unknown, handle: (error: unknown) => void): void {
  // A promise is one whoever made it.
  if (typeof returned !== 'object' || returned === null || !('then' in returned)) return;
  void Promise.resolve(returned).then(undefined, handle);
}
