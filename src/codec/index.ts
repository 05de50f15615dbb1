// The folder's face, to be read first: a registry says which id has which protobuf type, a codec turns payloads into JSON
// octets by it. A message goes id → message-table → wire-reader → protobuf-json → octet-writer; one whose fields come out
// of order passes through wire-order before. No file here knows where a payload came from.

export type { DecodeFailure, PayloadCodec } from './codec.ts';
export { DocumentError, type Place } from './document-error.ts';
export { EncodeError } from './encode-error.ts';
export { OctetWriter } from './octet-writer.ts';
export { ProtobufCodec } from './protobuf-codec.ts';
export { type ExplainedField, explainFields, type FieldPart } from './protobuf-fields.ts';
export type { Registry } from './registry.ts';
export { loadRegistry, type RegistryOptions, registryFromOptions } from './registry-file.ts';
