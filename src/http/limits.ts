// How much of HTTP is held or counted for one direction of a connection; each limit with its default (docs/limits.md).

export interface HttpLimits {
  /** Octets of a head with its empty line, of a chunk's size line, of trailers. */
  headOctets: number;
  /** Lines of a head, the start line counted. */
  headLines: number;
  /** Requests without an answer whose methods are remembered; further ones are taken for GET. */
  outstandingRequests: number;
}

export const DEFAULT_HTTP_LIMITS: HttpLimits = { headOctets: 65_536, headLines: 201, outstandingRequests: 10_000 };
