// Changes a long text piece by piece. A global pattern lists all that it finds, and V8 ends the process where the list grows too
// long, as it does in a text of 64 MiB that is all quotes. Knows nothing of what is changed.

/** UTF-16 units of a piece: few enough to stay in the processor's cache, more than most texts have. */
export const PIECE = 16 * 1024;

/** What `change` makes of `text[start, end)`. */
export type PieceChange = (piece: string, start: number, end: number) => string;

/** The text with each of its pieces changed. None ends within a surrogate pair; what looks further has to look at the text. */
export function inPieces(text: string, change: PieceChange): string {
  return text.length <= PIECE ? change(text, 0, text.length) : [...piecesOf(text, change)].join('');
}

/** The same one at a time, for what is written and not kept: escaped, a long text may be twelve times as large. */
export function* piecesOf(text: string, change: PieceChange): Generator<string> {
  for (let start = 0, end = 0; start < text.length; start = end) {
    end = pieceEnd(text, start);
    const piece = change(text.slice(start, end), start, end);
    // V8 may give a chain of what it replaced, of many times the size; asked for a unit, it makes one text of it.
    piece.charCodeAt(0);
    yield piece;
  }
}

function pieceEnd(text: string, start: number): number {
  const end = start + PIECE;
  if (end >= text.length) return text.length;
  const isHighSurrogate = (text.charCodeAt(end - 1) & 0xfc00) === 0xd800;
  return isHighSurrogate ? end - 1 : end;
}
