// The directory into which payloads are extracted. Never writes over what is there unless told so; knows nothing of
// messages.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FileSink } from '../output/extract.ts';
import { writingReason } from '../system-reason.ts';
import { USAGE } from './exit-codes.ts';
import { Failure } from './failure.ts';
import { makeDirectory } from './made-directory.ts';

export interface PayloadDirectoryOptions {
  /** Write over files of the same name. */
  force: boolean;
  /** Which of a message's files are wanted, by the end of their names. */
  wanted: (name: string) => boolean;
}

export class PayloadDirectory implements FileSink {
  readonly path: string;
  readonly #options: PayloadDirectoryOptions;
  /** Files written. */
  files = 0;

  /** @throws {Failure} where it cannot be made */
  constructor(path: string, options: PayloadDirectoryOptions) {
    this.path = path;
    this.#options = options;
    try {
      makeDirectory(path);
    } catch (cause) {
      const reason = reasonFor(cause);
      throw new Failure(`${path}: ${reason}; name another directory with -o`, USAGE, { cause });
    }
  }

  write(name: string, octets: Uint8Array): void {
    if (!this.#options.wanted(name)) return;
    const path = join(this.path, name);
    try {
      // `wx` creates or fails, and follows no link that somebody laid there.
      writeFileSync(path, octets, { flag: this.#options.force ? 'w' : 'wx' });
    } catch (cause) {
      const advice = isThere(cause)
        ? 'it is there already; name another directory, or give --force'
        : writingReason(cause);
      throw new Failure(`${path}: ${advice}`, USAGE, { cause });
    }
    this.files++;
  }
}

/** Those above it are made too, so what is not there is no directory of files. */
function reasonFor(cause: unknown): string {
  if (isThere(cause)) return 'it is no directory';
  const { code } = Object(cause) as NodeJS.ErrnoException;
  return code === 'ENOENT' ? 'no directory can be made there' : writingReason(cause);
}

function isThere(cause: unknown): boolean {
  return cause instanceof Error && 'code' in cause && cause.code === 'EEXIST';
}
