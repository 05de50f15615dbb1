// How a command that cannot go on says so: one line on standard error and an exit code. Knows which errors of the layers
// below mean what to a user; everything else is a defect of ours, and says that.

import type { CaptureError } from '../capture/index.ts';
import { ReadingEnded } from '../dissect/reading-ended.ts';
import { loadBuiltin } from '../load-builtin.ts';
import { escapeText } from '../output/terminal-text.ts';
import { isOfTooManyFiles, readingRemedy, writingReason, writingRemedy } from '../system-reason.ts';
import { DAMAGED, FINE, USAGE } from './exit-codes.ts';
import { interruptedExitCode } from './interruption.ts';
import { writeErrors } from './standard-streams.ts';

const ISSUES = 'please report it with DEBUG=wsdissect set, which shows where';

export interface FailureOptions {
  cause?: unknown;
  /** Lines to choose from, shown below. */
  details?: readonly string[];
}

/** Ends the command with a line for the user; the message is `what; what to do`. */
export class Failure extends Error {
  readonly exitCode: number;
  readonly details: readonly string[];

  constructor(message: string, exitCode: number = USAGE, options: FailureOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'Failure';
    this.exitCode = exitCode;
    this.details = options.details ?? [];
  }
}

/** One line for people on standard error, whatever it is made of. */
export function say(line: string, details: readonly string[] = []): void {
  const lines = [`wsdissect: ${line}`, ...details];
  writeErrors(lines.map((each) => `${escapeText(each)}\n`).join(''));
}

/** What a capture is called in messages. */
export function captureName(files: readonly string[]): string {
  if (files.length > 1) return `${files.length} files`;
  return files[0] === '-' ? 'standard input' : files[0];
}

/** What to do where an error does not say it. */
const CAPTURE_ADVICE = 'name a capture as tcpdump -w FILE or dumpcap write it';
export const PATH_ADVICE = 'check its name';

/** The errors of `src/capture/` by kind: an unreadable file is wrong usage, everything else is the input's fault. */
export function captureFailure(files: readonly string[], error: CaptureError): Failure {
  const unreadable = error.kind === 'unreadable';
  const advice = unreadable ? readingRemedy(rootOf(error), PATH_ADVICE) : CAPTURE_ADVICE;
  const message = error.message.includes('; ') ? error.message : `${error.message}; ${advice}`;
  return new Failure(
    `${captureName(error.file === null ? files : [error.file])}: ${message}`,
    unreadable ? USAGE : DAMAGED,
    { cause: error },
  );
}

/** What an error came of at first. */
function rootOf(error: Error): Error {
  return error.cause instanceof Error ? rootOf(error.cause) : error;
}

/** Errors of the layers below that are a user's, by name (their modules are not always loaded), and what stands before. */
const ERROR_NAMES: Readonly<Record<string, string>> = {
  PatternError: '--grep ',
  ConditionError: '--where ',
  DocumentError: '',
  TcpdumpError: '',
  MissingPortError: '',
  CaptureWriteError: '',
  ReplayError: '',
  ScenarioError: '',
};

/** What is told of whatever ended a command. */
export interface ToldFailure {
  line: string;
  details: readonly string[];
  exitCode: number;
}

/** Tells of whatever ended a command; returns the exit code. */
export function report(error: unknown): number {
  // What a command found out by then still holds.
  if (isClosedPipe(error)) return Number(process.exitCode ?? FINE);
  if (process.env.DEBUG?.split(/[\s,]+/).includes('wsdissect') && error instanceof Error) {
    writeErrors(`${loadBuiltin('node:util').inspect(error)}\n`);
  }
  const { line, details, exitCode } = failureOf(error);
  say(line, details);
  return exitCode;
}

export function failureOf(error: unknown): ToldFailure {
  const told = (line: string, exitCode = USAGE, details: readonly string[] = []) => ({ line, exitCode, details });
  if (error instanceof ReadingEnded) {
    return told('interrupted; nothing is shown, as a part of a capture would mislead', interruptedExitCode());
  }
  if (error instanceof Failure) return told(error.message, error.exitCode, error.details);
  const name = error instanceof Error ? error.name : '';
  const message = firstLine(error);
  const option = ERROR_NAMES[name];
  if (option !== undefined) return told(`${option}${message}`);
  if (error instanceof Error && 'syscall' in error) {
    if (!('path' in error)) return told(`${message}; the output could not be written`);
    // Of our own files, too, which are only read.
    const what = isOfTooManyFiles(error) ? 'opened' : 'written';
    return told(`${error.path}: cannot be ${what}: ${writingReason(error)}; ${writingRemedy(error)}`);
  }
  return told(`defect in wsdissect: ${message}; ${ISSUES}`);
}

/** Whoever read our output, or the capture that we wrote, has seen enough (`| head`). */
export function isClosedPipe(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return (
    ('code' in error && error.code === 'EPIPE') || (error.name === 'CaptureWriteError' && isClosedPipe(error.cause))
  );
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n', 1)[0];
}
