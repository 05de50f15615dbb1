// Lets the npm package `pcap-parser` parse classic pcap from a stream, and sees to what it does not: limits, the
// nanosecond magic, a cut at the end. Knows nothing of where the octets come from.

import { EventEmitter } from 'node:events';
import type { PacketHeader } from 'pcap-parser';
import type { CaptureSink, ParserOptions } from './capture-parser.ts';
import { type CaptureDescription, PacketView } from './packet.ts';
import { setTime } from './packet-time.ts';
import {
  describePcap,
  FILE_HEADER_LENGTH,
  isFileHeader,
  MAGIC_MICROSECONDS,
  type PcapHeader,
  RECORD_HEADER_LENGTH,
} from './pcap-header.ts';
import { anotherFileHeader, DEFAULT_RECORD_LIMIT, recordCut, recordTooLong } from './pcap-record.ts';

/** The package wants a stream; it is given the octets when we have them, and asks for nothing. */
class OctetTap extends EventEmitter {
  pause(): void {}
  resume(): void {}
}

/** The package knows the microsecond magic and version 2.4 only; what differs was understood from the header before. */
function headerForPackage(header: PcapHeader): Buffer {
  const octets = Buffer.alloc(FILE_HEADER_LENGTH);
  if (header.littleEndian) {
    octets.writeUInt32LE(MAGIC_MICROSECONDS, 0);
    octets.writeUInt16LE(2, 4);
    octets.writeUInt16LE(4, 6);
  } else {
    octets.writeUInt32BE(MAGIC_MICROSECONDS, 0);
    octets.writeUInt16BE(2, 4);
    octets.writeUInt16BE(4, 6);
  }
  return octets;
}

/**
 * The modified format cannot go through the package, which takes every record header for 16 octets; nor can versions
 * up to 2.3, whose two lengths are or may be swapped: it would read past a packet that the snaplen cut.
 */
export function suitsPackage(header: PcapHeader): boolean {
  return header.recordHeaderLength === RECORD_HEADER_LENGTH && header.lengthsSwapped === 'no';
}

export class PackageParser {
  /** Length of the record that is being read, its header included, as far as it is known. */
  #recordLength = RECORD_HEADER_LENGTH;
  /** Octets pushed, and where the record that is being read begins. Both count from the beginning of the capture. */
  #pushed = FILE_HEADER_LENGTH;
  #offset = FILE_HEADER_LENGTH;
  readonly #packet = new PacketView();
  readonly #tap = new OctetTap();
  readonly #header: PcapHeader;
  readonly #sink: CaptureSink;
  readonly #recordLimit: number;

  private constructor(header: PcapHeader, sink: CaptureSink, options: ParserOptions) {
    this.#header = header;
    this.#sink = sink;
    this.#recordLimit = options.recordLimit ?? DEFAULT_RECORD_LIMIT;
    this.#packet.linkType = header.linkType;
    this.#packet.fcsLength = header.fcsLength;
  }

  /** The octets pushed from now on are those after the file header. */
  static async open(header: PcapHeader, sink: CaptureSink, options: ParserOptions): Promise<PackageParser> {
    // Loaded here: it uses `new Buffer`, of which Node warns where it is bundled, and few captures come by stream.
    const { parse } = await import('pcap-parser');
    const parser = new PackageParser(header, sink, options);
    const emitter = parse(parser.#tap);
    emitter.on('packetHeader', (packetHeader) => parser.#onPacketHeader(packetHeader));
    emitter.on('packetData', (data) => parser.#onPacketData(data));
    sink.onStart(describePcap(header));
    parser.#tap.emit('data', headerForPackage(header));
    return parser;
  }

  description(): CaptureDescription {
    return describePcap(this.#header);
  }

  /** More octets than this must be pushed for anything to come of it. */
  get wanted(): number {
    return this.#recordLength - (this.#pushed - this.#offset);
  }

  /**
   * The octets are copied by the package before this returns.
   *
   * @throws {CaptureError} `damaged`, and whatever the sink throws.
   */
  push(octets: Uint8Array): void {
    this.#pushed += octets.length;
    this.#tap.emit('data', Buffer.from(octets.buffer, octets.byteOffset, octets.length));
  }

  /** @throws {CaptureError} `cut` */
  finish(): void {
    const left = this.#pushed - this.#offset;
    if (left > 0) throw recordCut(this.#packet.origin.number + 1, this.#offset, left, this.#recordLength);
  }

  /** Thrown from here, an error leaves the package before it begins to collect the octets of a hostile length. */
  #onPacketHeader(header: PacketHeader): void {
    if (header.capturedLength > this.#recordLimit) {
      throw recordTooLong(this.#packet.origin.number + 1, this.#offset, header.capturedLength, this.#recordLimit);
    }
    const { timestampSeconds, timestampMicroseconds, originalLength } = header;
    if (header.capturedLength === 0 && isFileHeader(timestampSeconds, timestampMicroseconds, originalLength))
      throw anotherFileHeader(this.#packet.origin.number + 1, this.#offset);
    this.#recordLength = RECORD_HEADER_LENGTH + header.capturedLength;
    setTime(this.#packet, timestampSeconds, timestampMicroseconds, this.#header.resolution);
    this.#packet.originalLength = originalLength;
  }

  #onPacketData(data: Buffer): void {
    const packet = this.#packet;
    // One Uint8Array a buffer of the package, not one a packet: its packets are slices of the same memory.
    if (packet.buffer.buffer !== data.buffer) packet.buffer = new Uint8Array(data.buffer);
    packet.start = data.byteOffset;
    packet.end = data.byteOffset + data.length;
    packet.origin.number++;
    this.#offset += this.#recordLength;
    this.#recordLength = RECORD_HEADER_LENGTH;
    this.#sink.onPacket(packet);
  }
}
