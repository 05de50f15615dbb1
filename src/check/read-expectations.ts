// Reads a file of expectations, for the command line and for tests.

import { readDocumentText } from '../codec/read-text-file.ts';
import { type ExpectationsFile, parseExpectations } from './expectations-file.ts';

/** @throws {DocumentError} where it cannot be read, or is none */
export async function readExpectations(file: string): Promise<{ expectations: ExpectationsFile; text: string }> {
  const text = await readDocumentText(file, 'the expectations');
  return { expectations: await parseExpectations(file, text), text };
}
