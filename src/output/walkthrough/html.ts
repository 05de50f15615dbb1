// The walkthrough as one HTML file that needs nothing else: no scripts, no fonts, no pictures. Octets stand in coloured
// boxes, and every box again in a table, so that nothing is told by colour alone. Knows nothing of captures.

import { hexOf } from '../../octet-hex.ts';
import { formatCount, formatPlural } from '../../plural.ts';
import { WAYS } from '../direction-arrow.ts';
import type {
  Arithmetic,
  Bits,
  Block,
  Exchange,
  ExchangeRow,
  Layout,
  PacketReference,
  Prose,
  Step,
  Table,
  Tone,
  Unmasking,
  WalkthroughDocument,
} from './document.ts';
import { STYLE } from './html-style.ts';

const ESCAPES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Which step tells of a packet, by its number, so that the exchange can point there. */
type StepOfPacket = ReadonlyMap<number, number>;

export function renderHtml(document: WalkthroughDocument): string {
  const stepOfPacket = new Map<number, number>();
  document.steps.forEach((step, index) => {
    for (const packet of step.packets) if (!stepOfPacket.has(packet.number)) stepOfPacket.set(packet.number, index + 1);
  });
  const title = document.title.map((span) => span.text).join('');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>${inline(document.title)}</h1>
${document.lead.map((block) => renderBlock(block, stepOfPacket)).join('\n')}
${document.steps.map((step, index) => renderStep(step, index + 1, stepOfPacket)).join('\n')}
<footer>Made by <code>wsdissect walkthrough</code>.</footer>
</main>
</body>
</html>
`;
}

function renderStep(step: Step, number: number, stepOfPacket: StepOfPacket): string {
  const packets =
    step.packets.length === 0 ? '' : `<ul class="packets">${step.packets.map(renderReference).join('')}</ul>`;
  return `<section id="step-${number}" aria-labelledby="title-${number}">
<header><span class="number" aria-hidden="true">${number}</span><h2 id="title-${number}">${inline(step.title)}</h2>${packets}</header>
${step.blocks.map((block) => renderBlock(block, stepOfPacket)).join('\n')}
</section>`;
}

function renderReference(packet: PacketReference): string {
  const time = packet.elapsed === null ? '' : `, ${packet.elapsed.toFixed(6)} s`;
  return `<li>packet ${packet.number}${time}, <span class="${packet.direction}">${WAYS[packet.direction]}</span></li>`;
}

function renderBlock(block: Block, stepOfPacket: StepOfPacket): string {
  switch (block.kind) {
    case 'paragraph':
      return `<p>${inline(block.prose)}</p>`;
    case 'note':
      return `<div class="note" role="note"><strong>${escapeHtml(block.title)}</strong><p>${inline(block.prose)}</p></div>`;
    case 'table':
      return renderTable(block);
    case 'exchange':
      return renderExchange(block, stepOfPacket);
    case 'arithmetic':
      return renderArithmetic(block);
    case 'bits':
      return renderBits(block);
    case 'layout':
      return renderLayout(block);
    case 'unmasking':
      return renderUnmasking(block);
  }
}

function renderTable(table: Table): string {
  const columnClass = (index: number) => (table.columns[index].align === 'right' ? ' class="right"' : '');
  const head = table.columns.map(
    (column, index) => `<th scope="col"${columnClass(index)}>${escapeHtml(column.title)}</th>`,
  );
  const rows = table.rows.map(
    (row) => `<tr>${row.map((cell, index) => `<td${columnClass(index)}>${inline(cell)}</td>`).join('')}</tr>`,
  );
  return `<div class="scroll"><table><caption>${escapeHtml(table.caption)}</caption>
<thead><tr>${head.join('')}</tr></thead>
<tbody>
${rows.join('\n')}
</tbody></table></div>`;
}

function renderExchange(exchange: Exchange, stepOfPacket: StepOfPacket): string {
  return `<div class="scroll"><table class="exchange"><caption>${escapeHtml(exchange.caption)}</caption>
<thead><tr><th scope="col" class="right">packet</th><th scope="col" class="right">seconds</th><th scope="col" class="lane"><span class="ends"><span class="c2s">client</span><span class="s2c">server</span></span></th><th scope="col" class="flagged">flags</th><th scope="col" class="right">data</th></tr></thead>
<tbody>
${exchange.rows.map((row) => renderExchangeRow(row, stepOfPacket)).join('\n')}
</tbody></table></div>`;
}

function renderExchangeRow(row: ExchangeRow, stepOfPacket: StepOfPacket): string {
  if ('omitted' in row) {
    return `<tr><td class="right">…</td><td></td><td class="lane"><span class="way"><span class="line" style="visibility:hidden"></span><span class="says">${formatPlural(row.omitted, 'packet')} between</span><span class="line" style="visibility:hidden"></span></span></td><td></td><td></td></tr>`;
  }
  const { packet, flags, length } = row;
  const step = stepOfPacket.get(packet.number);
  const says = step === undefined ? inline(row.says) : `<a href="#step-${step}">${inline(row.says)}</a>`;
  const tip = '<span class="tip"></span>';
  const way =
    `<span class="way ${packet.direction}" title="${WAYS[packet.direction]}">${packet.direction === 's2c' ? tip : ''}` +
    `<span class="line"></span><span class="says">${says}</span><span class="line"></span>${packet.direction === 'c2s' ? tip : ''}</span>`;
  return `<tr><td class="right">${packet.number}</td><td class="right">${packet.elapsed?.toFixed(6) ?? ''}</td><td class="lane">${way}</td><td class="flagged">${flags}</td><td class="right">${formatCount(length)}</td></tr>`;
}

function renderArithmetic(block: Arithmetic): string {
  const rows = block.rows.map(
    (row) => `<tr><th scope="row">${escapeHtml(row.label)}</th><td>${inline(row.value)}</td></tr>`,
  );
  return `<div class="scroll"><table class="arithmetic"><tbody>${rows.join('\n')}</tbody></table></div>`;
}

function renderBits(block: Bits): string {
  const binary = block.octet.toString(2).padStart(8, '0');
  let taken = 0;
  const drawn = block.groups.map((group) => {
    const bits = [...binary.slice(taken, taken + group.width)];
    taken += group.width;
    const boxes = bits.map((bit) => `<span class="bit ${group.tone}">${bit}</span>`);
    return `<span title="${escapeHtml(group.name)}">${boxes.join('')}</span>`;
  });
  const meanings = block.groups.map(
    (group) =>
      `<dt><span class="field ${group.tone}">${escapeHtml(group.name)}</span></dt><dd>${inline(group.meaning)}</dd>`,
  );
  return `<figure><figcaption>${escapeHtml(block.caption)}, <code>0x${hexOf(block.octet)}</code>, bit by bit</figcaption>
<div class="drawing"><span class="bits" role="img" aria-label="${binary}">${drawn.join('')}</span><dl>${meanings.join('')}</dl></div></figure>`;
}

function renderLayout(block: Layout): string {
  const groups = block.rows.map((row) => {
    const title = `${row.name}: ${row.meaning.map((span) => span.text).join('')}`;
    const more = row.omitted > 0 ? `<span class="octet ${row.tone}">… ${formatCount(row.omitted)}</span>` : '';
    return `<span class="group" title="${escapeHtml(title)}"><span>${octetBoxes(row.octets, row.tone)}${more}</span><small>${escapeHtml(row.name)}</small></span>`;
  });
  const rows = block.rows.map((row) => {
    const more = row.omitted > 0 ? ` … ${formatCount(row.omitted)} more` : '';
    const hex = Array.from(row.octets, hexOf).join(' ');
    return `<tr><td class="right">${row.offset}</td><td class="hex">${hex}${more}</td><td><span class="field ${row.tone}">${escapeHtml(row.name)}</span></td><td>${inline(row.meaning)}</td></tr>`;
  });
  return `<figure><figcaption>${escapeHtml(block.caption)}</figcaption>
<div class="octets" aria-hidden="true">${groups.join('')}</div>
<div class="scroll"><table><thead><tr><th scope="col" class="right">at</th><th scope="col">octets</th><th scope="col">field</th><th scope="col">meaning</th></tr></thead>
<tbody>
${rows.join('\n')}
</tbody></table></div></figure>`;
}

function renderUnmasking(block: Unmasking): string {
  const row = (label: string, octets: Uint8Array, tone: Tone, after: string, rowClass = '') =>
    `<tr${rowClass}><th scope="row">${label}</th>${Array.from(octets, (octet) => `<td><span class="octet ${tone}">${hexOf(octet)}</span></td>`).join('')}<td>${after}</td></tr>`;
  const more = block.omitted > 0 ? `… ${formatCount(block.omitted)} more` : '';
  return `<div class="scroll"><table class="sum"><tbody>
${row('masked', block.masked, 'masked', more)}
${row('key', block.key, 'key', 'XOR')}
${row('unmasked', block.unmasked, 'value', more, ' class="result"')}
</tbody></table></div>`;
}

function octetBoxes(octets: Uint8Array, tone: Tone): string {
  return Array.from(octets, (octet) => `<span class="octet ${tone}">${hexOf(octet)}</span>`).join('');
}

function inline(spans: Prose): string {
  const elements = { plain: null, code: 'code', strong: 'b' };
  return spans
    .map((span) => {
      const element = elements[span.style];
      const text = escapeHtml(span.text);
      return element === null || text === '' ? text : `<${element}>${text}</${element}>`;
    })
    .join('');
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ESCAPES[character]);
}
