// What the parser of every capture format looks like to the readers that bring it octets, and what those readers may
// be told. It knows neither formats nor files.

import type { CaptureAnnex, CaptureDescription, PacketSink } from './packet.ts';

/** Takes a capture: first what it says of itself, then its packets. */
export interface CaptureSink extends PacketSink {
  onStart(description: CaptureDescription): void;
  /** At any time, also before `onStart`. */
  onAnnex?(annex: CaptureAnnex): void;
}

export interface CaptureParser {
  /** Octets, counted from the first one not consumed, without which `feed` cannot go on. */
  readonly wanted: number;
  /**
   * Whether `feed` stopped before it was through with what it was given, as what is compressed grows: it is called again with
   * what it did not consume, be it nothing, before there is more.
   */
  readonly hasMore?: boolean;
  /**
   * Parses what is whole in `buffer[start, end)` where it lies and returns how many octets that was. The caller gives
   * the rest again, with more behind it.
   *
   * @throws {CaptureError} `format` or `damaged`; the parser is of no use afterwards.
   */
  feed(buffer: Uint8Array, start: number, end: number, sink: CaptureSink): number;
  /**
   * Told at the end of the octets, with the number of those that `feed` did not consume.
   *
   * @throws {CaptureError} `cut`, where the capture ends inside a header or record.
   */
  finish(octetsLeft: number, sink: CaptureSink): void;
  /** Null until `onStart` was called. */
  description(): CaptureDescription | null;
}

/** What a parser that was told of the end says of the capture; there is something even of an empty source. */
export function finalDescription(parser: Pick<CaptureParser, 'description'>): CaptureDescription {
  const description = parser.description();
  if (description === null) throw new Error('a finished parser has no description');
  return description;
}

export interface ParserOptions {
  /** Longest record that is believed, in octets; default 16 MiB. */
  recordLimit?: number | undefined;
  /** Compressions around the octets that are undone already. */
  compressions?: number | undefined;
}

export interface ReadOptions extends ParserOptions {
  /** Ends the reading between two blocks; its reason is thrown. */
  signal?: AbortSignal | undefined;
  /** Asked between two blocks; reading goes on when its promise is fulfilled. This is the consumer's back-pressure. */
  pause?: (() => Promise<void> | undefined) | undefined;
  /** Told how many octets more of the source were read; of a compressed one, those that it has. Negative where some of a
   * set are going to be read again. */
  onRead?: ((octets: number) => void) | undefined;
}
