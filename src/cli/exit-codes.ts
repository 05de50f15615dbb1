// What the process tells its caller (docs/cli.md). Knows no reasons but these.

/** Also where the reader of the output went away, as `head` does: it has what it wanted. */
export const FINE = 0;
/** An expectation, or `--fail-on`, was not met; captures or answers differ; a connection did not come or end as it should. */
export const NOT_MET = 1;
/** Wrong usage: an unknown option, a file or registry that cannot be read. */
export const USAGE = 2;
/** The input was damaged or cut; all that came before was written. */
export const DAMAGED = 3;
/** From the best to the worst. */
const GRAVITY: readonly number[] = [FINE, NOT_MET, DAMAGED, USAGE];

export function graver(one: number, other: number): number {
  return GRAVITY.indexOf(other) > GRAVITY.indexOf(one) ? other : one;
}

/** 128 and the number of the signal that asked for the end, as shells have it. */
export const INTERRUPTED = 130;
export const TERMINATED = 143;
