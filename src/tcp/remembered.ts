// How many connections are remembered that ended, so that late packets are not taken for new ones, or that were let go and may
// say more; and which are forgotten when they are too many. Counts entries of the table, and knows nothing of packets.

import type { Connection } from './connection.ts';
import type { TcpLimits } from './limits.ts';

/**
 * Ended ones with which forgetting is tried for the first time. Nobody goes then; but code that is compiled before it was met
 * would be thrown away when it comes.
 */
const FIRST_TRIAL = 64;

export class Remembered<Upper> {
  readonly #limits: TcpLimits;
  #ended = 0;
  /** Those whose memo is a lasting one. */
  #resumable = 0;
  #tried = false;
  /** Numbers of the oldest that stay in a forgetting. */
  #oldestEnded = 0;
  #oldestResumable = 0;

  constructor(limits: TcpLimits) {
    this.#limits = limits;
  }

  /** So many entries more lead to a connection that is over, or fewer where it is negative. */
  count(connection: Connection<Upper>, entries: number): void {
    if (connection.memo?.lasting) this.#resumable += entries;
    else this.#ended += entries;
  }

  /** Whether it is time to forget: that goes through all that is remembered, so the more may gather before the more that is. */
  get isFull(): boolean {
    const { rememberedConnections, resumableConnections } = this.#limits;
    if (!this.#tried && this.#ended > FIRST_TRIAL) return true;
    return this.#ended > rememberedConnections + this.#resumable / 4 || this.#resumable > resumableConnections;
  }

  /** Begins to count anew: `stays` is to be asked of each that is over. @param opened connections so far */
  beginForgetting(opened: number): void {
    const { rememberedConnections, resumableConnections } = this.#limits;
    this.#oldestEnded = opened - rememberedConnections / 2;
    this.#oldestResumable = this.#resumable > resumableConnections ? opened - resumableConnections / 2 : 0;
    this.#ended = 0;
    this.#resumable = 0;
    this.#tried = true;
  }

  /** Whether one that is over stays, and is counted then: the older half goes. */
  stays(connection: Connection<Upper>): boolean {
    const oldest = connection.memo?.lasting ? this.#oldestResumable : this.#oldestEnded;
    if (connection.number < oldest) return false;
    this.count(connection, 1);
    return true;
  }
}
