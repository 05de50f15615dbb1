// The multipath connections of a capture (RFC 8684), and which subflow belongs to which: by the token of a key that the handshake
// of the first subflow showed. Of other connections the options of the first segment are looked at, and no more. What a subflow's
// segments say of the connection is `subflow.ts`.

import { octetsSent, type Segment, SYN } from '../link/segment.ts';
import type { Connection } from './connection.ts';
import { DataSequence } from './data-sequence.ts';
import type { TcpLimits } from './limits.ts';
import { MultipathOptions } from './multipath-options.ts';
import { type End, Subflow } from './subflow.ts';

/** What the subflows of a connection have in common. */
export class Multipath {
  /** That of the first subflow: in its streams stands what all of them carry. */
  connection: Connection<unknown>;
  /** As MP_CAPABLE told it; null where that was not captured. */
  version: number | null = null;
  /** Those that may still carry octets. */
  openSubflows = 0;
  /** Whether any octet was mapped: else it may have fallen back to TCP. */
  isMapped = false;
  /** Whether it was told that there is more than one TCP connection, or may be. */
  isTold = false;
  /** By the place of the end in the key of the first subflow. */
  readonly ends = [new DataSequence(), new DataSequence()] as const;
  #number: number;

  constructor(connection: Connection<unknown>) {
    this.connection = connection;
    this.#number = connection.number;
  }

  /** Whether anything more of it is wanted: what stands for a connection that is over may be another's. */
  get isAlive(): boolean {
    const { connection } = this;
    return connection.number === this.#number && (connection.live !== null || connection.memo !== null);
  }

  /** The connection was let go, and goes on as another. */
  goOnAs(connection: Connection<unknown>): void {
    this.connection = connection;
    this.#number = connection.number;
  }
}

/** A connection, and which of its ends has the key. */
interface TokenOwner {
  readonly multipath: Multipath;
  readonly end: End;
}

export class Multipaths {
  readonly #options = new MultipathOptions();
  readonly #byToken = new Map<number, TokenOwner>();
  /** Those that joined and may say more. */
  readonly #joined = new Set<Subflow>();
  readonly #most: { tokens: number; joined: number };

  constructor(limits: TcpLimits) {
    this.#most = {
      tokens: 4 * limits.openConnections,
      // They are among the connections that are remembered, and are not forgotten there.
      joined: Math.ceil(limits.rememberedConnections / 4),
    };
  }

  /**
   * What begins with this segment, where it is a SYN that joins a connection that is known; null where it is any other.
   * @param end who sent it
   */
  joining(segment: Segment, end: End): Subflow | null {
    this.#options.read(segment);
    const { token } = this.#options;
    const owner = token === null ? undefined : this.#byToken.get(token);
    if (owner === undefined || !owner.multipath.isAlive || !this.#hasRoom()) return null;
    // The token is of the receiver's key.
    const subflow = new Subflow(owner.multipath, false, owner.end === end);
    this.#joined.add(subflow);
    return subflow;
  }

  /** The first subflow of a connection just begun with this segment. Null where octets in a SYN have no data sequence number. */
  first(segment: Segment, connection: Connection<unknown>): Subflow | null {
    // RFC 8684 appendix B.
    if ((segment.flags & SYN) !== 0 && octetsSent(segment) > 0) return null;
    return new Subflow(new Multipath(connection), true, false);
  }

  /**
   * What a segment of a subflow says of its connection; each valid until the next.
   * @param end who sent it
   */
  segmentsOf(subflow: Subflow, segment: Segment, end: End): Iterable<Segment> {
    this.#options.read(segment);
    subflow.noteHandshake(segment, end, this.#options);
    if (this.#options.isCapable) this.#noteTokens(subflow.multipath);
    return subflow.segmentsOf(segment, end, this.#options);
  }

  #noteTokens(multipath: Multipath): void {
    for (const end of [0, 1] as const) {
      const { key } = multipath.ends[end];
      if (key === null || this.#byToken.get(key.token)?.multipath === multipath) continue;
      this.#byToken.set(key.token, { multipath, end });
      if (this.#byToken.size > this.#most.tokens) this.#forgetTokens();
    }
  }

  /** Those of connections that are over; where there are none, the oldest. */
  #forgetTokens(): void {
    for (const [token, { multipath }] of this.#byToken) if (!multipath.isAlive) this.#byToken.delete(token);
    if (this.#byToken.size < 0.75 * this.#most.tokens) return;
    for (const token of this.#byToken.keys()) {
      if (this.#byToken.size <= this.#most.tokens / 2) break;
      this.#byToken.delete(token);
    }
  }

  #hasRoom(): boolean {
    if (this.#joined.size < this.#most.joined) return true;
    for (const subflow of this.#joined) if (!isStillOpen(subflow)) this.#joined.delete(subflow);
    return this.#joined.size < this.#most.joined;
  }
}

/** Whether octets of a connection that goes on may come over it. */
export function isStillOpen({ isOpen, multipath }: Subflow): boolean {
  return isOpen && multipath.isAlive;
}
