// The walkthrough as text for a terminal, in a given width, with or without colour. Knows nothing of captures.

import { hexOf } from '../../octet-hex.ts';
import { formatOctets } from '../amounts.ts';
import { WAYS } from '../direction-arrow.ts';
import { displayWidth } from '../display-width.ts';
import { pageWidth } from '../page-width.ts';
import type { Paint, Palette } from '../palette.ts';
import {
  type Arithmetic,
  type Bits,
  type Block,
  type Layout,
  type Prose,
  prose,
  type Step,
  type Tone,
  type Unmasking,
  type WalkthroughDocument,
} from './document.ts';
import { exchangeTable } from './exchange-table.ts';
import { type Painter, padLine, wrapProse } from './styled-lines.ts';
import { drawTextTable } from './text-table.ts';

const INDENT = '  ';
/** Octets of a layout that stand on one line. */
const OCTETS_A_LINE = 8;
/** Of `… 123456 more`, and at least of the column's title. */
const MORE_WIDTH = 13;
/** From here on octets stand in full lines; an unmasking, which has less beside it, has two of them in one. */
const ROOMY = 64;
/** What a field means stands beside it in no fewer columns than this, else below. */
const NARROWEST_MEANING = 16;
const MEANING_BELOW = 8;
/** `client → server` */
const WAY_COLUMNS = 15;

interface Medium {
  readonly width: number;
  readonly palette: Palette;
  readonly painter: Painter;
  readonly tones: Readonly<Record<Tone, Paint>>;
}

/** @param width columns; less than 40 are taken as 40 */
export function renderText(document: WalkthroughDocument, width: number, palette: Palette): string {
  const medium = mediumOf(width, palette);
  const lines = [
    ...wrapProse(document.title, medium.width, { ...medium.painter, plain: palette.heading }).map((line) => line.text),
    palette.faint('═'.repeat(medium.width)),
    ...document.lead.flatMap((block) => ['', ...renderBlock(block, medium)]),
    ...document.steps.flatMap((step, index) => renderStep(step, index + 1, medium)),
  ];
  return joined(lines);
}

/** One drawing alone, for formats that have none of their own. */
export function renderDrawing(block: Bits | Unmasking, width: number, palette: Palette): string {
  return joined(renderBlock(block, mediumOf(width, palette)));
}

function mediumOf(width: number, palette: Palette): Medium {
  return {
    width: pageWidth(width),
    palette,
    painter: { plain: (text) => text, code: palette.client, strong: palette.heading },
    tones: {
      flags: palette.note,
      length: palette.warning,
      key: palette.error,
      masked: palette.faint,
      id: palette.client,
      tag: palette.note,
      value: palette.server,
    },
  };
}

function joined(lines: readonly string[]): string {
  return `${lines.map((line) => line.trimEnd()).join('\n')}\n`;
}

function renderStep(step: Step, number: number, medium: Medium): string[] {
  const { palette, width } = medium;
  const mark = `${number}. `;
  const title = wrapProse(step.title, width - mark.length, { ...medium.painter, plain: palette.heading });
  const lines = ['', '', palette.faint('─'.repeat(width))];
  title.forEach((line, index) => {
    lines.push((index === 0 ? palette.heading(mark) : ' '.repeat(mark.length)) + line.text);
  });
  for (const { number: packet, elapsed, direction } of step.packets) {
    const way = (direction === 'c2s' ? palette.client : palette.server)(WAYS[direction]);
    const time = elapsed === null ? '' : `, ${elapsed.toFixed(6)} s`;
    const where = `packet ${packet}${time},`;
    const room = width - mark.length - where.length - 1 - WAY_COLUMNS;
    const margin = ' '.repeat(mark.length);
    lines.push(
      ...(room < 0 ? [margin + palette.faint(where), margin + way] : [`${margin}${palette.faint(where)} ${way}`]),
    );
  }
  for (const block of step.blocks) lines.push('', ...renderBlock(block, medium));
  return lines;
}

function renderBlock(block: Block, medium: Medium): string[] {
  switch (block.kind) {
    case 'paragraph':
      return wrapProse(block.prose, medium.width, medium.painter).map((line) => line.text);
    case 'note':
      return renderNote(block.title, block.prose, medium);
    case 'table':
      return [
        ...caption(block.caption, medium),
        ...drawTextTable(block.columns, block.rows, medium.width - INDENT.length, medium.painter, medium.palette).map(
          (line) => INDENT + line,
        ),
      ];
    case 'exchange':
      return renderBlock(exchangeTable(block), medium);
    case 'arithmetic':
      return renderArithmetic(block, medium);
    case 'bits':
      return renderBits(block, medium);
    case 'layout':
      return renderLayout(block, medium);
    case 'unmasking':
      return renderUnmasking(block, medium);
  }
}

function caption(text: string, medium: Medium): string[] {
  return [
    ...wrapProse(prose`${text}:`, medium.width, medium.painter).map((line) => medium.palette.faint(line.text)),
    '',
  ];
}

function renderNote(title: string, said: Prose, medium: Medium): string[] {
  const bar = medium.palette.warning('▌ ');
  const heading = wrapProse(prose`${title}`, medium.width - 2, { ...medium.painter, plain: medium.palette.warning });
  return [...heading, ...wrapProse(said, medium.width - 2, medium.painter)].map((line) => bar + line.text);
}

function renderArithmetic(block: Arithmetic, medium: Medium): string[] {
  const labels = Math.max(...block.rows.map((row) => displayWidth(row.label)));
  const start = INDENT.length + labels + 2;
  // Too narrow for the value beside its label: it stands below.
  const below = medium.width - start < NARROWEST_MEANING;
  return block.rows.flatMap((row) => {
    const values = wrapProse(row.value, medium.width - (below ? INDENT.length * 2 : start), medium.painter);
    if (below) return [INDENT + row.label, ...values.map((line) => INDENT + INDENT + line.text)];
    return values.map((line, index) => {
      const label = { text: index === 0 ? row.label : '', width: index === 0 ? displayWidth(row.label) : 0 };
      return `${INDENT}${padLine(label, labels + 2)}${line.text}`;
    });
  });
}

/**
 * The bits with a line from each group to its meaning:
 *
 *     0x82 = 1 0 0 0 0010
 *            │ │ │ │ └──┴── opcode 2
 *            └───────────── FIN 1
 */
function renderBits(block: Bits, medium: Medium): string[] {
  const { palette, tones } = medium;
  const binary = block.octet.toString(2).padStart(8, '0');
  const lead = `${INDENT}0x${hexOf(block.octet)} = `;
  let column = lead.length;
  let taken = 0;
  const groups = block.groups.map((group) => {
    const start = column;
    const bits = binary.slice(taken, taken + group.width);
    taken += group.width;
    column += group.width + 1;
    return { ...group, bits, start, end: start + group.width - 1 };
  });
  const labelAt = column + 2;
  const lines = [lead + groups.map((group) => tones[group.tone](group.bits)).join(' ')];
  for (let index = groups.length - 1; index >= 0; index--) {
    const group = groups[index];
    let drawn = '';
    for (const earlier of groups.slice(0, index)) drawn = `${drawn.padEnd(earlier.start)}│`;
    drawn = `${drawn.padEnd(group.start)}└`;
    if (group.end > group.start) drawn = `${drawn.padEnd(group.end, '─')}┴`;
    drawn = `${drawn.padEnd(labelAt - 1, '─')} `;
    const label = wrapProse([...prose`${group.name} `, ...group.meaning], medium.width - labelAt, medium.painter);
    label.forEach((line, row) => {
      let margin = '';
      for (const earlier of groups.slice(0, index)) margin = `${margin.padEnd(earlier.start)}│`;
      lines.push(palette.faint(row === 0 ? drawn : margin.padEnd(labelAt)) + line.text);
    });
  }
  return [...caption(block.caption, medium), ...lines];
}

function renderLayout(block: Layout, medium: Medium): string[] {
  const { palette, tones, painter } = medium;
  const names = Math.max('field'.length, ...block.rows.map((row) => displayWidth(row.name)));
  const longest = Math.max(...block.rows.map((row) => row.octets.length));
  const roomy = medium.width >= ROOMY;
  const octetsALine = roomy ? OCTETS_A_LINE : OCTETS_A_LINE / 2;
  const octetsWidth = Math.max(Math.min(longest, octetsALine) * 3 - 1, MORE_WIDTH);
  const nameAt = INDENT.length + 4 + 2 + octetsWidth + 2;
  const nameWidth = Math.min(names, 18, medium.width - nameAt);
  const meaningAt = nameAt + nameWidth + 2;
  // Too narrow for the meaning beside the field: it stands below.
  const below = medium.width - meaningAt < NARROWEST_MEANING;
  const meaningTitle = below ? '' : 'meaning';
  const lines = [
    `${INDENT}${palette.faint(`${'at'.padStart(4)}  ${'octets'.padEnd(octetsWidth)}  ${'field'.padEnd(nameWidth)}  ${meaningTitle}`)}`,
  ];
  for (const row of block.rows) {
    const octetLines: string[] = [];
    for (let at = 0; at < row.octets.length; at += octetsALine) {
      octetLines.push(Array.from(row.octets.subarray(at, at + octetsALine), hexOf).join(' '));
    }
    if (octetLines.length === 0) octetLines.push('');
    if (row.omitted > 0) octetLines.push(moreOf(row.omitted));
    const nameLines = wrapProse(prose`${row.name}`, nameWidth, { ...painter, plain: tones[row.tone] });
    const meaningLines = below ? [] : wrapProse(row.meaning, medium.width - meaningAt, painter);
    const height = Math.max(octetLines.length, nameLines.length, meaningLines.length);
    for (let at = 0; at < height; at++) {
      const offset = at < Math.ceil(row.octets.length / octetsALine) ? String(row.offset + at * octetsALine) : '';
      const octets = octetLines[at] ?? '';
      lines.push(
        `${INDENT}${palette.faint(offset.padStart(4))}  ${tones[row.tone](octets)}${' '.repeat(octetsWidth - displayWidth(octets))}  ` +
          `${padLine(nameLines[at] ?? { text: '', width: 0 }, nameWidth)}  ${meaningLines[at]?.text ?? ''}`,
      );
    }
    if (!below) continue;
    const margin = ' '.repeat(MEANING_BELOW);
    lines.push(...wrapProse(row.meaning, medium.width - margin.length, painter).map((line) => margin + line.text));
  }
  return [...caption(block.caption, medium), ...lines];
}

/** As wide as `MORE_WIDTH` at most: a frame may announce 2^63 octets. */
function moreOf(omitted: number): string {
  const exact = `… ${omitted} more`;
  return exact.length <= MORE_WIDTH ? exact : `… ${formatOctets(omitted)}`;
}

function renderUnmasking(block: Unmasking, medium: Medium): string[] {
  const { tones, palette } = medium;
  const label = (text: string) => INDENT + text.padEnd(11);
  const hex = (octets: Uint8Array) => Array.from(octets, hexOf).join(' ');
  const octetsALine = medium.width >= ROOMY ? OCTETS_A_LINE * 2 : OCTETS_A_LINE;
  const lines: string[] = [];
  for (let at = 0; at < block.masked.length; at += octetsALine) {
    const end = Math.min(at + octetsALine, block.masked.length);
    const said = end === block.masked.length && block.omitted > 0 ? ` ${moreOf(block.omitted)}` : '';
    const more = label('').length + (end - at) * 3 - 1 + said.length <= medium.width ? palette.faint(said) : '';
    if (at > 0) lines.push('');
    lines.push(
      label('masked') + tones.masked(hex(block.masked.subarray(at, end))) + more,
      label('key') + tones.key(hex(block.key.subarray(at, end))),
      label('') + palette.faint(`${'─'.repeat((end - at) * 3 - 1)} XOR`),
      label('unmasked') + tones.value(hex(block.unmasked.subarray(at, end))) + more,
    );
    if (said !== '' && more === '') lines.push(label('') + palette.faint(said.trimStart()));
  }
  return lines;
}
