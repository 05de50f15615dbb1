// A comparison for people: a heading for each connection that differs, a line for each change, `-` for what is only in the
// first capture, `+` for what is only in the second, `~` for what is different in both.

import { formatSeconds } from '../../output/amounts.ts';
import { arrowOf } from '../../output/direction-arrow.ts';
import { indent } from '../../output/display-width.ts';
import { makePalette, type Paint } from '../../output/palette.ts';
import { octetsOfBase64, previewOfOctets } from '../../output/payload-text.ts';
import { type ToldApart, tellApart } from '../../output/telling-apart.ts';
import { escapeText } from '../../output/terminal-text.ts';
import { formatPlural } from '../../plural.ts';
import { type ConnectionLog, handshakeOf, isUnanswered, isUpgraded } from '../capture-log.ts';
import { lineOf, saidCount } from '../excerpt.ts';
import { showApart } from '../values.ts';
import type { Change, ChangeKind, Comparison, ConnectionDifference, Detail } from './compare.ts';

const INSIDE = '      ';
const NARROWEST_SAID = 16;
/** What stands before a message: mark, packets, arrow. */
const BEFORE_SAID = 24;
const WIDEST_SAID = 200;
/** Octets of a payload that is different. */
const OCTETS_SHOWN = 12;

const MARKS: Readonly<Record<ChangeKind, string>> = {
  missing: '-',
  added: '+',
  moved: '>',
  changed: '~',
  timing: 't',
  handshake: '~',
  diagnostics: '~',
  end: '~',
};

/** One of a kind that is counted, and several, where these are not the same. */
const COUNTED: Readonly<Record<string, readonly [one: string, several: string]>> = {
  timing: ['timing', 'timings'],
  handshake: ['handshake', 'handshakes'],
  diagnostics: ['set of diagnostics', 'sets of diagnostics'],
  end: ['end', 'ends'],
  'connection missing': ['connection missing', 'connections missing'],
  'connection added': ['connection added', 'connections added'],
};

export function comparisonText(comparison: Comparison, options: { width: number | null; colour: boolean }): string {
  const palette = makePalette(options);
  const width = options.width ?? Number.POSITIVE_INFINITY;
  const paints: Partial<Record<ChangeKind, Paint>> = {
    missing: palette.error,
    added: palette.server,
    moved: palette.note,
  };
  const saidWidth = Math.max(NARROWEST_SAID, Math.min(width - BEFORE_SAID, WIDEST_SAID));
  const lines: string[] = [];
  for (const connection of comparison.connections) {
    lines.push(...indent(headingOf(connection), width, '', '  ').map(palette.heading));
    for (const change of connection.changes) {
      const paint = paints[change.kind] ?? palette.warning;
      lines.push(...indent(lineOfChange(change, saidWidth), width, '  ', INSIDE).map(paint));
      for (const detail of change.details)
        lines.push(...indent(lineOfDetail(change.kind, detail), width, INSIDE, `${INSIDE}  `));
    }
    lines.push('');
  }
  lines.push(...indent(summaryOf(comparison), width, '', '  '));
  return `${lines.map((line) => line.trimEnd()).join('\n')}\n`;
}

function headingOf({ left, right, target }: ConnectionDifference): string {
  const numbers = [...new Set([left, right].flatMap((log) => (log === null ? [] : [log.connection])))].join(' and ');
  const where = target === null ? '' : `  ${escapeText(target)}`;
  const alone = left ?? right;
  if (alone === null || (left !== null && right !== null)) return `connection ${numbers}${where}`;
  return `connection ${numbers}${where}: only in the ${right === null ? 'first' : 'second'}, ${factsOf(alone)}`;
}

/** What is to be known of a connection that is compared with none. */
function factsOf(log: ConnectionLog): string {
  if (isUpgraded(log)) return saidCount(log.said.length);
  if (!isUnanswered(log)) return `refused with ${handshakeOf(log)?.response?.status}`;
  return handshakeOf(log)?.unreadAnswer === undefined ? 'unanswered' : 'answered with no HTTP that can be read';
}

function lineOfChange({ kind, left, right }: Change, width: number): string {
  const said = left ?? right;
  if (said === null) return `${MARKS[kind]} ${kind}`;
  const packets = [left, right].flatMap((each) => (each === null ? [] : [each.packet]));
  const what = kind === 'moved' ? 'moved: ' : '';
  return `${MARKS[kind]} packet ${packets.join(' and ')}  ${arrowOf(said.direction)} ${what}${lineOf(said, width)}`;
}

/** `data from octet 96 on: 60 61 |`a| became 60 62 |`b|` */
function lineOfDetail(kind: ChangeKind, { path, left, right }: Detail): string {
  if (kind === 'timing') return lineOfTimes(Number(left), Number(right));
  const isOctets = path === 'data' && typeof left === 'string' && typeof right === 'string';
  const { place, one, other } = isOctets ? octetsApart(left, right) : showApart(left, right);
  return escapeText(`${path}${place}: ${one} became ${other}`);
}

/** Both in seconds. */
function lineOfTimes(left: number, right: number): string {
  const [before, now] = [formatSeconds(left), formatSeconds(right)];
  // Captures have nanoseconds at the finest.
  const exactly = (seconds: number) => `${Number(seconds.toFixed(9))} s`;
  const times = before === now ? [exactly(left), exactly(right)] : [before, now];
  return `time since the message before: ${times.join(' became ')}`;
}

/** @param left base64 */
function octetsApart(left: string, right: string): ToldApart {
  const preview = (octets: unknown, from: number) => previewOfOctets(octets as Uint8Array, from, OCTETS_SHOWN);
  return tellApart(octetsOfBase64(left), octetsOfBase64(right), OCTETS_SHOWN, preview);
}

/** `3 differences: 1 missing, 2 changed; 40 messages and controls the same in 1 connection` */
export function summaryOf({ connections, compared, same, sameByLength }: Comparison): string {
  const counts = new Map<string, number>();
  for (const { left, right, changes } of connections) {
    if (left === null || right === null) add(counts, left === null ? 'connection added' : 'connection missing');
    for (const { kind } of changes) add(counts, kind);
  }
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const unread = sameByLength === 0 ? '' : `, ${sameByLength} of them by length alone, as their payloads were not read`;
  const alike = `${saidCount(same)} the same in ${formatPlural(compared, 'connection')}${unread}`;
  if (total === 0) return `No difference: ${alike}`;
  const listed = [...counts].map(([kind, count]) => formatPlural(count, ...(COUNTED[kind] ?? [kind, kind]))).join(', ');
  return `${formatPlural(total, 'difference')}: ${listed}; ${alike}`;
}

function add(counts: Map<string, number>, kind: string): void {
  counts.set(kind, (counts.get(kind) ?? 0) + 1);
}
