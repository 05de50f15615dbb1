// Shows on standard error how far the reading is, at most ten times a second. It is asked between two blocks of a capture and
// needs no timer; loaded only where standard error is a terminal.

import { fstatSync, type Stats, statSync } from 'node:fs';
import { formatProgress } from '../output/progress-line.ts';
import { steadyTime } from '../steady-time.ts';
import { STREAM_NAME } from './input.ts';
import { clearProgressLine, isOutputTerminal, showProgressLine, timeOfLastOutput } from './standard-streams.ts';
import { DEFAULT_COLUMNS } from './terminal.ts';

/** Milliseconds before the first line: what is read by then needs none. */
const DELAY = 500;
/** Milliseconds between two lines. */
const INTERVAL = 100;
/** Milliseconds without output after which a line disturbs no rows that are being printed. */
const QUIET = 500;
/** Milliseconds over which the rate is taken. */
const RATE_SPAN = 2000;

export interface ProgressFacts {
  files: readonly string[];
  /** What is found, in the singular. */
  unit: string;
  /** Whether people look at what is printed meanwhile, perhaps in a pager, rather than a program. */
  isForPeople: boolean;
}

export class ReadingProgress {
  readonly #total: number | null;
  readonly #unit: string;
  readonly #yields: boolean;
  #octets = 0;
  #time = steadyTime();
  #rate = 0;
  #next = this.#time + DELAY;

  constructor({ files, unit, isForPeople }: ProgressFacts) {
    this.#total = totalOctets(files);
    this.#unit = unit;
    this.#yields = isOutputTerminal() || (isForPeople && isPipe());
  }

  /** @param octets read so far. @param found so far */
  update(octets: number, found: number): void {
    const now = steadyTime();
    if (now < this.#next) return;
    this.#measure(octets, now);
    this.#next = now + INTERVAL;
    if (this.#yields && now - timeOfLastOutput() < QUIET) return;
    const facts = { octets, total: this.#total, rate: this.#rate, found, unit: this.#unit };
    showProgressLine(formatProgress(facts, process.stderr.columns || DEFAULT_COLUMNS));
  }

  end(): void {
    clearProgressLine();
  }

  /** The older, the less a measurement counts. */
  #measure(octets: number, now: number): void {
    const span = now - this.#time;
    const rate = (1000 * (octets - this.#octets)) / span;
    const weight = this.#rate === 0 ? 1 : 1 - Math.exp(-span / RATE_SPAN);
    this.#rate += weight * (rate - this.#rate);
    this.#octets = octets;
    this.#time = now;
  }
}

/** Null where one of them is no file. */
function totalOctets(files: readonly string[]): number | null {
  let total = 0;
  for (const file of files) {
    const facts = factsOf(file);
    if (facts === null || !facts.isFile()) return null;
    total += facts.size;
  }
  return total;
}

function factsOf(file: string): Stats | null {
  try {
    return file === STREAM_NAME ? fstatSync(0) : statSync(file);
  } catch {
    // Whoever reads it says what is wrong.
    return null;
  }
}

function isPipe(): boolean {
  try {
    return fstatSync(1).isFIFO();
  } catch {
    return false;
  }
}
