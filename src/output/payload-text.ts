// What a message or control frame says, in one line: the decoded value, the text, or the first octets. Knows nothing of
// tables; the line is safe for a terminal and not yet cut to a column.

import type { ControlEvent, MessageEvent } from '../dissect/events.ts';
import { hexOf } from '../octet-hex.ts';
import { displayWidth } from './display-width.ts';
import { escapeBeginning, escapeText, quoteText } from './terminal-text.ts';
import { formatValue } from './value-notation.ts';

/** An octet takes `00 ` and a place between the bars. */
const COLUMNS_AN_OCTET = 4;
const MAX_PREVIEW_OCTETS = 32;
/** Before the payload, where something else is said first. */
const SEPARATOR = '; ';
const BAR = 0x7c;
const DOT = 0x2e;

/** Control characters other than the white space of ordinary text. */
const UNPRINTABLE = /[^\P{Cc}\t\n\r]/u;

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The octets of base64, only as many as asked for: a preview must not cost what the message does. */
export function octetsOfBase64(data: string, limit = Number.POSITIVE_INFINITY): Uint8Array {
  const characters = Math.min(data.length, Math.ceil(limit / 3) * 4);
  const buffer = Buffer.from(data.slice(0, characters), 'base64');
  return new Uint8Array(buffer.buffer, buffer.byteOffset, Math.min(buffer.byteLength, limit));
}

/** The octets as ASCII, a dot for each that is none. */
export function asciiOf(octets: Uint8Array): string {
  let text = '';
  for (const octet of octets) text += octet >= 0x20 && octet < 0x7f ? String.fromCharCode(octet) : '.';
  return text;
}

/** `00 01 08 96 01 … |.....|`, as many octets as `limit` columns hold. */
function previewOf(data: string, length: number, limit: number): string {
  const room = Math.max(4, Math.min(MAX_PREVIEW_OCTETS, Math.floor((limit - COLUMNS_AN_OCTET) / COLUMNS_AN_OCTET)));
  return preview(octetsOfBase64(data, room), length);
}

/** The same of `count` octets from `from` on, or of those that are there. */
export function previewOfOctets(octets: Uint8Array, from: number, count: number): string {
  return preview(octets.subarray(from, from + count), octets.length - from);
}

/** Room for the octets of a preview in both forms: put together here, a preview is one text and no chain of pieces. */
const scratch = Buffer.alloc(COLUMNS_AN_OCTET * MAX_PREVIEW_OCTETS + COLUMNS_AN_OCTET);
const HEX_DIGITS = Buffer.from('0123456789abcdef');

function preview(octets: Uint8Array, length: number): string {
  if (length <= 0) return 'empty';
  const more = length > octets.length;
  if (more || octets.length > MAX_PREVIEW_OCTETS) {
    return `${Array.from(octets, hexOf).join(' ')}${more ? ' …' : ''} |${asciiOf(octets)}|`;
  }
  let at = 0;
  for (const octet of octets) {
    scratch[at++] = HEX_DIGITS[octet >> 4];
    scratch[at++] = HEX_DIGITS[octet & 15];
    scratch[at++] = 0x20;
  }
  scratch[at++] = BAR;
  for (const octet of octets) scratch[at++] = octet >= 0x20 && octet < 0x7f ? octet : DOT;
  scratch[at++] = BAR;
  return scratch.toString('latin1', 0, at);
}

/** The text of the octets where they are printable UTF-8, else null. */
export function printableText(octets: Uint8Array): string | null {
  try {
    const text = utf8.decode(octets);
    return UNPRINTABLE.test(text) ? null : text;
  } catch {
    return null;
  }
}

/** What of a message is needed to say what it says. */
export type SaidMessage = Pick<
  MessageEvent,
  'wireLength' | 'length' | 'inflated' | 'text' | 'data' | 'decoded' | 'decodeError'
>;

/** What a data message says, in about `limit` columns: of a decoded one, its value. */
export function formatMessage(message: SaidMessage, limit: number): string {
  if (message.inflated === false) return 'compressed, not inflated';
  if (message.decoded) {
    const { id, type, value } = message.decoded;
    return `${id} ${escapeText(type)} ${formatValue(value, limit)}`;
  }
  const said = formatPayload(message, limit);
  if (!message.decodeError) return said;
  return `${escapeText(message.decodeError.code)}: ${escapeText(message.decodeError.message)}${SEPARATOR}${said}`;
}

/** The same, and behind a decoded value that leaves room the payload, where the event has both. */
export function formatMessageAndPayload(message: SaidMessage, limit: number): string {
  const says = formatMessage(message, limit);
  if (!message.decoded || (message.text ?? message.data) === undefined) return says;
  const left = limit - displayWidth(says) - SEPARATOR.length;
  return left > 0 ? says + SEPARATOR + formatPayload(message, left) : says;
}

function formatPayload({ text, data, length, wireLength }: SaidMessage, limit: number): string {
  if (text !== undefined) return text === '' ? 'empty' : escapeBeginning(text, limit);
  return data === undefined ? 'payload not shown' : previewOf(data, length ?? wireLength, limit);
}

/** What a control frame says, in about `limit` columns. */
export function formatControl(control: ControlEvent, limit: number): string {
  if (control.opcode === 'close') {
    if (control.code === null || control.code === undefined) return 'no status code';
    const name = control.name ? ` ${escapeText(control.name)}` : '';
    const reason = control.reason ? ` ${quoteText(control.reason)}` : '';
    return `${control.code}${name}${reason}`;
  }
  if (control.length === 0) return 'empty';
  const text = printableText(octetsOfBase64(control.data));
  return text === null ? previewOf(control.data, control.length, limit) : quoteText(text);
}
