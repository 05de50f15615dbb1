// Parses classic pcap, in all its variants, from blocks of octets that somebody else brings. Sans-IO: it knows neither
// files nor streams, and of packets only where they lie.

import type { CaptureParser, CaptureSink, ParserOptions } from './capture-parser.ts';
import { type CaptureDescription, PacketView } from './packet.ts';
import { setTime } from './packet-time.ts';
import { decodePcapHeader, describePcap, FILE_HEADER_LENGTH, isFileHeader, type PcapHeader } from './pcap-header.ts';
import { anotherFileHeader, DEFAULT_RECORD_LIMIT, fileHeaderCut, recordCut, recordTooLong } from './pcap-record.ts';

/** Offsets in a record header, draft-ietf-opsawg-pcap §5. */
const SECONDS_AT = 0;
const FRACTION_AT = 4;
const CAPTURED_LENGTH_AT = 8;
const ORIGINAL_LENGTH_AT = 12;

export class PcapParser implements CaptureParser {
  wanted = FILE_HEADER_LENGTH;
  readonly #recordLimit: number;
  readonly #packet = new PacketView();
  #header: PcapHeader | null = null;
  #description: CaptureDescription | null = null;
  /** Octets consumed since the beginning of the file. */
  #offset = 0;

  constructor(options: ParserOptions = {}) {
    this.#recordLimit = options.recordLimit ?? DEFAULT_RECORD_LIMIT;
  }

  description(): CaptureDescription | null {
    return this.#description;
  }

  feed(buffer: Uint8Array, start: number, end: number, sink: CaptureSink): number {
    let position = start;
    if (this.#header === null) {
      if (end - start < FILE_HEADER_LENGTH) return 0;
      this.#header = decodePcapHeader(buffer, start, end);
      this.#description = describePcap(this.#header);
      this.#packet.linkType = this.#header.linkType;
      this.#packet.fcsLength = this.#header.fcsLength;
      sink.onStart(this.#description);
      position += FILE_HEADER_LENGTH;
      this.#offset += FILE_HEADER_LENGTH;
    }
    const recordsEnd = this.#feedRecords(this.#header, buffer, position, end, sink);
    this.#offset += recordsEnd - position;
    return recordsEnd - start;
  }

  /** Returns where the first record that is not whole begins. Hot: one reused view, fields of the header in locals. */
  #feedRecords(header: PcapHeader, buffer: Uint8Array, start: number, end: number, sink: CaptureSink): number {
    const { littleEndian, recordHeaderLength, resolution, lengthsSwapped } = header;
    const capturedAt = lengthsSwapped === 'yes' ? ORIGINAL_LENGTH_AT : CAPTURED_LENGTH_AT;
    const originalAt = lengthsSwapped === 'yes' ? CAPTURED_LENGTH_AT : ORIGINAL_LENGTH_AT;
    const mayBeSwapped = lengthsSwapped === 'where captured is greater';
    const recordLimit = this.#recordLimit;
    const packet = this.#packet;
    // A quarter less time than octet by octet, where one view serves a whole block.
    const view = new DataView(buffer.buffer, buffer.byteOffset, buffer.byteLength);
    packet.buffer = buffer;
    this.wanted = recordHeaderLength;

    let position = start;
    while (end - position >= recordHeaderLength) {
      let capturedLength = view.getUint32(position + capturedAt, littleEndian);
      let originalLength = view.getUint32(position + originalAt, littleEndian);
      if (mayBeSwapped && capturedLength > originalLength)
        [capturedLength, originalLength] = [originalLength, capturedLength];
      if (capturedLength > recordLimit) {
        const offset = this.#offset + position - start;
        throw recordTooLong(packet.origin.number + 1, offset, capturedLength, recordLimit);
      }
      const bodyStart = position + recordHeaderLength;
      const bodyEnd = bodyStart + capturedLength;
      if (bodyEnd > end) {
        this.wanted = recordHeaderLength + capturedLength;
        break;
      }
      const seconds = view.getUint32(position + SECONDS_AT, littleEndian);
      const fraction = view.getUint32(position + FRACTION_AT, littleEndian);
      packet.originalLength = originalLength;
      if (capturedLength === 0 && isFileHeader(seconds, fraction, originalLength))
        throw anotherFileHeader(packet.origin.number + 1, this.#offset + position - start);
      packet.origin.number++;
      setTime(packet, seconds, fraction, resolution);
      packet.start = bodyStart;
      packet.end = bodyEnd;
      sink.onPacket(packet);
      position = bodyEnd;
    }
    return position;
  }

  finish(octetsLeft: number): void {
    if (this.#header === null) throw fileHeaderCut(octetsLeft, this.wanted);
    if (octetsLeft > 0) throw recordCut(this.#packet.origin.number + 1, this.#offset, octetsLeft, this.wanted);
  }
}
