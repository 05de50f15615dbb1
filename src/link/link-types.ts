// The link types: number, name and decoder, https://www.tcpdump.org/linktypes.html. One line a link type; without a decoder
// it has a name only, so that a user at least reads what was captured.

import { decodeEthernet } from './ethernet.ts';
import { decodeIpv4 } from './ipv4.ts';
import { decodeIpv6 } from './ipv6.ts';
import type { LayerDecoder } from './layer-decoder.ts';
import { decodeLinuxCooked1, decodeLinuxCooked2 } from './linux-cooked.ts';
import { decodeLoop, decodeNull } from './null-loopback.ts';
import { decodeRaw } from './raw.ts';

interface LinkType {
  number: number;
  name: string;
  decode?: LayerDecoder;
}

const LINK_TYPES: readonly LinkType[] = [
  { number: 0, name: 'NULL', decode: decodeNull },
  { number: 1, name: 'ETHERNET', decode: decodeEthernet },
  { number: 9, name: 'PPP' },
  // RAW's number differs between systems; 101 is what files should say.
  { number: 12, name: 'RAW', decode: decodeRaw },
  { number: 14, name: 'RAW', decode: decodeRaw },
  { number: 101, name: 'RAW', decode: decodeRaw },
  { number: 105, name: 'IEEE802_11' },
  { number: 108, name: 'LOOP', decode: decodeLoop },
  { number: 113, name: 'LINUX_SLL', decode: decodeLinuxCooked1 },
  { number: 127, name: 'IEEE802_11_RADIOTAP' },
  { number: 220, name: 'USB_LINUX_MMAPPED' },
  { number: 228, name: 'IPV4', decode: decodeIpv4 },
  { number: 229, name: 'IPV6', decode: decodeIpv6 },
  { number: 239, name: 'NFLOG' },
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
