// Why a packet gave no TCP segment. Decoders return the number, for the hot path; the name is what the user is told.

export const SKIP = Object.freeze({
  'not-ip': 1,
  'not-tcp': 2,
  'ipv4-fragment': 3,
  'ipv6-fragment': 4,
  'truncated-ethernet': 5,
  'truncated-loopback': 6,
  'truncated-linux-cooked': 7,
  'truncated-ipv4': 8,
  'truncated-ipv6': 9,
  'truncated-tcp': 10,
  'malformed-ipv4': 11,
  'malformed-ipv6': 12,
  'malformed-tcp': 13,
});

export type SkipReason = (typeof SKIP)[keyof typeof SKIP];

/** The packet is a TCP segment, and the segment record is filled. */
export const DECODED = 0;

export type Outcome = typeof DECODED | SkipReason;
