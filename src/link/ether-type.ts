// What an EtherType says of the octets behind it: IP, or VLAN tags with another EtherType behind them; the rest is in the
// table of `layers.ts`. Ethernet, Linux's cooked headers and many tunnels share it.

import { decodeIpv4 } from './ipv4.ts';
import { decodeIpv6 } from './ipv6.ts';
import { word16 } from './octets.ts';
import { innerRealm, REALM } from './realm.ts';
import type { Segment } from './segment.ts';
import { type Outcome, SKIP } from './skip-reason.ts';

const IPV4 = 0x0800;
const IPV6 = 0x86dd;
/** 802.1Q, 802.1ad, and the older number for an outer tag of stacked ones. */
const CUSTOMER_TAG = 0x8100;
const SERVICE_TAG = 0x88a8;
const OLD_SERVICE_TAG = 0x9100;

/** Octets of a tag behind its EtherType: the tag's control information, and the next EtherType. */
const TAG_LENGTH = 4;
const NEXT_TYPE_AT = 2;
/** VLAN identifier in the control information (IEEE 802.1Q §9.6); 0 is a tag for priority alone. */
const VLAN_MASK = 0x0fff;

/** A LayerDecoder for the octets behind an EtherType. */
export function decodeEtherType(
  type: number,
  buffer: Uint8Array,
  start: number,
  end: number,
  wireEnd: number,
  segment: Segment,
): Outcome {
  let next = type;
  let at = start;
  while (next === CUSTOMER_TAG || next === SERVICE_TAG || next === OLD_SERVICE_TAG) {
    if (end - at < TAG_LENGTH) return SKIP['truncated-ethernet'];
    const vlan = word16(buffer, at) & VLAN_MASK;
    if (vlan !== 0) segment.realm = innerRealm(segment.realm, REALM.vlan, vlan);
    next = word16(buffer, at + NEXT_TYPE_AT);
    at += TAG_LENGTH;
  }
  if (next === IPV4) return decodeIpv4(buffer, at, end, wireEnd, segment);
  if (next === IPV6) return decodeIpv6(buffer, at, end, wireEnd, segment);
  return segment.layers?.etherType(next, buffer, at, end, wireEnd, segment) ?? SKIP['not-ip'];
}
