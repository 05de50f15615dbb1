// The registry that expectations name: a file, by its path from theirs, or the article's by its word. Knows nothing of what is
// expected.

import { existsSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import type { PayloadCodec } from '../codec/codec.ts';
import { ARTICLE } from '../codec/registry.ts';

/**
 * The path of the registry; null for the article's, which has none. A file of that name goes before the word.
 *
 * @param file which names it; relative to the working directory where it is empty
 */
export function registryPath(file: string, named: string): string | null {
  const path = isAbsolute(named) ? named : join(dirname(file), named);
  return named === ARTICLE && !existsSync(path) ? null : path;
}

/** @throws {DocumentError} where it cannot be read, or is none */
export async function codecNamed(file: string, named: string): Promise<PayloadCodec> {
  const path = registryPath(file, named);
  if (path === null) return (await import('../endpoint/article-protocol.ts')).articleCodec();
  return (await import('../codec/index.ts')).loadCodec(path);
}
