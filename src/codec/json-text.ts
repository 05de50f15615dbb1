// JSON that a terminal shows and does not obey: the same values as `JSON.stringify` writes, but DEL, C1 controls, bidi controls and
// separators are escaped like the others. Knows nothing of what is written.

import { stringifyExactly } from './great-integers.ts';
import { inPieces, PIECE, piecesOf } from './text-pieces.ts';

/** What `JSON.stringify` leaves as it is, though a terminal may obey it. */
const OBEYED = /[\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/g;

/** The same of one UTF-16 unit from U+007F on. */
export function isObeyed(unit: number): boolean {
  if (unit < 0x200e) return unit < 0xa0 || unit === 0x61c;
  if (unit > 0x2069) return unit === 0xfeff;
  return unit <= 0x200f || (unit >= 0x2028 && unit <= 0x202e) || unit >= 0x2066;
}

/** The text of `value`, in lines where they are to be indented. */
export function jsonText(value: unknown, indentation = 0): string {
  return inPieces(stringifyExactly(value, indentation), escapeObeyed);
}

/**
 * The same in pieces, for what may be long: a text of 64 MiB takes six times as much as JSON, and twice that in memory where one
 * character of it is no Latin letter.
 */
export function* jsonPieces(value: unknown, indentation = 0, margin = '\n'): Generator<string> {
  if (roomLeft(value, PIECE) >= 0) {
    // Line ends stand between values only; those within texts are escaped.
    yield jsonText(value, indentation).replaceAll('\n', margin);
  } else if (typeof value === 'string') {
    yield '"';
    yield* piecesOf(value, (piece) => jsonText(piece).slice(1, -1));
    yield '"';
  } else {
    const within = indentation === 0 ? '' : margin + ' '.repeat(indentation);
    const isList = Array.isArray(value);
    yield isList ? '[' : '{';
    let between = within;
    for (const [key, member] of Object.entries(value as object)) {
      if (member === undefined && !isList) continue;
      yield between;
      if (!isList) {
        yield* jsonPieces(key);
        yield indentation === 0 ? ':' : ': ';
      }
      yield* jsonPieces(member ?? null, indentation, within);
      between = `,${within}`;
    }
    yield indentation === 0 ? '' : margin;
    yield isList ? ']' : '}';
  }
}

/** What is left of so much room behind the texts and members of the value; less than 0 where they do not fit. */
function roomLeft(value: unknown, room: number): number {
  if (typeof value === 'string') return room - value.length;
  if (typeof value !== 'object' || value === null) return room - 1;
  let left = room;
  for (const key in value) {
    left = roomLeft((value as Record<string, unknown>)[key], left - key.length);
    if (left < 0) break;
  }
  return left;
}

function escapeObeyed(piece: string): string {
  return piece.replace(OBEYED, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
