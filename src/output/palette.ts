// The colours of the outputs, named by what they mean. Knows nothing of terminals: whether colour is wanted is decided
// by the caller.

export type Paint = (text: string) => string;

export interface Palette {
  heading: Paint;
  client: Paint;
  server: Paint;
  error: Paint;
  warning: Paint;
  note: Paint;
  /** What is there for orientation only. */
  faint: Paint;
}

const plain: Paint = (text) => text;

/** Select Graphic Rendition, ECMA-48 §8.3.117. */
function sgr(on: number, off: number): Paint {
  return (text) => `\x1b[${on}m${text}\x1b[${off}m`;
}

const PLAIN: Palette = {
  heading: plain,
  client: plain,
  server: plain,
  error: plain,
  warning: plain,
  note: plain,
  faint: plain,
};

const ANSI: Palette = {
  heading: sgr(1, 22),
  client: sgr(36, 39),
  server: sgr(32, 39),
  error: sgr(31, 39),
  warning: sgr(33, 39),
  note: sgr(34, 39),
  faint: sgr(2, 22),
};

export function makePalette(options: { colour: boolean }): Palette {
  return options.colour ? ANSI : PLAIN;
}
