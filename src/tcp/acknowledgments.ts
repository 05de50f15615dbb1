// What one end's acknowledgments tell of what the other sent: octets that were sent and not captured. A capture may show
// an acknowledgment before the data, so there is patience. Changes a half, and knows nothing of what waits behind its hole.

import { FIN, octetsSent, type Segment, SYN } from '../link/segment.ts';
import type { Half } from './connection.ts';
import { LARGEST_WINDOW } from './limits.ts';

/** Acknowledgments of octets that are not there, after which they are given up. */
const PATIENCE = 64;
/** Acknowledgments below the highest so far, after which that is not believed: sooner than octets are given up for it. */
const DENIALS = 32;
/** Octets between what was acknowledged first and the first segment seen; more is some other connection's acknowledgment. */
export const PLAUSIBLE_UNSEEN = 1024 * 1024;

/**
 * Begins a half by its own first segment, or by a SYN/ACK, which says what the first octet of the other end is. Where the
 * peer acknowledged what lies right before that segment, it was sent and not captured.
 * @param first that segment; null where the place is known otherwise
 */
export function startAt(half: Half, sequence: number, first: Segment | null = null): void {
  half.started = true;
  half.lacksBeginning = first !== null && (first.flags & SYN) === 0;
  const unseen = (sequence - half.next) | 0;
  if (half.guessed && unseen >= 0 && unseen < PLAUSIBLE_UNSEEN) return;
  half.next = sequence;
  half.acknowledged = 0;
  half.beganWithFin = first !== null && (first.flags & (SYN | FIN)) === FIN && octetsSent(first) === 0;
}

/**
 * From a half's next octet to a segment's first. Octets that end where its first segment stood, a FIN alone, are its first ones: the
 * capture shows them the wrong way round. Behind an acknowledgment alone they may be a copy of what was said long before.
 */
export function distanceTo(half: Half, sequence: number, length: number): number {
  const distance = (sequence - half.next) | 0;
  // One octet may be a keep-alive probe, RFC 9293 §3.8.4.
  if (!half.beganWithFin || half.offset > 0 || half.waiting !== null) return distance;
  if (length < 2 || distance + length !== 0) return distance;
  half.beganWithFin = false;
  half.next = sequence;
  half.acknowledged += length;
  half.finOffset += length;
  return 0;
}

/**
 * Returns the stream offset up to which octets are given up now, as they were acknowledged so long ago: at most `half.offset` where
 * none are.
 */
export function acknowledge(half: Half, acknowledgment: number): number {
  let acknowledged = half.offset + ((acknowledgment - half.next) | 0);
  if (acknowledged > half.offset + LARGEST_WINDOW) return 0;
  if (half.finSeen && acknowledged > half.finOffset) acknowledged = half.finOffset;
  noteAcknowledged(half, acknowledged);
  if (acknowledged <= half.offset) return 0;
  // With nothing behind them nobody waits for octets of an end that is captured, and they may come much later, as one direction does in
  // files that were merged. One octet of an end that is not is a FIN that was not captured.
  if (half.waiting === null && (half.captured > 0 || acknowledged === half.offset + 1)) return 0;
  if (half.awaited <= half.offset) beginPatience(half, acknowledged);
  if (++half.acknowledgments < PATIENCE) return 0;
  const { awaited } = half;
  // Patience with what was acknowledged since began meanwhile.
  beginPatience(half, acknowledged);
  return awaited;
}

/** The same of a half of which no segment was seen: what it sent is known by what is acknowledged after the first time. */
export function acknowledgeUnseen(half: Half, acknowledgment: number): number {
  if (!half.guessed) {
    half.guessed = true;
    half.next = acknowledgment;
    return 0;
  }
  const overdue = acknowledge(half, acknowledgment);
  if (overdue > 0) half.started = true;
  // The first was a mistake, as the others deny it.
  if (half.acknowledged < 0) {
    half.next = acknowledgment;
    half.acknowledged = 0;
  }
  return overdue;
}

/**
 * Notes the number up to which a half was sent by what a reset says: by its own sequence number, or by what it acknowledges (RFC 9293
 * §3.10.7.4: a reset that is heeded is the next in sequence). What is far beyond is not believed, as some write anything there.
 */
export function noteReset(half: Half, sequence: number): void {
  const sent = half.offset + ((sequence - half.next) | 0);
  if (!half.started || half.finSeen || sent <= half.offset || sent > half.offset + PLAUSIBLE_UNSEEN) return;
  if (sent > half.acknowledged) noteAcknowledged(half, sent);
}

/** Keeps the highest. What is lower comes late, or else denies it: octets that one segment acknowledged by mistake are not lost. */
function noteAcknowledged(half: Half, acknowledged: number): void {
  if (acknowledged < half.acknowledged && ++half.denials < DENIALS) return;
  if (acknowledged !== half.acknowledged) half.lastAlone = acknowledged === half.acknowledged + 1;
  half.acknowledged = acknowledged;
  half.denials = 0;
}

/** What was acknowledged from a sequence number on, beyond the next octet, was said elsewhere. */
export function forgetAcknowledged(half: Half, from: number): void {
  const ahead = (from - half.next) | 0;
  if (ahead <= 0 || half.acknowledged < half.offset + ahead) return;
  half.acknowledged = half.offset;
  half.awaited = half.offset;
}

function beginPatience(half: Half, acknowledged: number): void {
  half.awaited = acknowledged;
  half.acknowledgments = 0;
}
