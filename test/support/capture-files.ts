// Which files of a folder are captures: whatever a parser recognises by its first octets, whatever it is called. Knows nothing of what is
// in them.

import { closeSync, openSync, readdirSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { CaptureError } from '../../src/capture/capture-error.ts';
import { parserFor, RECOGNITION_LENGTH } from '../../src/capture/formats.ts';

function isCapture(path: string): boolean {
  const octets = new Uint8Array(RECOGNITION_LENGTH);
  const file = openSync(path, 'r');
  try {
    parserFor(octets, 0, readSync(file, octets), {});
    return true;
  } catch (error) {
    if (error instanceof CaptureError) return false;
    throw error;
  } finally {
    closeSync(file);
  }
}

/** Paths of the captures in a folder and all below it, sorted. */
export function capturesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile() && isCapture(path))
    .sort();
}
