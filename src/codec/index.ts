// The folder's face, to be read first: a registry says which id has which protobuf type, load-codec makes a codec of it, and
// codec.ts says what a codec may be asked. A message goes id → message-table → wire-reader → protobuf-json → octet-writer; one
// whose fields come out of order passes through wire-order before. No file here knows where a payload came from.

export type { DecodeFailure, PayloadCodec } from './codec.ts';
export { DocumentError, type Place } from './document-error.ts';
export { EncodeError } from './encode-error.ts';
export { loadCodec } from './load-codec.ts';
export { OctetWriter } from './octet-writer.ts';
export { ProtobufCodec } from './protobuf-codec.ts';
export type { Registry } from './registry.ts';
export { loadRegistry, type RegistryOptions, registryFromOptions } from './registry-file.ts';
