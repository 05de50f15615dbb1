// Draws docs/terminal.svg, the picture in the README: what the program really prints for the walkthrough's capture, with
// its colours. Run it by `node --import tsx scripts/make-picture.ts` after a build.

import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { displayWidth } from '../src/output/display-width.ts';

const COMMAND = [
  'fixtures/walkthrough/walkthrough.pcap',
  '--registry',
  'fixtures/walkthrough/walkthrough.registry.yaml',
];
const COLUMNS = 84;
const LINE_HEIGHT = 19;
const COLUMN_WIDTH = 8.43;
const MARGIN = 18;
const BAR = 34;

/** Foreground colours by SGR code; 1 is bold, 2 faint. */
const COLOURS: Record<number, string> = { 31: '#ff7b72', 32: '#7ee787', 33: '#e3b341', 34: '#79c0ff', 36: '#76e3ea' };

interface Style {
  colour: string | null;
  bold: boolean;
  faint: boolean;
}

const PLAIN: Style = { colour: null, bold: false, faint: false };

function styled(style: Style, code: number): Style {
  if (code === 0) return PLAIN;
  if (code === 1) return { ...style, bold: true };
  if (code === 2) return { ...style, faint: true };
  if (code === 22) return { ...style, bold: false, faint: false };
  if (code === 39) return { ...style, colour: null };
  return { ...style, colour: COLOURS[code] ?? style.colour };
}

const escapeXml = (text: string) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');

function drawLine(line: string, y: number): string {
  let style = PLAIN;
  let column = 0;
  let spans = '';
  for (const part of line.split(/(\x1b\[\d+m)/)) {
    const code = /^\x1b\[(\d+)m$/.exec(part);
    if (code) {
      style = styled(style, Number(code[1]));
    } else if (part !== '') {
      const width = displayWidth(part);
      const x = (MARGIN + column * COLUMN_WIDTH).toFixed(1);
      const weight = style.bold ? ' font-weight="bold"' : '';
      const opacity = style.faint ? ' opacity="0.6"' : '';
      const fill = style.colour ? ` fill="${style.colour}"` : '';
      const length = (width * COLUMN_WIDTH).toFixed(1);
      spans += `<tspan x="${x}" textLength="${length}"${weight}${opacity}${fill}>${escapeXml(part)}</tspan>`;
      column += width;
    }
  }
  return `<text y="${y}" xml:space="preserve">${spans}</text>`;
}

const output = execFileSync(process.execPath, ['bin/wsdissect.js', ...COMMAND, '--color', '--width', String(COLUMNS)], {
  encoding: 'utf8',
});
const lines = [`\x1b[2m$\x1b[22m wsdissect ${COMMAND.join(' ')}`, '', ...output.trimEnd().split('\n')];
const height = BAR + lines.length * LINE_HEIGHT + MARGIN;
const width = Math.round(COLUMNS * COLUMN_WIDTH + 2 * MARGIN);
const dots = ['#ff5f56', '#ffbd2e', '#27c93f']
  .map((fill, index) => `<circle cx="${20 + index * 20}" cy="17" r="6" fill="${fill}"/>`)
  .join('');

writeFileSync(
  'docs/terminal.svg',
  `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="wsdissect in a terminal">
<rect width="100%" height="100%" rx="8" fill="#0d1117"/>${dots}
<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="14" fill="#e6edf3">
${lines.map((line, index) => drawLine(line, BAR + (index + 1) * LINE_HEIGHT)).join('\n')}
</g>
</svg>
`,
);
