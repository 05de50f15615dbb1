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
  'overlapping-fragment': 14,
  'fragment-limit': 15,
  'nested-too-deep': 16,
  'truncated-ppp': 17,
  'truncated-mpls': 18,
  'truncated-gre': 19,
  'truncated-udp': 20,
  'truncated-tunnel': 21,
  'malformed-tunnel': 22,
  'truncated-wireless': 23,
  'encrypted-wireless': 24,
  'wireless-fragment': 25,
  'wireless-aggregate': 26,
  'truncated-capture-header': 27,
  'malformed-capture-header': 28,
  'wireshark-upper-pdu': 29,
  'encrypted-ip': 30,
});

export type SkipReason = (typeof SKIP)[keyof typeof SKIP];

/** The packet is a TCP segment, and the segment record is filled. */
export const DECODED = 0;
/** The packet is a fragment that waits for the rest of its datagram; it is counted when that is given up. */
export const HELD = -1;

export type Outcome = typeof DECODED | typeof HELD | SkipReason;
