// Curves on logarithmic axes as SVG, readable on white and on black. Knows nothing of what they say.

export interface Curve {
  name: string;
  points: { x: number; y: number }[];
}

const WIDTH = 640;
const HEIGHT = 420;
const PLOT = { left: 64, right: 592, top: 24, bottom: 330 };
const COLOURS = ['#2a78b5', '#d1692e', '#3a9a5b', '#9a4fb0'];
const GREY = '#808080';

/** Whole powers of ten around the values. */
function decades(values: readonly number[]): [least: number, most: number] {
  const least = Math.floor(Math.log10(Math.min(...values)));
  return [least, Math.max(least + 1, Math.ceil(Math.log10(Math.max(...values))))];
}

function label(power: number): string {
  return power < 0 ? String(10 ** power) : (10 ** power).toLocaleString('en-US');
}

const round = (value: number) => value.toFixed(1);

function text(x: number, y: number, says: string, anchor: string, more = ''): string {
  return `<text x="${round(x)}" y="${round(y)}" text-anchor="${anchor}" fill="${GREY}"${more}>${says}</text>`;
}

/** @param xTitle what the horizontal axis counts */
export function drawCurves(curves: readonly Curve[], xTitle: string, yTitle: string): string {
  const all = curves.flatMap(({ points }) => points);
  const [leastX, mostX] = decades(all.map(({ x }) => x));
  const [leastY, mostY] = decades(all.map(({ y }) => y));
  const xOf = (x: number) => PLOT.left + ((Math.log10(x) - leastX) / (mostX - leastX)) * (PLOT.right - PLOT.left);
  const yOf = (y: number) => PLOT.bottom - ((Math.log10(y) - leastY) / (mostY - leastY)) * (PLOT.bottom - PLOT.top);
  const lines: string[] = [];
  for (let power = leastX; power <= mostX; power++) {
    const x = xOf(10 ** power);
    lines.push(`<path d="M${round(x)} ${PLOT.top}V${PLOT.bottom}" stroke="${GREY}" stroke-opacity=".3"/>`);
    lines.push(text(x, PLOT.bottom + 16, label(power), 'middle'));
  }
  for (let power = leastY; power <= mostY; power++) {
    const y = yOf(10 ** power);
    lines.push(`<path d="M${PLOT.left} ${round(y)}H${PLOT.right}" stroke="${GREY}" stroke-opacity=".3"/>`);
    lines.push(text(PLOT.left - 6, y + 4, label(power), 'end'));
  }
  lines.push(text((PLOT.left + PLOT.right) / 2, PLOT.bottom + 34, xTitle, 'middle'));
  lines.push(text(PLOT.left, PLOT.top - 8, yTitle, 'start'));
  for (const [index, { name, points }] of curves.entries()) {
    const colour = COLOURS[index % COLOURS.length];
    const path = points.map(({ x, y }, at) => `${at === 0 ? 'M' : 'L'}${round(xOf(x))} ${round(yOf(y))}`).join('');
    lines.push(`<path d="${path}" fill="none" stroke="${colour}" stroke-width="2"/>`);
    for (const { x, y } of points) {
      lines.push(`<circle cx="${round(xOf(x))}" cy="${round(yOf(y))}" r="3.5" fill="${colour}"/>`);
    }
    const [column, line] = [index % 2, index >> 1];
    const [x, y] = [PLOT.left + column * 280, PLOT.bottom + 58 + line * 18];
    lines.push(`<circle cx="${x}" cy="${y - 4}" r="3.5" fill="${colour}"/>`);
    lines.push(text(x + 10, y, name, 'start'));
  }
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="12" role="img">`,
    `<title>${yTitle}, by ${xTitle}</title>`,
    ...lines,
    '</svg>',
    '',
  ].join('\n');
}
