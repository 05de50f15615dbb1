// Where the octets of a capture go: a file on disk, or whatever else takes octets. Knows nothing of formats.

import { closeSync, constants, fstatSync, ftruncateSync, openSync, writeSync } from 'node:fs';

export interface CaptureOutput {
  /** For error messages. */
  readonly name: string;
  /** Whether what is there already is lost with the first octet. */
  readonly writesOver?: boolean;
  /** Takes all octets before it returns. @throws the system's error */
  write(octets: Uint8Array): void;
  close(): void;
}

/**
 * A file, written over where it is there already, as tcpdump does, but with the first octet only.
 *
 * @throws the system's error where it cannot be opened
 */
export function fileOutput(path: string): CaptureOutput {
  const file = openSync(path, constants.O_WRONLY | constants.O_CREAT);
  const writesOver = fstatSync(file).size > 0;
  let isBegun = !writesOver;
  return {
    name: path,
    writesOver,
    write: (octets) => {
      if (!isBegun) ftruncateSync(file);
      isBegun = true;
      for (let at = 0; at < octets.length; ) at += writeSync(file, octets, at);
    },
    close: () => closeSync(file),
  };
}
