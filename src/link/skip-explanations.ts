// What each reason for which a packet gave no TCP segment means to whoever captured it, and what to do about it. Only what
// explains loads it: packets are read without a word of it.

import { CAPTURE_WHOLE_PACKETS, type Explanation, type ReasonRow } from './reason-row.ts';
import type { SKIP } from './skip-reason.ts';

/** Of a link type that has no decoder, its number stands in place of `N`. */
const UNKNOWN_LINK_TYPE = 'unknown-link-type-N';

const DAMAGED = 'where many are, the capture has another link type than it says, or was damaged';
const FRAGMENTS_LOST =
  'a filter by port does not let all fragments pass: capture with `or (ip[6:2] & 0x1fff != 0) or ip6 proto 44` behind it';
const BEHIND_THE_RADIO = 'capture at one of the ends, or on the wired side of the access point';

const SKIP_EXPLANATIONS: Readonly<Record<keyof typeof SKIP | typeof UNKNOWN_LINK_TYPE, Explanation>> = {
  'not-ip': { words: 'It carries neither IPv4 nor IPv6, as ARP does, or has them in a protocol that is not read.' },
  'not-tcp': { words: 'It is IP that carries no TCP, such as UDP, QUIC or ICMP, or a tunnel that is not read.' },
  'ipv4-fragment': {
    words: 'It is a fragment of an IPv4 datagram whose other fragments were not captured in 30 s.',
    remedy: FRAGMENTS_LOST,
  },
  'ipv6-fragment': {
    words: 'It is a fragment of an IPv6 datagram whose other fragments were not captured in 60 s.',
    remedy: FRAGMENTS_LOST,
  },
  'truncated-ethernet': {
    words: 'It was cut within its Ethernet header or its VLAN tags.',
    remedy: CAPTURE_WHOLE_PACKETS,
  },
  'truncated-loopback': {
    words: 'It was cut within the header of the loopback interface.',
    remedy: CAPTURE_WHOLE_PACKETS,
  },
  'truncated-linux-cooked': {
    words: "It was cut within the header of Linux's cooked captures (`-i any`).",
    remedy: CAPTURE_WHOLE_PACKETS,
  },
  'truncated-ipv4': {
    words: 'It was cut within its IPv4 header, or is a fragment that was cut.',
    remedy: CAPTURE_WHOLE_PACKETS,
  },
  'truncated-ipv6': {
    words: 'It was cut within its IPv6 headers, or is a fragment that was cut.',
    remedy: CAPTURE_WHOLE_PACKETS,
  },
  'truncated-tcp': { words: 'It was cut within the first 20 octets of its TCP header.', remedy: CAPTURE_WHOLE_PACKETS },
  'malformed-ipv4': { words: 'Its IPv4 header is none: another version, or lengths that contradict.', remedy: DAMAGED },
  'malformed-ipv6': {
    words: 'Its IPv6 headers are none: another version, or lengths that contradict.',
    remedy: DAMAGED,
  },
  'malformed-tcp': {
    words: 'Its TCP header is none, as its length is too short or beyond the datagram.',
    remedy: DAMAGED,
  },
  'overlapping-fragment': {
    words: 'It is a fragment of a datagram of which two overlap otherwise than as copies; RFC 5722 discards it.',
  },
  'fragment-limit': {
    words: 'It is a fragment of a datagram that was given up to make room for later ones.',
    remedy: 'give more room with `--max-fragments`',
  },
  'nested-too-deep': { words: 'It has more than 16 layers one in the other, such as tunnels in tunnels.' },
  'truncated-ppp': { words: 'It was cut within its header of PPP, PPPoE or HDLC.', remedy: CAPTURE_WHOLE_PACKETS },
  'truncated-mpls': { words: 'It was cut within its MPLS labels.', remedy: CAPTURE_WHOLE_PACKETS },
  'truncated-gre': { words: 'It was cut within its GRE or ERSPAN header.', remedy: CAPTURE_WHOLE_PACKETS },
  'truncated-udp': { words: 'It was cut within its UDP header.', remedy: CAPTURE_WHOLE_PACKETS },
  'truncated-tunnel': {
    words: 'It was cut within its header of VXLAN, GENEVE, GTP-U or Teredo.',
    remedy: CAPTURE_WHOLE_PACKETS,
  },
  'malformed-tunnel': {
    words: 'Its tunnel header (GRE, VXLAN, GENEVE, GTP-U or Teredo) is of another version, or contradicts itself.',
  },
  'truncated-wireless': {
    words: 'It was cut within its 802.11 header, or what the capture has before it.',
    remedy: CAPTURE_WHOLE_PACKETS,
  },
  'encrypted-wireless': { words: 'It is an 802.11 frame that is encrypted.', remedy: BEHIND_THE_RADIO },
  'wireless-fragment': {
    words: 'It is a fragment of an 802.11 frame; these are not put together.',
    remedy: BEHIND_THE_RADIO,
  },
  'wireless-aggregate': {
    words: 'It is an 802.11 frame that holds several others (A-MSDU); these are not taken apart.',
    remedy: BEHIND_THE_RADIO,
  },
  'truncated-capture-header': {
    words: 'It was cut within what the capturing system puts before it (NFLOG, PKTAP, PPI).',
    remedy: CAPTURE_WHOLE_PACKETS,
  },
  'malformed-capture-header': {
    words: 'What the capturing system puts before it (NFLOG, PKTAP, PPI, radiotap, AVS) contradicts itself.',
    remedy: DAMAGED,
  },
  'wireshark-upper-pdu': {
    words: 'Wireshark exported it without its TCP (File, Export PDUs).',
    remedy: 'read the capture that it was exported from',
  },
  'encrypted-ip': {
    words: 'It is IPsec (ESP), which is not read, as it is encrypted as a rule.',
    remedy: 'capture where it is decrypted, such as on the interface of the tunnel',
  },
  [UNKNOWN_LINK_TYPE]: {
    words: 'Packets of its link type are not read; the event `capture` names the type.',
    remedy: 'capture on an interface whose link type is read, such as Ethernet, or with `tcpdump -i any`',
  },
};

export function skipRows(): ReasonRow[] {
  return Object.entries(SKIP_EXPLANATIONS).map(([reason, explanation]) => ({
    reason,
    event: 'summary',
    ...explanation,
  }));
}

/** Undefined where packets are skipped for no such reason. */
export function skipRowOf(reason: string): ReasonRow | undefined {
  const name = reason.replace(/^(unknown-link-type-)\d+$/, '$1N');
  const row = skipRows().find((each) => each.reason === name);
  return row === undefined ? undefined : { ...row, reason };
}
