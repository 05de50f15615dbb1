// How much the reassembler may keep, and what it keeps where nobody says otherwise.

/** Memory that a piece of a stream that is held takes beside its octets, in octets. */
export const PIECE_COST = 256;

/** Octets, RFC 7323 §2.3: what is further away is none of a connection's. */
export const LARGEST_WINDOW = 2 ** 30;

/** Bounds on what is kept (docs/limits.md). */
export interface TcpLimits {
  /** Octets that may wait behind a hole in one direction; each piece counts `PIECE_COST` more. */
  waitingOctetsADirection: number;
  /** The same in all. */
  waitingOctets: number;
  /** Connections open at once. */
  openConnections: number;
  /** Ended connections remembered, so that late packets are not taken for new ones. */
  rememberedConnections: number;
  /** Connections remembered that were let go before their end and go on where they are if they say more. */
  resumableConnections: number;
  /** Seconds of capture time without a packet after which a connection is let go; 0 for never. */
  idleSeconds: number;
}

export const defaultTcpLimits: TcpLimits = {
  waitingOctetsADirection: 16 * 1024 * 1024,
  waitingOctets: 32 * 1024 * 1024,
  openConnections: 8192,
  rememberedConnections: 8192,
  resumableConnections: 131_072,
  idleSeconds: 0,
};
