// The walkthrough as Markdown with tables (GitHub's flavour). Text from the capture stands in code spans, which nothing in
// it can end; drawings stand in code blocks.

import { hexOf } from '../../octet-hex.ts';
import { certainCount } from '../../plural.ts';
import { WAYS } from '../direction-arrow.ts';
import { makePalette } from '../palette.ts';
import type { Block, Column, Prose, Span, Step, WalkthroughDocument } from './document.ts';
import { prose } from './document.ts';
import { exchangeTable } from './exchange-table.ts';
import { renderDrawing } from './text.ts';

const DRAWING_WIDTH = 88;

/** What would begin markup in running text. */
const SPECIAL = /[\\`*_{}[\]<>#|~&!]/g;

/** What GitHub's flavour would make a link of, with the sign without which it is none. */
const LINK = /(https?|ftp|www)([:.])/gi;

export function renderMarkdown(document: WalkthroughDocument): string {
  const parts = [
    `# ${inline(document.title)}`,
    ...document.lead.map(renderBlock),
    ...document.steps.flatMap((step, index) => renderStep(step, index + 1)),
  ];
  return `${parts.join('\n\n')}\n`;
}

function renderStep(step: Step, number: number): string[] {
  const packets = step.packets.map((packet) => {
    const time = packet.elapsed === null ? '' : `, ${packet.elapsed.toFixed(6)} s`;
    return `*packet ${packet.number}${time}, ${WAYS[packet.direction]}*`;
  });
  return [`## ${number}. ${inline(step.title)}`, ...packets, ...step.blocks.map(renderBlock)];
}

function renderBlock(block: Block): string {
  switch (block.kind) {
    case 'paragraph':
      return inline(block.prose);
    case 'note':
      return `> **${escapeMarkdown(block.title)}**  \n> ${inline(block.prose)}`;
    case 'table':
      return `${escapeMarkdown(block.caption)}:\n\n${table(block.columns, block.rows)}`;
    case 'exchange':
      return renderBlock(exchangeTable(block));
    case 'arithmetic':
      return table(
        [
          { title: '', align: 'left' },
          { title: '', align: 'left' },
        ],
        block.rows.map((row) => [prose`${row.label}`, row.value]),
      );
    case 'layout':
      return `${escapeMarkdown(block.caption)}:\n\n${table(
        [
          { title: 'at', align: 'right' },
          { title: 'octets', align: 'left' },
          { title: 'field', align: 'left' },
          { title: 'meaning', align: 'left' },
        ],
        block.rows.map((row) => [
          prose`${row.offset}`,
          octetsOf(row.octets, row.omitted),
          prose`${row.name}`,
          row.meaning,
        ]),
      )}`;
    case 'bits':
    case 'unmasking':
      // Drawings hold octets and our own words only, no text of the capture that could end the code block.
      return `\`\`\`text\n${renderDrawing(block, DRAWING_WIDTH, makePalette({ colour: false }))}\`\`\``;
  }
}

function octetsOf(octets: Uint8Array, omitted: number): Prose {
  const more = omitted > 0 ? prose` … ${certainCount(omitted)} more` : [];
  return [{ text: Array.from(octets, hexOf).join(' '), style: 'code' }, ...more];
}

function table(columns: readonly Column[], rows: readonly (readonly Prose[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [
    line(columns.map((column) => escapeMarkdown(column.title))),
    line(columns.map((column) => (column.align === 'right' ? '---:' : '---'))),
    ...rows.map((row) => line(row.map((cell) => inline(cell, true)))),
  ].join('\n');
}

function inline(spans: Prose, inTable = false): string {
  return spans
    .map((span) => inlineSpan(span, inTable))
    .join('')
    .trim();
}

function inlineSpan(span: Span, inTable: boolean): string {
  if (span.style === 'strong') return `**${escapeMarkdown(span.text)}**`;
  if (span.style === 'plain') return escapeMarkdown(span.text);
  return codeOf(span.text, inTable);
}

/**
 * In a table GitHub looks for cell borders before code spans, so they are escaped. Renderers differ in what a border behind a
 * backslash of the text is: it stands between two code spans then, as an entity.
 */
function codeOf(text: string, inTable: boolean): string {
  if (!inTable) return codeSpan(text);
  return text
    .split(/(?<=\\)\|/)
    .map((part) => codeSpan(part.replaceAll('|', '\\|')))
    .join('&#124;');
}

/** CommonMark §6.1: a code span ends at a run of as many backticks as began it, so it gets one more than it holds. */
function codeSpan(text: string): string {
  if (text === '') return '';
  const runs = text.match(/`+/g) ?? [];
  const fence = '`'.repeat(Math.max(0, ...runs.map((run) => run.length)) + 1);
  const space = /^`|`$|^ .* $/.test(text) ? ' ' : '';
  return `${fence}${space}${text}${space}${fence}`;
}

function escapeMarkdown(text: string): string {
  return text.replace(SPECIAL, '\\$&').replace(LINK, (_, before, sign) => `${before}&#${sign.charCodeAt(0)};`);
}
