// Parses pcapng (draft-ietf-opsawg-pcapng) from blocks of octets that somebody else brings: sections in either byte
// order, interfaces, packets of all three kinds. Sans-IO; what blocks say beside packets is read by pcapng-annex.ts, and
// blocks of unknown types, custom ones too, are passed over and count as no packets.

import { formatCount } from '../plural.ts';
import { CaptureError } from './capture-error.ts';
import type { CaptureParser, CaptureSink, ParserOptions } from './capture-parser.ts';
import { read16, read32 } from './octet-order.ts';
import { type CaptureAnnex, type CaptureDescription, NO_COMMENTS, PacketView } from './packet.ts';
import { DEFAULT_RECORD_LIMIT, fileHeaderCut } from './pcap-record.ts';
import { readNames, readSecrets, readStatistics } from './pcapng-annex.ts';
import {
  BYTE_ORDER_MAGIC,
  DECRYPTION_SECRETS,
  ENHANCED_PACKET,
  HEAD_LENGTH,
  INTERFACE_DESCRIPTION,
  INTERFACE_STATISTICS,
  KNOWN_VERSION,
  NAME_RESOLUTION,
  OBSOLETE_PACKET,
  PACKET_BODY_LENGTH,
  RECOGNITION_LENGTH,
  SECTION_BODY_LENGTH,
  SECTION_HEADER,
  SIMPLE_PACKET,
  SMALLEST_BLOCK,
  TRAILER_LENGTH,
} from './pcapng-blocks.ts';
import { blockCut, blockDamaged } from './pcapng-fault.ts';
import {
  type CaptureInterface,
  decodeInterface,
  INTERFACE_BODY_LENGTH,
  INTERFACES_A_SECTION,
} from './pcapng-interface.ts';
import { COMMENT, OptionWalk, padded } from './pcapng-options.ts';

/** Octets that a block's head, options and padding may add to a packet of the greatest length. */
const BLOCK_ROOM = 64 * 1024;

/** Octets of a simple packet block's body before the packet. */
const SIMPLE_BODY_LENGTH = 4;

/** Option of a packet that tells the length of its frame check sequence, in bits 5 to 8. */
const PACKET_FLAGS = 2;
/** Comments of a packet that are kept. */
const COMMENTS = 1000;

/** Whether the octets, perhaps fewer than 4, are the beginning of a section header. */
export function beginsLikePcapng(octets: Uint8Array, start: number, end: number): boolean {
  const length = Math.min(4, end - start);
  for (let i = 0; i < length; i++) {
    if (octets[start + i] !== ((SECTION_HEADER >>> (24 - 8 * i)) & 0xff)) return false;
  }
  return true;
}

export class PcapngParser implements CaptureParser {
  wanted = RECOGNITION_LENGTH;
  readonly #recordLimit: number;
  readonly #packet = new PacketView();
  readonly #options = new OptionWalk();
  #description: CaptureDescription | null = null;
  #sink: CaptureSink | null = null;
  /** Octets consumed, and blocks read, since the beginning of the file. */
  #offset = 0;
  #blocks = 0;
  #littleEndian = true;
  #inSection = false;
  /** Those of the section. */
  #interfaces: CaptureInterface[] = [];

  constructor(options: ParserOptions = {}) {
    this.#recordLimit = options.recordLimit ?? DEFAULT_RECORD_LIMIT;
  }

  description(): CaptureDescription | null {
    return this.#description;
  }

  feed(buffer: Uint8Array, start: number, end: number, sink: CaptureSink): number {
    this.#sink = sink;
    this.#packet.buffer = buffer;
    let position = start;
    this.wanted = RECOGNITION_LENGTH;
    while (end - position >= RECOGNITION_LENGTH) {
      const length = this.#blockLength(buffer, position);
      if (position + length > end) {
        this.wanted = length;
        break;
      }
      this.#readBlock(buffer, position, position + length);
      this.#blocks++;
      this.#offset += length;
      position += length;
    }
    return position - start;
  }

  finish(octetsLeft: number, sink: CaptureSink): void {
    this.#sink = sink;
    if (!this.#inSection) throw fileHeaderCut(octetsLeft, Math.max(this.wanted, SMALLEST_BLOCK + SECTION_BODY_LENGTH));
    this.#start();
    if (octetsLeft > 0) throw blockCut(this.#place, octetsLeft, this.wanted);
  }

  get #place() {
    return { block: this.#blocks + 1, offset: this.#offset, packets: this.#packet.origin.number };
  }

  /** What was learned before the damage is told first. */
  #fault(what: string): CaptureError {
    if (this.#inSection) this.#start();
    return blockDamaged(this.#place, what);
  }

  #start(): void {
    if (this.#description !== null || this.#sink === null) return;
    this.#description = {
      format: 'pcapng',
      linkTypes: [...new Set(this.#interfaces.map(({ linkType }) => linkType))],
      resolution: this.#interfaces.some(({ ticks }) => ticks.isFinerThanMicroseconds) ? 9 : 6,
    };
    this.#sink.onStart(this.#description);
  }

  /** @throws {CaptureError} where it is no length, or one that nobody would believe */
  #blockLength(buffer: Uint8Array, at: number): number {
    const isSection = read32(buffer, at, false) === SECTION_HEADER;
    if (isSection) {
      const magic = read32(buffer, at + HEAD_LENGTH, true);
      if (magic !== BYTE_ORDER_MAGIC && read32(buffer, at + HEAD_LENGTH, false) !== BYTE_ORDER_MAGIC) {
        throw this.#fault('is a section header without a byte order');
      }
      this.#littleEndian = magic === BYTE_ORDER_MAGIC;
    }
    const length = read32(buffer, at + 4, this.#littleEndian);
    const smallest = isSection ? SMALLEST_BLOCK + SECTION_BODY_LENGTH : SMALLEST_BLOCK;
    if (length < smallest)
      throw this.#fault(`claims a length of ${length} octets, less than the ${smallest} of its head`);
    if (length % 4 !== 0) throw this.#fault(`claims a length of ${length} octets, no multiple of 4`);
    const limit = this.#recordLimit + BLOCK_ROOM;
    if (length > limit) {
      throw this.#fault(`claims ${formatCount(length)} octets, more than the limit of ${formatCount(limit)}`);
    }
    return length;
  }

  #readBlock(buffer: Uint8Array, at: number, blockEnd: number): void {
    const little = this.#littleEndian;
    const start = at + HEAD_LENGTH;
    const end = blockEnd - TRAILER_LENGTH;
    const trailer = read32(buffer, end, little);
    if (trailer !== blockEnd - at) throw this.#fault(`says ${blockEnd - at} octets in front and ${trailer} behind`);
    switch (read32(buffer, at, little)) {
      case ENHANCED_PACKET:
        this.#readPacket(buffer, start, end, read32(buffer, start, little));
        break;
      case OBSOLETE_PACKET:
        this.#readPacket(buffer, start, end, read16(buffer, start, little));
        break;
      case SIMPLE_PACKET:
        this.#readSimplePacket(buffer, start, end);
        break;
      case SECTION_HEADER:
        this.#readSection(buffer, start);
        break;
      case INTERFACE_DESCRIPTION:
        this.#readInterface(buffer, start, end);
        break;
      case NAME_RESOLUTION:
        readNames({ octets: buffer, start, end, littleEndian: little }, this.#give);
        break;
      case INTERFACE_STATISTICS:
        readStatistics(
          { octets: buffer, start, end, littleEndian: little },
          this.#interfaces,
          this.#options,
          this.#give,
        );
        break;
      case DECRYPTION_SECRETS:
        readSecrets({ octets: buffer, start, end, littleEndian: little }, this.#give);
        break;
    }
  }

  readonly #give = (annex: CaptureAnnex): void => {
    this.#sink?.onAnnex?.(annex);
  };

  #readSection(buffer: Uint8Array, start: number): void {
    const version = read16(buffer, start + 4, this.#littleEndian);
    if (version !== KNOWN_VERSION) {
      if (this.#inSection) this.#start();
      const minor = read16(buffer, start + 6, this.#littleEndian);
      const { offset, packets } = this.#place;
      throw new CaptureError('format', `this is pcapng version ${version}.${minor}; only versions 1.x are known`, {
        offset,
        packet: packets + 1,
      });
    }
    this.#inSection = true;
    this.#interfaces = [];
  }

  #readInterface(buffer: Uint8Array, start: number, end: number): void {
    if (end - start < INTERFACE_BODY_LENGTH) throw this.#fault('is too short for an interface');
    if (this.#interfaces.length === INTERFACES_A_SECTION) {
      const limit = formatCount(INTERFACES_A_SECTION);
      throw this.#fault(`describes one more interface than the limit of ${limit}`);
    }
    this.#interfaces.push(decodeInterface(buffer, start, end, this.#littleEndian, this.#options));
  }

  /** An enhanced packet block, or the obsolete one, which differs in where the interface's number stands. */
  #readPacket(buffer: Uint8Array, start: number, end: number, interfaceNumber: number): void {
    const little = this.#littleEndian;
    if (end - start < PACKET_BODY_LENGTH) throw this.#fault('is too short for a packet');
    const source = this.#interfaceOf(interfaceNumber);
    const length = read32(buffer, start + 12, little);
    const packetStart = start + PACKET_BODY_LENGTH;
    if (length > end - packetStart) {
      throw this.#fault(`claims a packet of ${length} octets where ${end - packetStart} have room`);
    }
    const packet = this.#packet;
    source.ticks.set(packet.origin, read32(buffer, start + 4, little), read32(buffer, start + 8, little));
    packet.originalLength = read32(buffer, start + 16, little);
    packet.fcsLength = source.fcsLength;
    const optionsStart = packetStart + padded(length);
    if (optionsStart < end) this.#readPacketOptions(buffer, optionsStart, end);
    this.#givePacket(source, packetStart, packetStart + length);
    packet.comments = NO_COMMENTS;
  }

  /** It has no time: that of the packet before stands in. */
  #readSimplePacket(buffer: Uint8Array, start: number, end: number): void {
    if (end - start < SIMPLE_BODY_LENGTH) throw this.#fault('is too short for a packet');
    const source = this.#interfaceOf(0);
    const packet = this.#packet;
    packet.originalLength = read32(buffer, start, this.#littleEndian);
    packet.fcsLength = source.fcsLength;
    const packetStart = start + SIMPLE_BODY_LENGTH;
    const length = Math.min(packet.originalLength, source.snapLength);
    if (length > end - packetStart) {
      throw this.#fault(`claims a packet of ${length} octets where ${end - packetStart} have room`);
    }
    this.#givePacket(source, packetStart, packetStart + length);
  }

  #readPacketOptions(buffer: Uint8Array, start: number, end: number): void {
    const options = this.#options.begin(buffer, start, end, this.#littleEndian);
    let comments: string[] | null = null;
    while (options.next()) {
      if (options.code === COMMENT) {
        comments ??= [];
        if (comments.length < COMMENTS) comments.push(options.text());
      } else if (options.code === PACKET_FLAGS && options.length >= 4) {
        const fcsLength = (read32(buffer, options.start, this.#littleEndian) >>> 5) & 0xf;
        if (fcsLength > 0) this.#packet.fcsLength = fcsLength;
      }
    }
    if (comments !== null) this.#packet.comments = comments;
  }

  #interfaceOf(number: number): CaptureInterface {
    const source = this.#interfaces[number];
    if (source !== undefined) return source;
    const known = this.#interfaces.length;
    throw this.#fault(
      `is a packet of interface ${number}, and ${known === 0 ? 'none was' : `only ${known} were`} described`,
    );
  }

  #givePacket(source: CaptureInterface, start: number, end: number): void {
    if (this.#description === null) this.#start();
    const packet = this.#packet;
    packet.linkType = source.linkType;
    packet.start = start;
    packet.end = end;
    packet.origin.number++;
    this.#sink?.onPacket(packet);
  }
}
