// What the layers below ask of a codec. A codec is given a payload and says what it means; it knows nothing of where the
// payload came from.

import type { ExplainedPart } from './explanation.ts';
import type { OctetWriter } from './octet-writer.ts';

/** Why payloads are not decoded, in the words of the article's protocol (docs/registry.md); `ErrProtobuf` is of a broken body. */
export const DECODE_FAILURES = ['ErrMsgShort', 'ErrNotRegister', 'ErrProtobuf'] as const;

/** Why a payload could not be decoded. */
export interface DecodeFailure {
  code: (typeof DECODE_FAILURES)[number];
  /** One sentence with the offending id, offset or field. */
  message: string;
}

export interface PayloadCodec {
  /**
   * Writes `{"id":1,"type":"pb.Ping","value":{…}}` for `octets[start, end)` and returns null; on failure the writer's
   * position is as before and the failure is returned.
   */
  write(octets: Uint8Array, start: number, end: number, writer: OctetWriter): DecodeFailure | null;
  /** The type's name by the id alone, without decoding the body; null where it has none. */
  typeOf(octets: Uint8Array, start: number, end: number): string | null;
  /** All names that `typeOf` may give, by which the command line checks `--type`; without it, any name may be asked for. */
  typeNames?(): string[];
  /** What each octet of a payload is, for `walkthrough`; without it, or where none is given, they stand for themselves. */
  explain?(payload: Uint8Array): ExplainedPart[];
}
