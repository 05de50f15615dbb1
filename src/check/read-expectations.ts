// Reads a file of expectations, for the command line and for tests.

import { readDocumentText } from '../codec/read-text-file.ts';
import { type ExpectationsFile, parseExpectations } from './expectations-file.ts';

/**
 * @param given what the file says, where that was read already
 * @throws {DocumentError} where it cannot be read, or is none
 */
export async function readExpectations(
  file: string,
  given?: string,
): Promise<{ expectations: ExpectationsFile; text: string }> {
  const text = given ?? (await readDocumentText(file, 'the expectations'));
  return { expectations: await parseExpectations(file, text), text };
}
