// How captures are written: the two formats as rows of one table, each with its file header and its records. Octets only:
// when they are written, and to where, is somebody else's.

import { pcapFormat } from './pcap-writer.ts';
import { pcapngFormat } from './pcapng-writer.ts';

/** What a file says of all its packets. */
export interface WrittenCapture {
  /** LINKTYPE_ number. */
  linkType: number;
  /** Digits of the second: 6 or 9. */
  resolution: 6 | 9;
  /** Octets of a packet that are written at most. */
  snapLength: number;
  /** Who writes: name and version. */
  application: string;
  /** Of classic pcap; little where it is left out, as nearly every capture is. */
  byteOrder?: 'little' | 'big' | undefined;
}

/** A packet for the file; `octets` is what was captured of it. */
export interface WrittenPacket {
  octets: Uint8Array;
  /** Length on the wire, in octets. */
  originalLength: number;
  /** Since 1970. */
  seconds: number;
  nanoseconds: number;
}

export interface RecordFormat {
  fileHeader(capture: WrittenCapture): Uint8Array;
  /** Octets of a whole record. */
  recordLength(captured: number): number;
  /** Writes a whole record at `at`; there is room for it. Returns its end. */
  putRecord(target: Uint8Array, at: number, packet: WrittenPacket, capture: WrittenCapture): number;
}

export type CaptureFormatName = 'pcap' | 'pcapng';

export const RECORD_FORMATS: Readonly<Record<CaptureFormatName, RecordFormat>> = {
  pcap: pcapFormat,
  pcapng: pcapngFormat,
};

/** pcapng by its name, else classic pcap. */
export function formatByName(path: string): CaptureFormatName {
  return /\.(pcapng|ntar)$/i.test(path) ? 'pcapng' : 'pcap';
}
