// Packets of one source that wait for their turn: copies, so that the source may read on or be closed meanwhile. Takes
// them from a parser as a sink does, and gives them one by one.

import type { CaptureSink } from './capture-parser.ts';
import { type CaptureAnnex, type CaptureDescription, NO_COMMENTS, type PacketView } from './packet.ts';

/** Numbers kept of each packet beside its octets. */
const FIELDS = 7;
const INITIAL_PACKETS = 256;
const INITIAL_OCTETS = 32 * 1024;

export class PacketBatch implements CaptureSink {
  description: CaptureDescription | null = null;
  readonly #onAnnex: (annex: CaptureAnnex) => void;
  #octets = new Uint8Array(INITIAL_OCTETS);
  #length = 0;
  /** End of its octets, seconds, nanoseconds, length on the wire, link type, check sequence, number; a row a packet. */
  #fields = new Float64Array(INITIAL_PACKETS * FIELDS);
  readonly #comments = new Map<number, readonly string[]>();
  #count = 0;
  #next = 0;

  constructor(onAnnex: (annex: CaptureAnnex) => void) {
    this.#onAnnex = onAnnex;
  }

  get isEmpty(): boolean {
    return this.#next === this.#count;
  }

  /** Of the next packet. */
  get seconds(): number {
    return this.#fields[this.#next * FIELDS + 1];
  }

  get nanoseconds(): number {
    return this.#fields[this.#next * FIELDS + 2];
  }

  onStart(description: CaptureDescription): void {
    this.description = description;
  }

  onAnnex(annex: CaptureAnnex): void {
    this.#onAnnex(annex);
  }

  onPacket(packet: PacketView): void {
    if (this.isEmpty) this.#clear();
    this.#reserve(packet.end - packet.start);
    this.#octets.set(packet.buffer.subarray(packet.start, packet.end), this.#length);
    this.#length += packet.end - packet.start;
    const { origin } = packet;
    const fields = this.#fields;
    const at = this.#count * FIELDS;
    fields[at] = this.#length;
    fields[at + 1] = origin.seconds;
    fields[at + 2] = origin.nanoseconds;
    fields[at + 3] = packet.originalLength;
    fields[at + 4] = packet.linkType;
    fields[at + 5] = packet.fcsLength;
    fields[at + 6] = origin.number;
    if (packet.comments.length > 0) this.#comments.set(this.#count, packet.comments);
    this.#count++;
  }

  /** Fills the view with the next packet; its octets are valid until the batch takes further ones. */
  take(view: PacketView): void {
    const fields = this.#fields;
    const at = this.#next * FIELDS;
    view.buffer = this.#octets;
    view.start = this.#next === 0 ? 0 : fields[at - FIELDS];
    view.end = fields[at];
    view.origin.seconds = fields[at + 1];
    view.origin.nanoseconds = fields[at + 2];
    view.originalLength = fields[at + 3];
    view.linkType = fields[at + 4];
    view.fcsLength = fields[at + 5];
    view.origin.numberInFile = fields[at + 6];
    view.comments = this.#comments.size === 0 ? NO_COMMENTS : (this.#comments.get(this.#next) ?? NO_COMMENTS);
    this.#next++;
  }

  #clear(): void {
    this.#length = 0;
    this.#count = 0;
    this.#next = 0;
    this.#comments.clear();
  }

  #reserve(octets: number): void {
    if (this.#length + octets > this.#octets.length) {
      const larger = new Uint8Array(2 * (this.#length + octets));
      larger.set(this.#octets.subarray(0, this.#length));
      this.#octets = larger;
    }
    if ((this.#count + 1) * FIELDS > this.#fields.length) {
      const larger = new Float64Array(2 * this.#fields.length);
      larger.set(this.#fields);
      this.#fields = larger;
    }
  }
}
