// Writes a decoded value the way JavaScript would: unquoted keys, `{seq: 150, note: "收到"}`. Everything in it comes
// from a capture and is escaped here. Knows nothing of protobuf.

import { displayWidth } from './display-width.ts';
import { escapeBeginning, escapeText, quoteText } from './terminal-text.ts';

const IDENTIFIER = /^[A-Za-z_$][\w$]*$/;
/** Deeper values are cut: a hostile message must not exhaust the stack. */
const MAX_DEPTH = 100;
const INDENT = '  ';

function formatKey(key: string, limit?: number): string {
  return IDENTIFIER.test(key) ? escapeBeginning(key, limit ?? key.length) : quoteText(key, limit);
}

function formatScalar(value: unknown, limit?: number): string {
  if (typeof value === 'string') return quoteText(value, limit);
  if (Object.is(value, -0)) return '-0';
  return escapeText(String(value));
}

function isNested(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/** What stands between the brackets, each with its key where the value is no array; of a long key what `limit` columns hold. */
function* entriesOf(value: object, limit?: number): Generator<[prefix: string, element: unknown]> {
  if (Array.isArray(value)) {
    for (const element of value) yield ['', element];
  } else {
    for (const [key, element] of Object.entries(value)) yield [`${formatKey(key, limit)}: `, element];
  }
}

function bracketsOf(value: object): [open: string, close: string] {
  return Array.isArray(value) ? ['[', ']'] : ['{', '}'];
}

function writeCompact(value: unknown, limit: number, depth: number): string {
  if (!isNested(value)) return formatScalar(value, limit);
  if (depth > MAX_DEPTH) return '…';
  const [open, close] = bracketsOf(value);
  let text = open;
  for (const [prefix, element] of entriesOf(value, limit)) {
    if (text.length > 1) text += ', ';
    if (text.length >= limit) return text;
    text += prefix + writeCompact(element, limit - text.length, depth + 1);
  }
  return text + close;
}

/**
 * The value in one line. Of a long one only a beginning is written, of `limit` characters or somewhat more: the
 * caller cuts it to its column.
 */
export function formatValue(value: unknown, limit: number): string {
  return writeCompact(value, limit, 0);
}

/**
 * The value in lines: on one where it fits, else an element a line, indented.
 * @param width columns of a line
 * @param taken columns of the first line that stand before the value
 */
export function formatValueLines(value: unknown, width: number, taken = 0, depth = 0): string[] {
  if (!isNested(value)) return [formatScalar(value)];
  if (depth > MAX_DEPTH) return ['…'];
  const compact = formatValue(value, width * 2);
  if (compact.length <= width * 2 && taken + displayWidth(compact) <= width) return [compact];
  const [open, close] = bracketsOf(value);
  const lines = [open];
  for (const [prefix, element] of entriesOf(value)) {
    const [first, ...others] = formatValueLines(element, width - INDENT.length, displayWidth(prefix), depth + 1);
    lines.push(`${INDENT}${prefix}${first}`);
    for (const line of others) lines.push(INDENT + line);
  }
  lines.push(close);
  return lines;
}
