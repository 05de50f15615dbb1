// Finds the codec that goes with a file of expectations: the one that options ask for, else the registry that the file names,
// else that of the working directory.

import { dirname, isAbsolute, join } from 'node:path';
import type { ExpectationsFile } from '../check/expectations-file.ts';
import type { PayloadCodec } from '../codec/codec.ts';
import { codecOf, DEFAULT_REGISTRY, type RegistryOptions } from './registry-options.ts';

/** @throws {DocumentError} */
export async function codecFor(expectations: ExpectationsFile, options: RegistryOptions): Promise<PayloadCodec | null> {
  const registry = namedRegistry(expectations, options);
  return codecOf(registry === null ? options : { registry });
}

/** The files that say what payloads are, but for those that they import. */
export function typeFilesOf(expectations: ExpectationsFile, options: RegistryOptions): string[] {
  const registry = namedRegistry(expectations, options) ?? options.registry ?? DEFAULT_REGISTRY;
  return [registry, ...(options.proto ?? [])];
}

/** The registry that the file names, where no option says anything of payloads. */
function namedRegistry({ file, registry: named }: ExpectationsFile, options: RegistryOptions): string | null {
  const { registry, proto, id, idBytes, byteOrder } = options;
  const spelledOut = [registry, proto, id, idBytes, byteOrder].some((option) => option !== undefined);
  if (spelledOut || named === null) return null;
  return isAbsolute(named) ? named : join(dirname(file), named);
}
