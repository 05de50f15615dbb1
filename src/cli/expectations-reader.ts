// Finds the codec that goes with a file of expectations: the one that options ask for, else the registry that the file names,
// else that of the working directory.

import type { ExpectationsFile } from '../check/expectations-file.ts';
import { codecNamed, registryPath } from '../check/named-registry.ts';
import type { PayloadCodec } from '../codec/codec.ts';
import { codecOf, DEFAULT_REGISTRY, type RegistryOptions } from './registry-options.ts';

/** @throws {DocumentError} */
export async function codecFor(expectations: ExpectationsFile, options: RegistryOptions): Promise<PayloadCodec | null> {
  const { file, registry } = expectations;
  return registry === null || saysTypes(options) ? codecOf(options) : codecNamed(file, registry);
}

/** The files that say what payloads are, but for those that they import. */
export function typeFilesOf({ file, registry }: ExpectationsFile, options: RegistryOptions): string[] {
  const named = registry === null || saysTypes(options) ? null : registryPath(file, registry);
  return [named ?? options.registry ?? DEFAULT_REGISTRY, ...(options.proto ?? [])];
}

/** Whether any option says something of payloads: then what the file names does not count. */
function saysTypes({ registry, proto, id, idBytes, byteOrder }: RegistryOptions): boolean {
  return [registry, proto, id, idBytes, byteOrder].some((option) => option !== undefined);
}
