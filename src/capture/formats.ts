// Which parser reads a capture, by its first octets: one line a format, compressions among them. A file that no line
// recognises is named by magic.ts.

import { CaptureError } from './capture-error.ts';
import type { CaptureParser, ParserOptions } from './capture-parser.ts';
import { CompressedParser } from './compressed-parser.ts';
import type { Decompressor } from './decompressor.ts';
import { beginsLikeGzip, GzipDecompressor } from './gzip.ts';
import { unrecognised } from './magic.ts';
import { PcapParser } from './pcap.ts';
import { beginsLikePcap } from './pcap-header.ts';
import { beginsLikePcapng, PcapngParser } from './pcapng.ts';
import { beginsLikeZstd, ZstdDecompressor } from './zstd/index.ts';

interface CaptureFormat {
  /** What the parser's `CaptureDescription` calls it; a compression has none, as the capture inside has its own. */
  name: string | null;
  /** Whether the octets at hand, perhaps fewer than the format's magic has, can be the beginning of it. */
  recognises(octets: Uint8Array, start: number, end: number): boolean;
  parser(options: ParserOptions): CaptureParser;
}

const FORMATS: readonly CaptureFormat[] = [
  { name: 'pcap', recognises: beginsLikePcap, parser: (options) => new PcapParser(options) },
  { name: 'pcapng', recognises: beginsLikePcapng, parser: (options) => new PcapngParser(options) },
  { name: null, recognises: beginsLikeGzip, parser: (options) => compressed(new GzipDecompressor(), options) },
  { name: null, recognises: beginsLikeZstd, parser: (options) => compressed(new ZstdDecompressor(), options) },
];

/** Names of the formats, as events have them. */
export const FORMAT_NAMES: readonly string[] = FORMATS.flatMap(({ name }) => name ?? []);

/** Octets from which a format can be told; fewer only where the capture has no more. */
export const RECOGNITION_LENGTH = 24;

/** Compressions one in the other that are undone: there are files that decompress to themselves. */
const COMPRESSIONS = 3;

function compressed(decompressor: Decompressor, options: ParserOptions): CaptureParser {
  const compressions = (options.compressions ?? 0) + 1;
  if (compressions > COMPRESSIONS) {
    throw new CaptureError('format', `it is compressed more than ${COMPRESSIONS} times over; decompress it first`);
  }
  return new CompressedParser(decompressor, parserFor, RECOGNITION_LENGTH, { ...options, compressions });
}

/** @throws {CaptureError} `format`, naming what it is instead. */
export function parserFor(octets: Uint8Array, start: number, end: number, options: ParserOptions): CaptureParser {
  // Where there is nothing at all, the parser of the first format says so.
  for (const format of FORMATS) {
    if (format.recognises(octets, start, end)) return format.parser(options);
  }
  throw unrecognised(octets, start, end);
}
