// Makes a directory, with those above it, as Node's own `recursive` does. That one tries without end where the system says of a
// directory that is there that it is not, as /proc does. Knows nothing of what it is for.

import { existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/** @throws {NodeJS.ErrnoException} of the first that cannot be made: EEXIST where it is no directory */
export function makeDirectory(path: string): void {
  const above = dirname(path);
  if (above !== path && !existsSync(above)) makeDirectory(above);
  try {
    mkdirSync(path);
  } catch (error) {
    if (!isDirectory(path)) throw error;
  }
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
