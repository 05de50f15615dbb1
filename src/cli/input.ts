// Which capture a command reads: the one file that was named, or standard input.

import { isatty } from 'node:tty';
import { Failure } from './failure.ts';

export const STANDARD_INPUT = '-';

/**
 * The capture to read; null where nothing was named and nothing is piped in, so that help is what is wanted.
 *
 * @throws {Failure} where several were named
 */
export function inputOf(files: readonly string[]): string | null {
  if (files.length > 1) {
    throw new Failure(`${files.length} files were given; several at once are not read yet, so name one`);
  }
  const [file] = files;
  if (file === undefined) return isatty(0) ? null : STANDARD_INPUT;
  if (file === STANDARD_INPUT && isatty(0)) {
    throw new Failure('standard input is a terminal; name a file, or pipe a capture in: tcpdump -w - | wsdissect -');
  }
  return file;
}
