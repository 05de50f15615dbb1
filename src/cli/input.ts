// Which capture a command reads: the files that were named, those that a pattern fits, or standard input.

import { existsSync } from 'node:fs';
import type { CaptureSource } from '../dissect/run.ts';
import { readingReason } from '../system-reason.ts';
import { Failure } from './failure.ts';
import { isTerminal } from './standard-streams.ts';

/** Named so, a file is the standard stream: input where it is read, output where it is written. */
export const STREAM_NAME = '-';

/** What a shell would have taken for a pattern. */
const PATTERN = /[*?[{]/;

/**
 * The captures to read, each once; null where nothing was named and nothing is piped in, so that help is what is wanted.
 *
 * @throws {Failure} where a pattern fits no file
 */
export async function inputOf(words: readonly string[]): Promise<string[] | null> {
  if (words.length === 0) return isTerminal(0) ? null : [STREAM_NAME];
  const files: string[] = [];
  for (const word of words) {
    if (word === STREAM_NAME && isTerminal(0)) {
      throw new Failure('standard input is a terminal; name a file, or pipe a capture in: tcpdump -w - | wsdissect -');
    }
    if (PATTERN.test(word) && !existsSync(word)) files.push(...(await filesOf(word)));
    else files.push(word);
  }
  return [...new Set(files)];
}

/**
 * What standard input says, which can be asked for once.
 *
 * @param what it is to the user: `the expectations`
 * @throws {Failure} where it cannot be read
 */
export async function standardInputText(what: string): Promise<string> {
  if (isTerminal(0)) throw new Failure(`standard input is a terminal; name a file, or pipe ${what} in`);
  let text = '';
  try {
    for await (const piece of process.stdin.setEncoding('utf8')) text += piece;
  } catch (cause) {
    throw new Failure(`standard input: ${what} cannot be read: ${readingReason(cause)}`, undefined, { cause });
  }
  return text;
}

async function filesOf(pattern: string): Promise<string[]> {
  const { glob } = await import('tinyglobby');
  const found = await glob(pattern, { expandDirectories: false, caseSensitiveMatch: true });
  if (found.length === 0) throw new Failure(`${pattern}: no file fits the pattern; check it with: ls ${pattern}`);
  return found.sort();
}

/** What the dissector is to read. */
export function sourceOf(files: readonly string[]): CaptureSource {
  const sources = files.map((file) => (file === STREAM_NAME ? process.stdin : file));
  return sources.length === 1 ? sources[0] : sources;
}

/** The first capture that can be read only once, as it is a pipe or another device; null where all can be read again. */
export async function readOnceOf(files: readonly string[]): Promise<string | null> {
  const { isPathReadOnce } = await import('../capture/index.ts');
  return files.find((file) => file === STREAM_NAME || isPathReadOnce(file)) ?? null;
}
