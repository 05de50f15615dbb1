// Makes the codec that a registry asks for, which is the one place where a codec is chosen. Whoever has a payload to decode
// knows it as a PayloadCodec alone.

import type { PayloadCodec } from './codec.ts';
import { ProtobufCodec } from './protobuf-codec.ts';
import { type RegistryOptions, registryOf } from './registry-file.ts';

/**
 * @param source path of a registry file, or what the command line says instead
 * @throws {DocumentError} in one line, with its place
 */
export async function loadCodec(source: string | RegistryOptions): Promise<PayloadCodec> {
  return new ProtobufCodec(await registryOf(source));
}
