// One subflow of a multipath connection (RFC 8684): turns its segments into such as would stand in the connection's first subflow,
// had all octets gone there once and in order. A copy under another number becomes a plain retransmission by that, and what
// went over another subflow a plain hole. Puts nothing together itself.

import { ACK, FIN, octetsSent, RST, Segment, SYN } from '../link/segment.ts';
import type { DataSequence } from './data-sequence.ts';
import type { Multipath } from './multipath.ts';
import type { DataMapping, MultipathOptions } from './multipath-options.ts';

/** Mappings kept of one end: segments carry their own, but for those in the middle of one that was told once. */
const MAPPINGS = 4;
/** Octets to which a mapping grows by those that go on with it: less than half of the sequence numbers, which are compared. */
const LONGEST = 2 ** 30;

/** What is handed on, one at a time. */
const said = new Segment();

/** An end by its place in the key of the connections' table: the lower, or the higher. */
export type End = 0 | 1;

/** Octets of the subflow whose numbers in the first subflow are so many more. */
interface Stretch {
  readonly start: number;
  length: number;
  readonly shift: number;
}

/** What one end sends over one subflow. */
class SubflowEnd {
  initialSequence: number | null = null;
  /** Where that is not known: the last segment with a mapping, and where it ended. */
  unplaced: { readonly mapping: DataMapping; readonly end: number } | null = null;
  finSeen = false;
  /** The latest last. */
  readonly #stretches: Stretch[] = [];
  /** Of octets that are not mapped: they go on like those mapped last. Null where nobody knows what they are. */
  #shift: number | null;

  constructor(isFirst: boolean) {
    this.#shift = isFirst ? 0 : null;
  }

  map(start: number, length: number, shift: number): void {
    this.#shift = shift;
    const last = this.#stretches.at(-1);
    if (last !== undefined && last.shift === shift) {
      const into = (start - last.start) | 0;
      if (into >= 0 && into <= last.length && into + length <= LONGEST) {
        last.length = Math.max(last.length, into + length);
        return;
      }
    }
    this.#stretches.push({ start, length, shift });
    if (this.#stretches.length > MAPPINGS) this.#stretches.shift();
  }

  shiftAt(sequence: number): number | null {
    for (let index = this.#stretches.length - 1; index >= 0; index--) {
      const { start, length, shift } = this.#stretches[index];
      const into = (sequence - start) | 0;
      if (into >= 0 && into < length) return shift;
    }
    return this.#shift;
  }

  /** How many of the `most` octets from `sequence` on are mapped like the first of them, or like it not mapped. */
  reachFrom(sequence: number, most: number): number {
    let reach = most;
    for (let index = this.#stretches.length - 1; index >= 0; index--) {
      const { start, length } = this.#stretches[index];
      const into = (sequence - start) | 0;
      if (into >= 0 && into < length) return Math.min(reach, length - into);
      if (into < 0 && -into < reach) reach = -into;
    }
    return reach;
  }
}

export class Subflow {
  readonly multipath: Multipath;
  readonly isFirst: boolean;
  /** Whether its lower end is the first subflow's higher one. */
  readonly #isSwapped: boolean;
  readonly #ends: readonly [SubflowEnd, SubflowEnd];
  /** Whether it may still carry octets of the connection. */
  isOpen = false;
  /** Whether the other end answered without Multipath TCP: then this is any TCP connection. */
  isRefused = false;

  constructor(multipath: Multipath, isFirst: boolean, isSwapped: boolean) {
    this.multipath = multipath;
    this.isFirst = isFirst;
    this.#isSwapped = isSwapped;
    this.#ends = [new SubflowEnd(isFirst), new SubflowEnd(isFirst)];
    this.#open();
  }

  /** The end of the first subflow that is this one's `end`. */
  endInFirst(end: End): End {
    return this.#isSwapped ? ((1 - end) as End) : end;
  }

  /**
   * What a segment that `end` sent says in the first subflow; each valid until the next.
   * @param options of the segment
   */
  *segmentsOf(segment: Segment, end: End, options: MultipathOptions): Generator<Segment> {
    const sender = this.#ends[end];
    const data = this.multipath.ends[this.endInFirst(end)];
    const peerData = this.multipath.ends[this.endInFirst((1 - end) as End)];
    if ((segment.flags & SYN) !== 0) {
      this.#open();
      if (this.isFirst) yield segment;
      return;
    }
    if (options.mapping !== null) this.#noteMapping(sender, data, segment, options.mapping);

    Object.assign(said, segment);
    said.flags &= ~FIN;
    this.#setAcknowledgment(peerData, options);
    if ((segment.flags & RST) !== 0) {
      this.#close();
      // The connection is over where there is no other subflow.
      if (this.multipath.openSubflows > 0) return;
      said.sequence = data.end ?? segment.sequence;
      yield said;
      return;
    }
    const captured = segment.payloadEnd - segment.payloadStart;
    const length = captured + segment.missing;
    if (length === 0) {
      const shift = sender.shiftAt(segment.sequence);
      said.sequence = data.end ?? (segment.sequence + (shift ?? 0)) | 0;
      if (this.isFirst || (said.flags & ACK) !== 0) yield said;
    }
    for (let at = 0; at < length; ) {
      const sequence = (segment.sequence + at) | 0;
      const reach = sender.reachFrom(sequence, length - at);
      const shift = sender.shiftAt(sequence);
      if (shift !== null) {
        const start = Math.min(at, captured);
        const stop = Math.min(at + reach, captured);
        said.sequence = (sequence + shift) | 0;
        said.payloadStart = segment.payloadStart + start;
        said.payloadEnd = segment.payloadStart + stop;
        said.missing = reach - (stop - start);
        data.reach((said.sequence + reach) | 0);
        yield said;
      }
      at += reach;
    }
    yield* this.#finOf(segment, end, options);
  }

  /** A DATA_FIN, or the FIN of the only subflow where that is all there is. */
  *#finOf(segment: Segment, end: End, options: MultipathOptions): Generator<Segment> {
    const sender = this.#ends[end];
    const data = this.multipath.ends[this.endInFirst(end)];
    let at = options.dataFin === null ? null : data.sequenceOf(options.dataFin);
    if ((segment.flags & FIN) !== 0) {
      sender.finSeen = true;
      const isOnly = this.isOpen && this.multipath.openSubflows === 1;
      if (isOnly && at === null) {
        const last = (segment.sequence + octetsSent(segment)) | 0;
        const shift = sender.shiftAt((last - 1) | 0);
        if (shift !== null) data.reach((last + shift) | 0);
        // What lies right before it may be a copy of earlier octets.
        at = data.end ?? data.start;
      }
      if (this.#ends[1 - end].finSeen) this.#close();
    }
    if (at === null || data.isFinished) return;
    data.isFinished = true;
    said.flags |= FIN;
    said.sequence = at;
    said.payloadStart = segment.payloadEnd;
    said.payloadEnd = segment.payloadEnd;
    said.missing = 0;
    yield said;
  }

  /** Before what it says: initial sequence numbers and keys, whichever segment shows them. */
  noteHandshake(segment: Segment, end: End, options: MultipathOptions): void {
    const sender = this.#ends[end];
    const receiver = this.#ends[1 - end];
    const isAnswer = (segment.flags & (SYN | ACK)) === (SYN | ACK);
    if ((segment.flags & SYN) !== 0) sender.initialSequence = segment.sequence;
    // The third packet, and the first data in version 1, have both keys and the first numbers behind the SYNs.
    else if (options.receiverKey !== null) sender.initialSequence ??= (segment.sequence - 1) | 0;
    if (isAnswer || options.receiverKey !== null) receiver.initialSequence ??= (segment.acknowledgment - 1) | 0;
    if (!this.isFirst) return;
    const { multipath } = this;
    const data = multipath.ends[this.endInFirst(end)];
    const peerData = multipath.ends[this.endInFirst((1 - end) as End)];
    data.initialSequence ??= sender.initialSequence;
    peerData.initialSequence ??= receiver.initialSequence;
    if (isAnswer && !options.isCapable && !options.isJoin) this.isRefused = true;
    if (!options.isCapable) return;
    multipath.version = options.version;
    if (options.senderKey !== null) data.noteKey(options.senderKey, options.version);
    if (options.receiverKey !== null) peerData.noteKey(options.receiverKey, options.version);
  }

  /**
   * Mappings are counted from the subflow's initial sequence number. Where its SYN was not captured, the first mapping that begins
   * behind another one tells that number: a segment may be any of those that have the same mapping.
   */
  #noteMapping(sender: SubflowEnd, data: DataSequence, segment: Segment, mapping: DataMapping): void {
    if (sender.initialSequence === null) {
      const { unplaced } = sender;
      const octets = octetsSent(segment);
      if (octets === 0) return;
      if (unplaced?.end !== segment.sequence || unplaced.mapping.subflowSequence === mapping.subflowSequence) {
        sender.unplaced = { mapping, end: (segment.sequence + octets) | 0 };
        return;
      }
      sender.initialSequence = (segment.sequence - mapping.subflowSequence) | 0;
      this.#map(sender, data, sender.initialSequence, unplaced.mapping);
    }
    this.#map(sender, data, sender.initialSequence, mapping);
  }

  #map(sender: SubflowEnd, data: DataSequence, initialSequence: number, mapping: DataMapping): void {
    const { subflowSequence, length } = mapping;
    const start = (initialSequence + subflowSequence) | 0;
    const dataSequence = mapping.dataSequence ?? (data.key === null ? null : (data.key.initial + 1) | 0);
    if (dataSequence === null) return;
    let first = data.sequenceOf(dataSequence);
    if (first === null) {
      // Its first octet is the first of all: it may stand in another subflow where the first one was silent.
      first = this.isFirst ? start : (data.start ?? start);
      data.begin(dataSequence, first);
    }
    sender.map(start, length === 0 ? LONGEST : length, (first - start) | 0);
    this.multipath.isMapped = true;
  }

  /** What is acknowledged of the data; what is acknowledged of the subflow says nothing of that, where there is data. */
  #setAcknowledgment(peerData: DataSequence, options: MultipathOptions): void {
    const { dataAcknowledgment } = options;
    const acknowledged = dataAcknowledgment === null ? null : peerData.sequenceOf(dataAcknowledgment);
    if (acknowledged !== null) said.acknowledgment = acknowledged;
    else if (!this.isFirst || peerData.isMapped) said.flags &= ~ACK;
  }

  #open(): void {
    if (this.isOpen) return;
    this.isOpen = true;
    this.multipath.openSubflows++;
  }

  #close(): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    this.multipath.openSubflows--;
  }
}
