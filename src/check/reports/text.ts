// The report for people: a line for each expectation, and below those that were missed what was expected and what was found.

import { indent } from '../../output/display-width.ts';
import { makePalette } from '../../output/palette.ts';
import { escapeText } from '../../output/terminal-text.ts';
import { formatPlural } from '../../plural.ts';
import { type CaptureVerdict, type Miss, totalOf } from '../verdict.ts';
import { placeText, type Report, whereOf } from './report.ts';

const MARGIN = '  ';
const INSIDE = '      ';
/** `expected  ` */
const LABEL_WIDTH = 10;

export const textReport: Report = (captures, { width: columns, colour }) => {
  const palette = makePalette({ colour });
  const width = columns ?? Number.POSITIVE_INFINITY;
  const lines: string[] = [];
  const add = (text: string, first: string, others = first) =>
    lines.push(...indent(escapeText(text), width, first, others));

  const addMiss = (miss: Miss): void => {
    const where = whereOf(miss);
    if (where !== '') add(where, INSIDE);
    const below = INSIDE + ' '.repeat(LABEL_WIDTH);
    const labelled = (label: string, said: string) => {
      const [first, ...others] = indent(escapeText(said), width, below);
      lines.push(INSIDE + palette.faint(label.padEnd(LABEL_WIDTH)) + first.slice(below.length), ...others);
    };
    labelled('expected', miss.expected);
    labelled('found', miss.found);
    for (const line of miss.nearest ?? []) add(line, INSIDE, INSIDE + MARGIN);
    for (const line of miss.excerpt ?? []) {
      // Lines of a conversation are cut and not wrapped, so that they stay under each other.
      const [first] = indent(escapeText(line), width, INSIDE + MARGIN);
      lines.push(line.startsWith('>') ? first : palette.faint(first));
    }
  };

  for (const { capture, verdicts, connections, messages, damage } of captures) {
    const held = `${formatPlural(messages, 'message')} in ${formatPlural(connections, 'WebSocket connection')}`;
    const [first, ...others] = indent(`${escapeText(capture)}: ${held}`, width, '', MARGIN);
    lines.push(palette.heading(first), ...others);
    for (const { name, held: isHeld, place, misses } of verdicts) {
      const mark = isHeld ? palette.server('✓') : palette.error('✗');
      const said = indent(escapeText(isHeld ? name : `${name}  (${placeText(place)})`), width, `${MARGIN}  `);
      lines.push(`${MARGIN}${mark} ${said[0].slice(MARGIN.length + 2)}`, ...said.slice(1));
      misses.forEach(addMiss);
    }
    if (damage !== null) {
      const said = indent(escapeText(`the capture is incomplete: ${damage}`), width, `${MARGIN}  `);
      lines.push(`${MARGIN}${palette.error('✗')} ${said[0].slice(MARGIN.length + 2)}`, ...said.slice(1));
    }
    lines.push('');
  }
  const total = summaryLine(captures);
  lines.push(...indent(total, width, '', MARGIN));
  return `${lines.map((line) => line.trimEnd()).join('\n')}\n`;
};

/** `12 of 14 expectations held in 2 captures` */
export function summaryLine(captures: readonly CaptureVerdict[]): string {
  const { captures: count, expectations, held, damaged } = totalOf(captures);
  const where = count === 1 ? '' : ` in ${formatPlural(count, 'capture')}`;
  const damage = damaged === 0 ? '' : `; ${formatPlural(damaged, 'capture')} incomplete`;
  const all = formatPlural(expectations, 'expectation');
  return held === expectations ? `${all} held${where}${damage}` : `${held} of ${all} held${where}${damage}`;
}
