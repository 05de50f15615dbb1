// What the terminal can show: whether colour is wanted, and how wide it is. Pure but for what it is given; the answer
// comes from flags, environment and terminal, in this order.

import { isOutputTerminal } from './standard-streams.ts';

export interface TerminalFacts {
  isTerminal: boolean;
  /** Columns of the terminal; undefined where it does not say. */
  columns: number | undefined;
  environment: Readonly<Record<string, string | undefined>>;
}

/** Of a terminal that does not say. */
export const DEFAULT_COLUMNS = 80;
const WIDEST_HELP = 100;

/** `--color` and `--no-color`, then NO_COLOR (https://no-color.org) and FORCE_COLOR, then whether it is a terminal. */
export function wantsColour(flag: boolean | undefined, { isTerminal, environment }: TerminalFacts): boolean {
  if (flag !== undefined) return flag;
  const { NO_COLOR, FORCE_COLOR, TERM } = environment;
  if (NO_COLOR !== undefined && NO_COLOR !== '') return false;
  if (FORCE_COLOR !== undefined) return FORCE_COLOR !== '0' && FORCE_COLOR !== 'false';
  return isTerminal && TERM !== 'dumb';
}

/** Columns of the output; null where there is no terminal and nobody said: nothing is wrapped or cut for width then. */
export function widthOf(flag: number | undefined, { isTerminal, columns }: TerminalFacts): number | null {
  if (flag !== undefined) return flag;
  return isTerminal ? columns || DEFAULT_COLUMNS : null;
}

/** Help is made for narrow terminals, and becomes no easier to read in wide ones. */
export function helpWidth(): number {
  return isOutputTerminal() ? Math.min(process.stdout.columns || DEFAULT_COLUMNS, WIDEST_HELP) : DEFAULT_COLUMNS;
}

/** The facts of standard output; `process.stdout` of anything but a terminal is left alone, as it costs time to make. */
export function standardOutputFacts(): TerminalFacts {
  const isTerminal = isOutputTerminal();
  return { isTerminal, columns: isTerminal ? process.stdout.columns : undefined, environment: process.env };
}
