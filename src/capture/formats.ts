// Which parser reads a capture, by its first octets: one line a format. A file that no line recognises is named by
// magic.ts.

import type { CaptureParser, ParserOptions } from './capture-parser.ts';
import { unrecognised } from './magic.ts';
import { PcapParser } from './pcap.ts';
import { beginsLikePcap } from './pcap-header.ts';
import { beginsLikePcapng, PcapngParser } from './pcapng.ts';

interface CaptureFormat {
  /** Whether the octets at hand, perhaps fewer than the format's magic has, can be the beginning of it. */
  recognises(octets: Uint8Array, start: number, end: number): boolean;
  parser(options: ParserOptions): CaptureParser;
}

const FORMATS: readonly CaptureFormat[] = [
  { recognises: beginsLikePcap, parser: (options) => new PcapParser(options) },
  { recognises: beginsLikePcapng, parser: (options) => new PcapngParser(options) },
];

/** Octets from which a format can be told; fewer only where the capture has no more. */
export const RECOGNITION_LENGTH = 24;

/** @throws {CaptureError} `format`, naming what it is instead. */
export function parserFor(octets: Uint8Array, start: number, end: number, options: ParserOptions): CaptureParser {
  for (const format of FORMATS) {
    if (format.recognises(octets, start, end)) return format.parser(options);
  }
  throw unrecognised(octets, start, end);
}
