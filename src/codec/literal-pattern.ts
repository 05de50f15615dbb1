// Writes a text as a part of a pattern of ECMA-262 that fits the text as it stands. Knows nothing of the rest of the pattern.

import { inPieces } from './text-pieces.ts';

export function literalPattern(text: string): string {
  return inPieces(text, (piece) => piece.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&'));
}
