// What is there of a message or control frame with holes, and where it is not: in one line, or part by part. The line is safe for
// a terminal.

import type { CapturedPiece, DiagnosticEvent, Direction, IncompletePayload } from '../dissect/events.ts';
import { formatCount } from '../plural.ts';
import { octetsOfBase64, previewOfOctets } from './payload-text.ts';
import { escapeBeginning } from './terminal-text.ts';

/** A diagnostic that tells of a message or control frame with holes. */
export type IncompleteEvent = DiagnosticEvent & { direction: Direction; incomplete: IncompletePayload };

export function isIncomplete(event: DiagnosticEvent): event is IncompleteEvent {
  return event.incomplete !== undefined && event.direction !== null;
}

/** Octets of application data that were not captured. */
export interface Hole {
  missing: number;
}

const PREVIEW_OCTETS = 32;

/** The captured pieces with the holes before, between and behind them, in order; empty where no payload is at hand. */
export function* partsOf({ pieces, captured, wireLength }: IncompletePayload): Generator<CapturedPiece | Hole> {
  if (pieces.length === 0 && captured > 0) return;
  let end = 0;
  for (const piece of pieces) {
    if (piece.at > end) yield { missing: piece.at - end };
    yield piece;
    end = piece.at + lengthOf(piece);
  }
  if (wireLength > end) yield { missing: wireLength - end };
}

function lengthOf({ text, data = '' }: CapturedPiece): number {
  return text === undefined ? Buffer.byteLength(data, 'base64') : Buffer.byteLength(text);
}

/** Why there are no parts. */
export function reasonForNone({ compressed }: IncompletePayload): string {
  return compressed ? 'compressed, not inflated' : 'payload not shown';
}

/** `incomplete: {"seq": [174 missing]`, in about `limit` columns. */
export function formatIncomplete(incomplete: IncompletePayload, limit: number): string {
  const said = ['incomplete:'];
  let room = limit;
  for (const part of partsOf(incomplete)) {
    if (room <= 0) {
      said.push('…');
      break;
    }
    const words = 'missing' in part ? `[${formatCount(part.missing)} missing]` : formatPiece(part, room);
    said.push(words);
    room -= words.length;
  }
  if (said.length === 1) said.push(reasonForNone(incomplete));
  return said.join(' ');
}

/** Text in about `columns`, octets as far as a preview goes. */
export function formatPiece({ text, data = '' }: CapturedPiece, columns: number): string {
  return text === undefined ? previewOfOctets(octetsOfBase64(data), 0, PREVIEW_OCTETS) : escapeBeginning(text, columns);
}
