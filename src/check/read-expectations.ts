// Reads a file of expectations, for the command line and for tests.

import { DocumentError } from '../codec/document-error.ts';
import { readTextFile } from '../codec/read-text-file.ts';
import { readingReason, readingRemedy } from '../system-reason.ts';
import { type ExpectationsFile, parseExpectations } from './expectations-file.ts';

/** @throws {DocumentError} where it cannot be read, or is none */
export async function readExpectations(file: string): Promise<{ expectations: ExpectationsFile; text: string }> {
  const text = await readTextFile(file).catch((error) => {
    const what = `the expectations cannot be read: ${readingReason(error)}`;
    throw new DocumentError({ file }, what, readingRemedy(error, 'check its path'), error);
  });
  return { expectations: await parseExpectations(file, text), text };
}
