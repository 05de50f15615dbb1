// Where the octets of a capture go: a file on disk, or whatever else takes octets. Knows nothing of formats.

import { closeSync, openSync, writeSync } from 'node:fs';

export interface CaptureOutput {
  /** For error messages. */
  readonly name: string;
  /** Takes all octets before it returns. @throws the system's error */
  write(octets: Uint8Array): void;
  close(): void;
}

/**
 * A file, written over where it is there already, as tcpdump does.
 *
 * @throws the system's error where it cannot be opened
 */
export function fileOutput(path: string): CaptureOutput {
  const file = openSync(path, 'w');
  return {
    name: path,
    write: (octets) => {
      for (let at = 0; at < octets.length; ) at += writeSync(file, octets, at);
    },
    close: () => closeSync(file),
  };
}
