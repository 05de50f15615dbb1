// Reads a file of text, and waits for a slow one without blocking others, as `node:fs/promises` does: that takes 2 ms to load.
// Knows no formats.

import { readFile } from 'node:fs';
import { promisify } from 'node:util';
import { readingReason, readingRemedy } from '../system-reason.ts';
import { DocumentError } from './document-error.ts';

const read = promisify(readFile);

/** @throws the error of the system */
export function readTextFile(path: string): Promise<string> {
  return read(path, 'utf8');
}

/**
 * The same of a file that a user wrote.
 *
 * @param what the file is to the user: `the registry`
 * @throws {DocumentError} where it cannot be read
 */
export async function readDocumentText(path: string, what: string): Promise<string> {
  try {
    return await readTextFile(path);
  } catch (error) {
    const reason = readingReason(error);
    const whatToDo = readingRemedy(error, 'check its path');
    throw new DocumentError({ file: path }, `${what} cannot be read: ${reason}`, whatToDo, error);
  }
}
