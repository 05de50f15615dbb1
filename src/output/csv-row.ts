// How a row of CSV is written (RFC 4180). Text of a capture that a spreadsheet would take for a formula gets a leading
// apostrophe. Knows no columns.

import { escapeText } from './terminal-text.ts';

/** Null and undefined are empty cells. */
export type CsvValue = string | number | boolean | null | undefined;

/** What a spreadsheet takes for the beginning of a formula (OWASP, "CSV Injection"). */
const FORMULA = /^[=+\-@\t\r]/;
const NEEDS_QUOTES = /[",\r\n]/;
/** White space that a quoted field may hold. */
const LINES = /(\r\n|[\t\r\n])/;

/** Escaped as for a terminal, but for tabs and line ends, which CSV can carry. */
function escapeCell(text: string): string {
  return text
    .split(LINES)
    .map((piece, index) => (index % 2 === 1 ? piece : escapeText(piece)))
    .join('');
}

function formatCell(value: CsvValue): string {
  if (value === null || value === undefined) return '';
  if (typeof value !== 'string') return String(value);
  const escaped = escapeCell(value);
  const guarded = FORMULA.test(escaped) ? `'${escaped}` : escaped;
  return NEEDS_QUOTES.test(guarded) ? `"${guarded.replaceAll('"', '""')}"` : guarded;
}

/** A row with its line end. */
export function formatRow(values: readonly CsvValue[]): string {
  return `${values.map(formatCell).join(',')}\r\n`;
}
