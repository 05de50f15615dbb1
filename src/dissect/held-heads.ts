// Heads in what is held: which answer it begins with, and where HTTP goes on behind octets that were lost. That is at the
// next head that begins a piece; what comes before it is the rest of a message that was lost in part.

import type { Origin } from '../capture/packet.ts';
import { findEmptyLine, UNDECIDED_OCTETS } from '../http/head-end.ts';
import { isLowerCaseLetter } from '../http/octet-names.ts';
import { looksLikeRequest, looksLikeResponse, statusOf } from '../http/recognition.ts';
import type { HeldOctets } from './held-octets.ts';
import { partOfHttp } from './recognition.ts';

/** Pieces in which a head is looked for. */
const LOOKED_AT = 64;
/** Octets by which a head is recognised, empty lines before it not counted. */
const RECOGNISED_BY = 64;
/** Octets of an answer's head in which its Sec-WebSocket-Accept is looked for. */
const ACCEPTED_WITHIN = 16 * 1024;

/** The status of the answer that it begins with; null where it begins with none, or its status is not there yet. */
export function heldStatus(held: HeldOctets): number | null {
  const answer = held.joined(RECOGNISED_BY);
  return statusOf(answer, 0, answer.length);
}

/** The Sec-WebSocket-Accept of the answer that it begins with; null where none is there. */
export function heldAccept(held: HeldOctets): string | null {
  const text = Buffer.from(held.joined(ACCEPTED_WITHIN)).toString('latin1');
  const [head] = text.split(/\r?\n\r?\n/, 1);
  return /\nsec-websocket-accept:[ \t]*(\S+)[ \t]*(?:\r?\n|$)/i.exec(head)?.[1] ?? null;
}

/** Whether it begins as an answer does, of which the status is not there yet; nothing at all does, and a gap does not. */
export function mayBecomeAnswer(held: HeldOctets): boolean {
  if (held.first !== undefined && held.first.gap > 0) return false;
  const answer = held.joined(RECOGNISED_BY);
  return looksLikeResponse(answer, 0, answer.length) !== 'no' && statusOf(answer, 0, answer.length) === null;
}

/** The packet of the request that it begins with, or begins with behind lost octets; null where it begins with none. */
export function requestOrigin(held: HeldOctets): Origin | null {
  const at = held.pieces.findIndex(({ gap }) => gap === 0);
  if (at === -1) return null;
  const request = held.joined(RECOGNISED_BY, at);
  return looksLikeRequest(request, 0, request.length) === 'yes' ? held.pieces[at].origin : null;
}

/**
 * Lets go the rest of a head that `held` begins in, and returns how many octets that was, and whether the head ends with them. Two
 * octets are kept where it does not, as they may belong to its end.
 */
export function dropRestOfHead(held: HeldOctets): { dropped: number; ended: boolean } {
  const octets = held.joined();
  const end = findEmptyLine(octets, 0, octets.length);
  if (end !== -1) return { dropped: held.dropOctets(end), ended: true };
  return { dropped: held.dropOctets(Math.max(0, octets.length - UNDECIDED_OCTETS)), ended: false };
}

/**
 * Lets go what `held` has before the head, and returns how many octets that was, lost ones counted.
 *
 * @param restMayCome whether the rest of a message may come before it
 * @returns `later` where more must be held to tell, `none` where no head comes
 */
export function dropUntilHead(
  held: HeldOctets,
  kind: 'request' | 'response',
  restMayCome: boolean,
): number | 'later' | 'none' {
  let looked = 0;
  for (const [index, { gap, octets }] of held.pieces.entries()) {
    if (gap > 0) continue;
    const beginning = looked === 0 ? held.joined(RECOGNISED_BY, index) : octets;
    const part = partOfHttp(beginning, 0, beginning.length);
    // A word is the rest of a message rather than a method, as all that are known have upper-case letters.
    const isRest = restMayCome && isLowerCaseLetter(beginning[0]);
    if (part === kind && !isRest) return held.drop(index);
    looked++;
    if ((part !== 'undecided' && !restMayCome) || looked === LOOKED_AT) return 'none';
  }
  return 'later';
}
