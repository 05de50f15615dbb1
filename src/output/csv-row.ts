// How a row of CSV is written (RFC 4180). Text of a capture that a spreadsheet would take for a formula gets a leading
// apostrophe. Knows no columns.

import { PIECE, piecesOf } from '../codec/text-pieces.ts';
import { escapingAllButLines } from './terminal-text.ts';
import type { TextSink } from './text-sink.ts';

/** Null and undefined are empty cells. */
export type CsvValue = string | number | boolean | null | undefined;

/** What a spreadsheet takes for the beginning of a formula (OWASP, "CSV Injection"). */
const FORMULA = /^[=+\-@\t\r]/;
const NEEDS_QUOTES = /[",\r\n]/;

/** A cell of text as it is written: tabs and line ends may stand within quotes, all else is escaped as for a terminal. */
function* cellPieces(text: string): Generator<string> {
  const escaped = escapingAllButLines(text);
  const guard = FORMULA.test(text) ? "'" : '';
  if (!NEEDS_QUOTES.test(text)) {
    yield guard;
    yield* piecesOf(text, escaped);
    return;
  }
  yield `"${guard}`;
  yield* piecesOf(text, (...piece) => escaped(...piece).replaceAll('"', '""'));
  yield '"';
}

/** Writes a row with its line end. A long text goes out in pieces, so that no more of it is held than it has. */
export function writeRow(out: TextSink, values: readonly CsvValue[]): void {
  let row = '';
  for (const [index, value] of values.entries()) {
    if (index > 0) row += ',';
    if (typeof value !== 'string') {
      row += value ?? '';
      continue;
    }
    for (const piece of cellPieces(value)) {
      row += piece;
      if (row.length < PIECE) continue;
      out.write(row);
      row = '';
    }
  }
  out.write(`${row}\r\n`);
}

/** The same as text, of what is short. */
export function formatRow(values: readonly CsvValue[]): string {
  let row = '';
  writeRow({ write: (text) => (row += text) }, values);
  return row;
}
