// Where the messages of `connect` come from when nobody types them: options, a file, standard input, or a Ping that counts.
// Knows no connections; a fault in a line is told with its place.

import { createReadStream } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import type { MessageProtocol } from '../endpoint/index.ts';
import { readingReason, readingRemedy } from '../system-reason.ts';
import { boundedLines } from './bounded-lines.ts';
import { captureName, Failure, PATH_ADVICE } from './failure.ts';
import { readOnceOf, STREAM_NAME } from './input.ts';
import { NotationError, type OutgoingMessage, type PromptLine, parseJsonLine, parseLine } from './outgoing-message.ts';

export interface SourceOptions {
  send?: OutgoingMessage[];
  file?: string;
  /** Seconds. */
  interval?: number;
  count?: number;
}

/** A message, and where it was written, for whoever finds that it fits no type. */
export interface SourcedMessage {
  message: PromptLine;
  /** `messages.ndjson:3`, `--send`. */
  place: string;
  /** It was said before, and is said again until somebody ends it, so that nothing lacks where it is not. */
  isEncore?: boolean;
}

/** Whether the options say what to send; if not, somebody types it. */
export function saysWhatToSend({ send, file, interval, count }: SourceOptions): boolean {
  return send !== undefined || file !== undefined || interval !== undefined || count !== undefined;
}

/** Whether somebody else may still be writing what is to be sent, so that the next message may never come. */
export async function isWrittenMeanwhile(options: SourceOptions): Promise<boolean> {
  if (options.file === undefined) return !saysWhatToSend(options);
  return (await readOnceOf([options.file])) !== null;
}

/**
 * The messages that the options ask for, at their times. Once `ended` the next is there without waiting, so that whoever takes them
 * knows of it.
 *
 * @throws {Failure} where a line is no message, or the file cannot be read
 */
export async function* outgoingMessages(
  options: SourceOptions,
  protocol: MessageProtocol,
  ended: AbortSignal,
): AsyncGenerator<SourcedMessage> {
  const { send = [], file, interval } = options;
  const fixed = send.map((message) => ({ message, place: '--send' }));
  const rounds = options.count ?? (interval === undefined ? 1 : Number.POSITIVE_INFINITY);
  let count = 0;
  for (let round = 1; round <= rounds; round++) {
    const before = count;
    for await (const sourced of oneRound(fixed, file, protocol, round)) {
      if (count++ > 0 && interval !== undefined) await pause(interval * 1000, ended);
      yield { ...sourced, isEncore: round > 1 && rounds === Number.POSITIVE_INFINITY };
    }
    // A pipe says nothing again, nor does an empty file.
    if (count === before) return;
  }
}

async function* oneRound(
  fixed: readonly SourcedMessage[],
  file: string | undefined,
  protocol: MessageProtocol,
  round: number,
): AsyncGenerator<SourcedMessage> {
  yield* fixed;
  if (file !== undefined) yield* linesOf(file, parseJsonLine);
  else if (fixed.length === 0) yield { message: countingPing(protocol, round), place: '--interval' };
}

/** Lines of standard input, as they would be typed at the prompt. */
export function typedLines(): AsyncGenerator<SourcedMessage> {
  return linesOf(STREAM_NAME, parseLine);
}

async function* linesOf(file: string, parse: (line: string) => PromptLine): AsyncGenerator<SourcedMessage> {
  const name = captureName([file]);
  let number = 0;
  try {
    const input = file === STREAM_NAME ? process.stdin : createReadStream(file);
    for await (const line of boundedLines(input.setEncoding('utf8'), name)) {
      number++;
      if (line.trim() === '' || line.startsWith('#')) continue;
      const place = `${name}:${number}`;
      yield { message: parsed(line, parse, place), place };
    }
  } catch (cause) {
    if (!(cause instanceof Error && 'syscall' in cause)) throw cause;
    throw new Failure(`${name}: ${readingReason(cause)}; ${readingRemedy(cause, PATH_ADVICE)}`, undefined, { cause });
  }
}

function parsed(line: string, parse: (line: string) => PromptLine, place: string): PromptLine {
  try {
    return parse(line);
  } catch (error) {
    if (error instanceof NotationError) throw new Failure(`${place}: ${error.message}`);
    throw error;
  }
}

/** `pb.Ping` as the article's client sends it; its number counts where it has one. */
function countingPing(protocol: MessageProtocol, number: number): OutgoingMessage {
  const names = [...protocol.types.values()];
  const type = names.find((name) => name === 'pb.Ping') ?? names.find((name) => /(^|\.)Ping$/.test(name));
  if (type === undefined) throw new Failure(`none of ${names.join(', ')} is a Ping; say what to send with --send`);
  return { kind: 'typed', type, value: protocol.fieldsOf(type).includes('seq') ? { seq: number } : {} };
}

async function pause(milliseconds: number, ended: AbortSignal): Promise<void> {
  try {
    await wait(milliseconds, undefined, { signal: ended });
  } catch (error) {
    if (!ended.aborted) throw error;
  }
}
