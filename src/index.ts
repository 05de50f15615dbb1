// The library's face: what `import … from 'wsdissect'` gives. Everything else may change without notice.

export { CaptureError, type CaptureErrorKind } from './capture/capture-error.ts';
export type { DecodeFailure, PayloadCodec } from './codec/codec.ts';
export {
  DocumentError,
  loadRegistry,
  OctetWriter,
  type Place,
  ProtobufCodec,
  type Registry,
  type RegistryOptions,
  registryFromOptions,
} from './codec/index.ts';
export { type DissectOptions, type DissectSyncOptions, dissect, dissectSync } from './dissect/dissect.ts';
export type { DissectionLimits } from './dissect/dissector.ts';
export type * from './dissect/events.ts';
export type { PayloadOption } from './dissect/payload-option.ts';
export type { CaptureSource } from './dissect/run.ts';
export type { GapReason } from './tcp/connection.ts';
export { version } from './version.ts';
