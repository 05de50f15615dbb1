// What stands above and below a conversation: who spoke with whom, what was asked and answered, how it ended. Gives
// lines that are escaped and fit the width; knows nothing of the messages between.

import type {
  Counts,
  DiagnosticEvent,
  Direction,
  EndEvent,
  HandshakeEvent,
  HandshakeResponse,
  MidstreamEvent,
} from '../dissect/events.ts';
import { formatPlural } from '../plural.ts';
import { formatOctets } from './amounts.ts';
import { arrowOf } from './direction-arrow.ts';
import { indent } from './display-width.ts';
import { formatEndpoint } from './endpoint-text.ts';
import { agreementOf } from './header-values.ts';
import type { Palette } from './palette.ts';
import { escapeBeginning, escapeText } from './terminal-text.ts';
import { formatElapsed } from './time-column.ts';

const INDENT = '  ';
/** Columns of a request target or a refusal's body that are shown. */
const MAX_TEXT = 500;

const ENDINGS: Record<EndEvent['how'], string> = {
  close: 'closed by close frames',
  fin: 'closed by TCP FIN',
  rst: 'reset (TCP RST)',
  'capture-end': 'still open when the capture ended',
  replaced: 'replaced by a new connection of the same addresses and ports',
};

/** `connection 0  10.7.0.2:41001 → 10.7.0.1:8888` */
export function formatParties(event: HandshakeEvent | MidstreamEvent): string {
  return `connection ${event.connection}  ${formatEndpoint(event.client)} → ${formatEndpoint(event.server)}`;
}

type Agreement = Pick<HandshakeEvent, 'subprotocol' | 'extensions'>;

/** Line of what the answer agrees to; none where that is nothing. */
function formatAgreement({ subprotocol, extensions }: Agreement, width: number): string[] {
  const agreed: string[] = [];
  if (subprotocol !== null) agreed.push(`subprotocol ${escapeText(subprotocol)}`);
  if (extensions !== null) agreed.push(`extensions ${escapeText(extensions)}`);
  return agreed.length === 0 ? [] : indent(agreed.join(', '), width, INDENT);
}

function formatStatus({ status, reason }: HandshakeResponse): string {
  return `${status} ${escapeText(reason)}`.trimEnd();
}

/** What stands for an answer of which nothing was read. */
function formatNoAnswer({ unreadAnswer }: HandshakeEvent): string {
  if (unreadAnswer === undefined) return 'no answer in the capture';
  if (unreadAnswer === 'http') return 'an answer in HTTP that could not be read';
  return unreadAnswer === 'tls' ? 'answered with no HTTP, but what looks like TLS' : 'answered with no HTTP';
}

/** The request and its answer, and what the two agreed on or why they did not. */
export function formatHandshake(event: HandshakeEvent, width: number, palette: Palette): string[] {
  const { request, response } = event;
  const asked = `${escapeText(request.method)} ${escapeBeginning(request.target, MAX_TEXT)}`;
  if (response === null) {
    return indent(`${asked} → ${formatNoAnswer(event)}`, width, INDENT).map(palette.warning);
  }
  const answered = formatStatus(response);
  if (!event.upgraded) {
    const body = response.body.trim();
    return [
      ...indent(`${asked} → ${answered}`, width, INDENT).map(palette.warning),
      ...(body === '' || body === response.reason
        ? []
        : indent(escapeBeginning(body, MAX_TEXT), width, INDENT + INDENT)),
    ];
  }
  const key = `accept key ${event.accept}`;
  const paintKey = event.accept === 'ok' ? (line: string) => line : palette.error;
  return [
    ...indent(`${asked} → ${answered}, ${key}`, width, INDENT).map((line) => line.replace(key, paintKey)),
    ...formatAgreement(event, width),
  ];
}

/** What stands for a handshake that was not captured, or of which the answer was. */
export function formatMidstream(event: MidstreamEvent, width: number, palette: Palette): string[] {
  const { response } = event;
  if (response !== undefined) {
    const asked = event.unreadRequest ? 'a request too large to be read' : 'request not in the capture';
    return [
      ...indent(`${asked} → ${formatStatus(response)}`, width, INDENT).map(palette.note),
      ...formatAgreement(agreementOf(response.headers), width),
    ];
  }
  const confidence = `${Math.round(event.confidence * 100)} %`;
  return indent(`taken for WebSocket without its handshake, confidence ${confidence}`, width, INDENT).map(palette.note);
}

/** `error  unmasked-client-frame  packet 12 →  the client sent …  (RFC 6455 §5.1; gorilla: bad MASK)` */
export function formatDiagnostic(event: DiagnosticEvent, width: number, palette: Palette): string[] {
  const arrow = event.direction === null ? '' : ` ${arrowOf(event.direction)}`;
  const where = `packet ${event.packet}${arrow}`;
  const peer = event.peerWords === undefined ? '' : `; gorilla: ${event.peerWords}`;
  const text = `${event.severity}: ${event.code}, ${where}: ${event.message} (${event.reference}${peer})`;
  const lines = indent(escapeText(text), width, INDENT, INDENT + INDENT);
  return lines.map((line, index) => (index === 0 ? line.replace(event.severity, palette[event.severity]) : line));
}

function formatCounts(direction: Direction, counts: Counts): string {
  const controls = counts.controls === 0 ? '' : `, ${formatPlural(counts.controls, 'control frame')}`;
  return `${arrowOf(direction)} ${formatPlural(counts.messages, 'message')}${controls}, ${formatOctets(counts.octets)}`;
}

/** How the connection ended and, of one that was upgraded or has spoken all the same, what went each way. */
export function formatEnd(event: EndEvent, upgraded: boolean, width: number, palette: Palette): string[] {
  const ending = `${ENDINGS[event.how]}, packet ${event.packet}, ${formatElapsed(event)} s`;
  const hasSpoken = [event.c2s, event.s2c].some(({ messages, controls }) => messages + controls > 0);
  const counts = `${formatCounts('c2s', event.c2s)}; ${formatCounts('s2c', event.s2c)}`;
  const lines = indent(ending, width, INDENT, INDENT + INDENT);
  if (upgraded || hasSpoken) lines.push(...indent(counts, width, INDENT, INDENT + INDENT));
  return lines.map(palette.faint);
}
