// What stands before HTTP in what is held of a connection's beginning: lets it go once it is whole. Knows nothing of its
// protocols.

import { otherSide } from '../tcp/connection.ts';
import { findPrefix, mayBeginPrefix } from './connection-prefix.ts';
import type { HeldOctets, HeldPiece } from './held-octets.ts';
import type { HeldSides } from './held-sides.ts';
import type { OpeningListener } from './opening-listener.ts';

export class HeldPrefix {
  #isPossible = true;

  /** Begins a connection. */
  begin(): void {
    this.#isPossible = true;
  }

  /** There is none, or it is over. */
  ruleOut(): void {
    this.#isPossible = false;
  }

  /** Whether what a side says first must be held for it: also where the other side has begun one. */
  mayBeginIn(ofOther: HeldOctets, octet: number): boolean {
    return this.#isPossible && (mayBeginPrefix(octet) || !ofOther.isEmpty);
  }

  /**
   * Lets go what stands before HTTP, tells of it, and counts it in `used`. False where more must be held to tell.
   *
   * @param used by side: octets that were read
   */
  pass(held: HeldSides, used: [number, number], listener: OpeningListener): boolean {
    if (!this.#isPossible) return true;
    let isUndecided = false;
    for (const client of [0, 1] as const) {
      const server = otherSide(client);
      const found = findPrefix(held.of(client).joined(), held.of(server).joined());
      if (found === 'need-more') isUndecided = true;
      if (found === 'need-more' || found === 'no') continue;
      listener.onPrefix(found, client, (held.of(client).first as HeldPiece).origin);
      used[client] += held.of(client).dropOctets(found.client);
      used[server] += held.of(server).dropOctets(found.server);
      return true;
    }
    return !isUndecided;
  }
}
