// What the layers below ask of a codec. A codec is given a payload and says what it means; it knows nothing of where the
// payload came from.

import type { OctetWriter } from './octet-writer.ts';

/** Why a payload could not be decoded, in the words of the article's protocol (docs/registry.md). */
export interface DecodeFailure {
  /** `ErrMsgShort`, `ErrNotRegister`, or `ErrProtobuf` for a broken body. */
  code: 'ErrMsgShort' | 'ErrNotRegister' | 'ErrProtobuf';
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
}
