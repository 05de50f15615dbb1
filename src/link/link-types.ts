// The link types: number, name and decoder, https://www.tcpdump.org/linktypes.html. One line a link type; without a decoder
// it has a name only, so that a user at least reads what was captured.

import { decodeNflog, decodePktap, decodePpi, decodeUpperPdu } from './capture-header.ts';
import { decodeEthernet } from './ethernet.ts';
import { decodeIpv4 } from './ipv4.ts';
import { decodeIpv6 } from './ipv6.ts';
import type { LayerDecoder } from './layer-decoder.ts';
import { decodeLinuxCooked1, decodeLinuxCooked2 } from './linux-cooked.ts';
import { decodeMpls } from './mpls.ts';
import { decodeLoop, decodeNull } from './null-loopback.ts';
import { decodeHdlc, decodePpp, decodePppoe, decodePppWithDirection } from './ppp.ts';
import { decodeRaw } from './raw.ts';
import { decodeAvs, decodePrism, decodeRadiotap, decodeWireless } from './wireless.ts';

interface LinkType {
  number: number;
  name: string;
  decode?: LayerDecoder;
}

const LINK_TYPES: readonly LinkType[] = [
  { number: 0, name: 'NULL', decode: decodeNull },
  { number: 1, name: 'ETHERNET', decode: decodeEthernet },
  { number: 9, name: 'PPP', decode: decodePpp },
  // RAW's number differs between systems; 101 is what files should say.
  { number: 12, name: 'RAW', decode: decodeRaw },
  { number: 14, name: 'RAW', decode: decodeRaw },
  { number: 50, name: 'PPP_HDLC', decode: decodeHdlc },
  { number: 51, name: 'PPP_ETHER', decode: decodePppoe },
  { number: 101, name: 'RAW', decode: decodeRaw },
  { number: 104, name: 'C_HDLC', decode: decodeHdlc },
  { number: 105, name: 'IEEE802_11', decode: decodeWireless },
  { number: 108, name: 'LOOP', decode: decodeLoop },
  { number: 113, name: 'LINUX_SLL', decode: decodeLinuxCooked1 },
  { number: 119, name: 'IEEE802_11_PRISM', decode: decodePrism },
  { number: 127, name: 'IEEE802_11_RADIOTAP', decode: decodeRadiotap },
  { number: 163, name: 'IEEE802_11_AVS', decode: decodeAvs },
  { number: 166, name: 'PPP_PPPD', decode: decodePppWithDirection },
  { number: 192, name: 'PPI', decode: decodePpi },
  { number: 204, name: 'PPP_WITH_DIR', decode: decodePppWithDirection },
  { number: 219, name: 'MPLS', decode: decodeMpls },
  { number: 220, name: 'USB_LINUX_MMAPPED' },
  { number: 228, name: 'IPV4', decode: decodeIpv4 },
  { number: 229, name: 'IPV6', decode: decodeIpv6 },
  { number: 239, name: 'NFLOG', decode: decodeNflog },
  { number: 249, name: 'USBPCAP' },
  { number: 252, name: 'WIRESHARK_UPPER_PDU', decode: decodeUpperPdu },
  { number: 258, name: 'PKTAP', decode: decodePktap },
  { number: 276, name: 'LINUX_SLL2', decode: decodeLinuxCooked2 },
];

const BY_NUMBER: ReadonlyMap<number, LinkType> = new Map(LINK_TYPES.map((linkType) => [linkType.number, linkType]));

/** The name without its LINKTYPE_, or the number where it has none here. */
export function linkTypeName(number: number): string {
  return BY_NUMBER.get(number)?.name ?? String(number);
}

/** Null where packets of the link type cannot be decoded. */
export function linkTypeDecoder(number: number): LayerDecoder | null {
  return BY_NUMBER.get(number)?.decode ?? null;
}
