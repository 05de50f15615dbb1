// What we use of the npm package `pcap-parser`, which brings no types. Its events are handed on synchronously while its
// stream emits `data`.

declare module 'pcap-parser' {
  import type { EventEmitter } from 'node:events';

  export interface PacketHeader {
    timestampSeconds: number;
    /** The fraction as it stands in the file. */
    timestampMicroseconds: number;
    capturedLength: number;
    originalLength: number;
  }

  export interface PackageParser extends EventEmitter {
    on(event: 'packetHeader', listener: (header: PacketHeader) => void): this;
    on(event: 'packetData', listener: (data: Buffer) => void): this;
  }

  /** What the package asks of a stream. */
  export interface PausableEmitter extends EventEmitter {
    pause(): unknown;
    resume(): unknown;
  }

  export function parse(input: PausableEmitter): PackageParser;
}
