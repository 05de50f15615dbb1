// Standard output and standard error, written at once, and the line of progress that may stand on the terminal between what
// they say. Knows nothing of what is written.

import { fstatSync, statSync, writeSync } from 'node:fs';
import { loadBuiltin } from '../load-builtin.ts';
import { WorkflowCommandBreaker } from '../output/workflow-commands.ts';
import { steadyTime } from '../steady-time.ts';

const STANDARD_OUTPUT = 1;
export const STANDARD_ERROR = 2;
/** Milliseconds between attempts where the other end of a non-blocking pipe is full. */
const PATIENCE = 2;
/** To the beginning of the line, and nothing behind it (ECMA-48 EL). */
const CLEAR = '\r\x1b[K';

const never = new Int32Array(new SharedArrayBuffer(4));

let isLineShown = false;
let outputIsTerminal: boolean | undefined;
let lastOutput = Number.NEGATIVE_INFINITY;

/** Where the octets and the text go that are written. */
export interface StandardStreams {
  output(octets: Uint8Array): void;
  errors(text: string): void;
}

/** Those of the process. */
export const processStreams: StandardStreams = {
  /**
   * Waits for a slow reader, so that what is not read yet is never heaped up in memory.
   *
   * @throws the error of `write(2)`; EPIPE where the reader is gone.
   */
  output(octets) {
    // Elsewhere the line may stay while much is written: it would be gone as soon as it is there.
    if (isLineShown && isOutputTerminal()) clearProgressLine();
    let position = 0;
    while (position < octets.length) {
      try {
        position += writeSync(STANDARD_OUTPUT, octets, position);
      } catch (error) {
        const code = error instanceof Error && 'code' in error ? error.code : null;
        // How a socket in the place of a pipe says it, where its reader left octets unread.
        if (code === 'ECONNRESET') throw Object.assign(error as Error, { code: 'EPIPE' });
        if (code !== 'EAGAIN') throw error;
        Atomics.wait(never, 0, 0, PATIENCE);
      }
    }
    lastOutput = steadyTime();
  },
  errors(text) {
    clearProgressLine();
    writeToErrors(text);
  },
};

let streams = processStreams;

/** From now on what is written on this thread goes elsewhere; returns where it went before. */
export function redirectStreams(others: StandardStreams): StandardStreams {
  const before = streams;
  streams = others;
  return before;
}

export function writeOutput(octets: Uint8Array): void {
  streams.output(octets);
}

/** @param text whole lines */
export function writeErrors(text: string): void {
  streams.errors(withoutCommands(text));
}

/** Whole lines for people, as they are but where a runner would find commands in them. */
export function withoutCommands(text: string): string {
  return isReadByRunner() ? new WorkflowCommandBreaker('text').broken(text) : text;
}

/** Whether what is written is the log of a GitHub workflow's step, in which its runner looks for commands. */
export function isReadByRunner(): boolean {
  return process.env.GITHUB_ACTIONS === 'true';
}

/** Puts `line` in place of the line of progress that is there; the cursor stays in it. */
export function showProgressLine(line: string): void {
  isLineShown = true;
  writeToErrors(`${CLEAR}${line}`);
}

export function clearProgressLine(): void {
  if (!isLineShown) return;
  isLineShown = false;
  writeToErrors(CLEAR);
}

/** When something was last written to standard output, as `steadyTime()` tells. */
export function timeOfLastOutput(): number {
  return lastOutput;
}

/** Whether a file descriptor is one of a terminal. Node's module for that takes 2 ms to load: it is asked of devices alone. */
export function isTerminal(descriptor: number): boolean {
  return isDevice(descriptor) && loadBuiltin('node:tty').isatty(descriptor);
}

/** Of characters, and not the one that throws away. */
function isDevice(descriptor: number): boolean {
  try {
    const facts = fstatSync(descriptor);
    return facts.isCharacterDevice() && facts.rdev !== statSync('/dev/null', { throwIfNoEntry: false })?.rdev;
  } catch {
    // It is closed.
    return false;
  }
}

export function isOutputTerminal(): boolean {
  outputIsTerminal ??= isTerminal(STANDARD_OUTPUT);
  return outputIsTerminal;
}

function writeToErrors(text: string): void {
  try {
    writeSync(STANDARD_ERROR, text);
  } catch {
    // Nobody listens; the exit code still tells.
  }
}
