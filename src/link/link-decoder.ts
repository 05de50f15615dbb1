// Turns packets of any link type into TCP segments and counts what is none, by reason. Knows no protocol itself: the
// decoder is chosen by the link type. Those that nearly all are take a shorter way.

import type { PacketView } from '../capture/packet.ts';
import type { LayerDecoder } from './layer-decoder.ts';
import { TableLayers } from './layers.ts';
import { linkTypeDecoder } from './link-types.ts';
import { smaller } from './octets.ts';
import { decodePlainPacket } from './plain-packet.ts';
import { Segment } from './segment.ts';
import { DECODED, HELD, SKIP } from './skip-reason.ts';

/** Octets; no interface sends more in one packet, so a larger length is damage and not a gap of gigabytes. */
const WIRE_LENGTH_LIMIT = 16 * 1024 * 1024;

/** Where the packet's octets ended on the wire, its frame check sequence left out. */
function wireEndOf(packet: PacketView): number {
  const captured = packet.end - packet.start;
  const length = packet.originalLength;
  // Some writers state less than they captured; what is there was there.
  const wireLength = length < captured || length > WIRE_LENGTH_LIMIT ? captured : length;
  return packet.fcsLength < wireLength ? packet.start + wireLength - packet.fcsLength : packet.start;
}

export class LinkDecoder {
  /** Packets by skip reason. Numbers, as an increment must cost nothing; names are added when somebody asks. */
  readonly #skipped = new Float64Array(Math.max(...Object.values(SKIP)) + 1);
  readonly #unknownLinkTypes = new Map<number, number>();
  readonly #layers: TableLayers;
  /** One for each way: the decoders set in theirs what no plain packet has. */
  readonly #segment = new Segment();
  readonly #plainSegment = new Segment();
  #linkType = -1;
  #decode: LayerDecoder | null = null;

  /** @param fragmentLimit octets held of IP datagrams in fragments, in all */
  constructor(fragmentLimit?: number) {
    this.#layers = new TableLayers(fragmentLimit);
  }

  /** The packet's segment, valid until the next call; null where it has none, and is counted as skipped. */
  decode(packet: PacketView): Segment | null {
    if (decodePlainPacket(packet, this.#plainSegment)) return this.#plainSegment;
    return this.#decodeByLayers(packet, this.#segment);
  }

  #decodeByLayers(packet: PacketView, segment: Segment): Segment | null {
    if (packet.linkType !== this.#linkType) {
      this.#linkType = packet.linkType;
      this.#decode = linkTypeDecoder(packet.linkType);
    }
    const decode = this.#decode;
    if (decode === null) {
      this.#unknownLinkTypes.set(this.#linkType, (this.#unknownLinkTypes.get(this.#linkType) ?? 0) + 1);
      return null;
    }
    const wireEnd = wireEndOf(packet);
    const end = smaller(packet.end, wireEnd);
    segment.realm = 0;
    segment.layers = this.#layers;
    this.#layers.begin(packet.origin.seconds);
    const outcome = decode(packet.buffer, packet.start, end, wireEnd, segment);
    if (outcome === DECODED) return segment;
    if (outcome !== HELD) this.#skipped[outcome]++;
    return null;
  }

  /** Packets passed over so far, by reason; reasons that never arose are left out. */
  get skipped(): Record<string, number> {
    const counts: Record<string, number> = {};
    const fragments = this.#layers.datagrams.skipped();
    for (const [name, reason] of Object.entries(SKIP)) {
      const count = this.#skipped[reason] + (fragments.get(reason) ?? 0);
      if (count > 0) counts[name] = count;
    }
    for (const [linkType, count] of this.#unknownLinkTypes) counts[`unknown-link-type-${linkType}`] = count;
    return counts;
  }
}
