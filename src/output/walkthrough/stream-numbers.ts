// Counts the octets of one side's stream by their sequence numbers, from the same first octet as `tcp/acknowledgments.ts`, so
// that packets and frames are told by the same offsets. Knows no packets and keeps no octets.

import { PLAUSIBLE_UNSEEN } from '../../tcp/acknowledgments.ts';

/** Holes of one stream that are known at a time. */
const HOLES = 64;

interface Stretch {
  readonly start: number;
  readonly end: number;
}

/** Sequence numbers wrap, offsets do not. */
export class StreamNumbers {
  started = false;
  /** Where the last octet ends that a packet brought. */
  octets = 0;
  /** The highest offset that a packet had, also one without octets, as behind a FIN; and the sequence number there. */
  end = 0;
  #endSequence = 0;
  /** Whether `#endSequence` is what the other side acknowledged first, as no segment of this one was seen yet. */
  #guessed = false;
  /** Whether the first segment seen was a FIN alone: octets captured late may stand before it. */
  #mayBeginEarlier = false;
  /** Octets before `end` that no packet has brought yet. */
  #holes: Stretch[] = [];

  /** Takes note of what the other side acknowledges before a segment of this one was seen. */
  guess(acknowledgment: number): void {
    if (this.#guessed) return;
    this.#guessed = true;
    this.#endSequence = acknowledgment;
  }

  /** @param isFin whether its first segment is a FIN alone */
  start(sequence: number, isFin: boolean): void {
    this.started = true;
    const unseen = (sequence - this.#endSequence) | 0;
    if (this.#guessed && unseen >= 0 && unseen < PLAUSIBLE_UNSEEN) return;
    this.#endSequence = sequence;
    this.#mayBeginEarlier = isFin;
  }

  /**
   * Octets that end where the first segment stood, a FIN alone, are the first ones: the stream begins with
   * them. Returns by how many octets everything so far stands later than it was counted.
   * @param captured payload octets that were captured
   */
  beginEarlier(sequence: number, captured: number): number {
    const ends = (sequence + captured - this.#endSequence) | 0;
    // One octet may be a keep-alive probe, RFC 9293 §3.8.4.
    if (!this.#mayBeginEarlier || this.end > 0 || captured < 2 || ends !== 0) return 0;
    this.#mayBeginEarlier = false;
    this.#endSequence = sequence;
    return captured;
  }

  offsetOf(sequence: number): number {
    return this.end + ((sequence - this.#endSequence) | 0);
  }

  /** Takes note of the octets `[start, end)`; says whether some of them were missing before. */
  take(start: number, end: number): boolean {
    const fills = this.#fill(start, end);
    if (end > start && end > this.octets) this.octets = end;
    if (start > this.end) {
      this.#holes.push({ start: this.end, end: start });
      if (this.#holes.length > HOLES) this.#holes.shift();
    }
    if (end > this.end) {
      this.#endSequence = (this.#endSequence + (end - this.end)) | 0;
      this.end = end;
    }
    return fills;
  }

  #fill(start: number, end: number): boolean {
    const touches = (hole: Stretch) => start < hole.end && hole.start < end;
    if (!this.#holes.some(touches)) return false;
    this.#holes = this.#holes.flatMap((hole) => {
      if (!touches(hole)) return [hole];
      const rest = [
        { start: hole.start, end: start },
        { start: end, end: hole.end },
      ];
      return rest.filter((stretch) => stretch.start < stretch.end);
    });
    return true;
  }
}
