// Prints what comes of captures that are read each by itself, one after another, and makes one output of theirs: a heading or
// a comma between them, as the format asks for. Turns their exit codes into one.

import { escapeText } from '../../output/terminal-text.ts';
import { FINE, graver } from '../exit-codes.ts';
import { say } from '../failure.ts';
import { interruptedExitCode, interruptionSignal } from '../interruption.ts';
import { processStreams, withoutCommands } from '../standard-streams.ts';
import type { EachSink, TaskOutcome } from './each-sink.ts';
import { type EachReading, readEach } from './read-each.ts';

/** What stands around the outputs of the captures. */
export interface Framing {
  /** Before the output of a capture. @param isFirst whether none went before */
  before(file: string, isFirst: boolean): string;
  /** Behind all of them. @param isEmpty whether there were none */
  end(isEmpty: boolean): string;
}

const HEADINGS: Framing = {
  before: (file, isFirst) => `${isFirst ? '' : '\n'}==> ${escapeText(file)} <==\n`,
  end: () => '',
};

/** One value a capture. */
const JSON_ARRAY: Framing = {
  before: (_file, isFirst) => (isFirst ? '[\n' : ',\n'),
  end: (isEmpty) => (isEmpty ? '[]\n' : ']\n'),
};

const NOTHING: Framing = { before: () => '', end: () => '' };

function once(text: string): Framing {
  return { before: (_file, isFirst) => (isFirst ? text : ''), end: (isEmpty) => (isEmpty ? text : '') };
}

/** A row a format; what has none is for people. */
const FRAMINGS: Readonly<Record<string, (csvNames: string) => Framing>> = {
  json: () => JSON_ARRAY,
  ndjson: () => NOTHING,
  csv: once,
};

/** @param csvNames the row of CSV's names */
export function framingOf(format: string, csvNames = ''): Framing {
  return FRAMINGS[format]?.(csvNames) ?? HEADINGS;
}

class PrintedOutputs implements Omit<EachSink, 'onProgress'> {
  readonly #files: readonly string[];
  readonly #framing: Framing;
  #begun = -1;
  exitCode = FINE;
  #ended = 0;
  /** Whether the capture that ended last was interrupted itself, and has said so. */
  #toldInterruption = false;

  constructor(files: readonly string[], framing: Framing) {
    this.#files = files;
    this.#framing = framing;
  }

  onOutput(index: number, octets: Uint8Array): void {
    if (index !== this.#begun) this.#print(this.#framing.before(this.#files[index], this.#begun === -1));
    this.#begun = index;
    processStreams.output(octets);
  }

  readonly onErrors = (text: string): void => processStreams.errors(text);

  onEnd(_index: number, outcome: TaskOutcome): boolean {
    let exitCode: number;
    if (outcome.kind === 'failure') {
      ({ exitCode } = outcome.failure);
      say(outcome.failure.line, outcome.failure.details);
    } else exitCode = outcome.result as number;
    this.#ended++;
    this.#toldInterruption = interruptionSignal().aborted && exitCode === interruptedExitCode();
    this.exitCode = graver(this.exitCode, exitCode);
    // Of captures whose turn would come later there may be very much to print.
    return !interruptionSignal().aborted;
  }

  finish(): void {
    this.#print(this.#framing.end(this.#begun === -1));
    if (!interruptionSignal().aborted || this.#toldInterruption) return;
    say(`interrupted; of ${this.#files.length} files ${this.#ended} were read`);
  }

  #print(text: string): void {
    if (text !== '') processStreams.output(new TextEncoder().encode(withoutCommands(text)));
  }
}

/** Returns the gravest exit code of all: 2, 3, 1, 0; or that of the signal that ended the reading. */
export async function runEach(reading: EachReading, framing: Framing): Promise<number> {
  const outputs = new PrintedOutputs(reading.files, framing);
  await readEach(reading, outputs);
  outputs.finish();
  return interruptionSignal().aborted ? interruptedExitCode() : outputs.exitCode;
}
