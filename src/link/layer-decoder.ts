// The one shape of all decoders of this folder, so that each can be the payload of any other, and how one hands on to
// another that it does not import: through `Layers`, as what lies in what is a table's affair (`layers.ts`).

import type { DatagramStore } from './datagram-store.ts';
import type { Segment } from './segment.ts';
import type { Outcome } from './skip-reason.ts';

/**
 * Decodes `buffer[start, end)` down to TCP. `wireEnd`, at least `end`, is where the octets ended on the wire: what lies
 * between was cut by the snaplen. Never throws, never reads outside the range; the segment is of use only after
 * `DECODED`. Called several times a packet, so it takes single values and no record.
 */
export type LayerDecoder = (
  buffer: Uint8Array,
  start: number,
  end: number,
  wireEnd: number,
  segment: Segment,
) => Outcome;

/** Decodes what a number says is there, one layer deeper. */
export type NumberedDecoder = (
  number: number,
  buffer: Uint8Array,
  start: number,
  end: number,
  wireEnd: number,
  segment: Segment,
) => Outcome;

/** What a decoder finds in its payload, by the number that its header has for it. */
export interface Layers {
  readonly linkType: NumberedDecoder;
  readonly etherType: NumberedDecoder;
  /** Protocol number of an IP header, https://www.iana.org/assignments/protocol-numbers */
  readonly protocol: NumberedDecoder;
  /** Null where no tunnel is known on the UDP port. */
  tunnelOf(port: number): LayerDecoder | null;
  /** Where fragments wait for the rest of their datagram. */
  readonly datagrams: DatagramStore;
  /** Capture time of the packet, seconds. */
  readonly seconds: number;
}
