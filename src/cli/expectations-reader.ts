// Reads a file of expectations, and finds the codec that goes with it: the one that options ask for, else the registry that
// the file names, else that of the working directory.

import { readFile } from 'node:fs/promises';
import { dirname, isAbsolute, join } from 'node:path';
import { type ExpectationsFile, parseExpectations } from '../check/expectations-file.ts';
import type { PayloadCodec } from '../codec/codec.ts';
import { readingReason } from '../system-reason.ts';
import { Failure } from './failure.ts';
import { codecOf, type RegistryOptions } from './registry-options.ts';

/**
 * @throws {Failure} where the file cannot be read
 * @throws {DocumentError} where it is none
 */
export async function readExpectations(file: string): Promise<{ expectations: ExpectationsFile; text: string }> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    throw new Failure(`${file}: the expectations cannot be read: ${readingReason(error)}; check its path`);
  }
  return { expectations: await parseExpectations(file, text), text };
}

/** @throws {DocumentError} */
export async function codecFor(expectations: ExpectationsFile, options: RegistryOptions): Promise<PayloadCodec | null> {
  const { registry, proto, id, idBytes, byteOrder } = options;
  const spelledOut = [registry, proto, id, idBytes, byteOrder].some((option) => option !== undefined);
  if (spelledOut || expectations.registry === null) return codecOf(options);
  const named = expectations.registry;
  return codecOf({ registry: isAbsolute(named) ? named : join(dirname(expectations.file), named) });
}
