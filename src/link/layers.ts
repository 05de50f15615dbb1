// What lies in what: by EtherType, IP protocol and UDP port, one line each. A new tunnel is one file and one line here.

import { DatagramStore } from './datagram-store.ts';
import { decodeEthernet } from './ethernet.ts';
import { decodeGeneve } from './geneve.ts';
import { decodeGre } from './gre.ts';
import { decodeGtpU } from './gtp-u.ts';
import { decodeIpv4 } from './ipv4.ts';
import { decodeIpv6 } from './ipv6.ts';
import type { LayerDecoder, Layers } from './layer-decoder.ts';
import { linkTypeDecoder } from './link-types.ts';
import { decodeLogicalLink } from './logical-link.ts';
import { decodeMpls } from './mpls.ts';
import { decodePpp, decodePppoe } from './ppp.ts';
import type { Segment } from './segment.ts';
import { type Outcome, SKIP } from './skip-reason.ts';
import { decodeTeredo } from './teredo.ts';
import { decodeUdp } from './udp.ts';
import { decodeVxlan, decodeVxlanGpe } from './vxlan.ts';

/** https://standards-oui.ieee.org/ethertype/eth.txt; IP and VLAN tags are known to `ether-type.ts`. */
const ETHER_TYPES: ReadonlyMap<number, LayerDecoder> = new Map([
  [0x6558, decodeEthernet], // transparent Ethernet bridging (RFC 1701)
  [0x8847, decodeMpls],
  [0x8848, decodeMpls],
  [0x8864, decodePppoe],
  [0x880b, decodePpp],
]);

/** Up to here it is no EtherType but the length of an 802.3 frame, also behind VLAN tags (IEEE 802.3 §3.2.6). */
const LONGEST_LENGTH = 1500;

/** https://www.iana.org/assignments/protocol-numbers; TCP and the authentication header are known to the decoders of IP. */
const PROTOCOLS: ReadonlyMap<number, LayerDecoder> = new Map<number, LayerDecoder>([
  [4, decodeIpv4], // IP in IP (RFC 2003)
  [17, decodeUdp],
  [41, decodeIpv6], // 6in4 (RFC 4213)
  [47, decodeGre],
  [50, () => SKIP['encrypted-ip']], // ESP (RFC 4303)
  [137, decodeMpls], // RFC 4023
]);

const UDP_PORTS: ReadonlyMap<number, LayerDecoder> = new Map([
  [2152, decodeGtpU],
  [3544, decodeTeredo],
  [4789, decodeVxlan],
  [4790, decodeVxlanGpe],
  [6081, decodeGeneve],
  [8472, decodeVxlan], // what Linux took before there was a number
]);

/** Layers one in the other, each by one of the tables; real packets have five at most. */
const DEEPEST = 16;

export class TableLayers implements Layers {
  readonly datagrams: DatagramStore;
  seconds = 0;
  #depth = 0;

  constructor(fragmentLimit?: number) {
    this.datagrams = new DatagramStore(fragmentLimit);
  }

  /** A packet begins. */
  begin(seconds: number): void {
    this.seconds = seconds;
    this.#depth = 0;
  }

  linkType(number: number, buffer: Uint8Array, start: number, end: number, wireEnd: number, segment: Segment): Outcome {
    return this.#enter(linkTypeDecoder(number), SKIP['not-ip'], buffer, start, end, wireEnd, segment);
  }

  etherType(
    number: number,
    buffer: Uint8Array,
    start: number,
    end: number,
    wireEnd: number,
    segment: Segment,
  ): Outcome {
    const decode = number <= LONGEST_LENGTH ? decodeLogicalLink : ETHER_TYPES.get(number);
    return this.#enter(decode, SKIP['not-ip'], buffer, start, end, wireEnd, segment);
  }

  protocol(number: number, buffer: Uint8Array, start: number, end: number, wireEnd: number, segment: Segment): Outcome {
    return this.#enter(PROTOCOLS.get(number), SKIP['not-tcp'], buffer, start, end, wireEnd, segment);
  }

  tunnelOf(port: number): LayerDecoder | null {
    return UDP_PORTS.get(port) ?? null;
  }

  #enter(
    decode: LayerDecoder | null | undefined,
    otherwise: Outcome,
    buffer: Uint8Array,
    start: number,
    end: number,
    wireEnd: number,
    segment: Segment,
  ): Outcome {
    if (!decode) return otherwise;
    if (++this.#depth > DEEPEST) return SKIP['nested-too-deep'];
    return decode(buffer, start, end, wireEnd, segment);
  }
}
