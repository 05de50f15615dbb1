// Writes packets to a pcap file as they come, so that a bench's capture may be larger than memory. Knows nothing of what
// the packets say.

import { closeSync, openSync, writeSync } from 'node:fs';
import type { TcpConversation } from '../test/support/tcp-conversation.ts';
import { putFrame, type TcpPacket } from '../test/support/tcp-packet.ts';

const BUFFER = 4 * 1024 * 1024;
/** Octets; more than any record here. */
const LARGEST_RECORD = 128 * 1024;
const FILE_HEADER = 24;
const RECORD_HEADER = 16;
const FIRST_SECOND = 1_700_000_000;
const MICROSECONDS = 1_000_000;

export class CaptureWriter {
  readonly #file: number;
  readonly #interval: number;
  readonly #buffer = new Uint8Array(BUFFER);
  readonly #view = new DataView(this.#buffer.buffer);
  #position = 0;
  #microseconds = 0;
  packets = 0;
  octets = 0;

  /** @param interval microseconds from a packet to the next */
  constructor(path: string, interval: number) {
    this.#file = openSync(path, 'w');
    this.#interval = interval;
    // Little-endian, microseconds, version 2.4, Ethernet.
    const header = new Uint32Array([0xa1b2c3d4, 0x00040002, 0, 0, 262144, 1]);
    this.#buffer.set(new Uint8Array(header.buffer));
    this.#position = FILE_HEADER;
  }

  put(packet: TcpPacket): void {
    if (this.#position + LARGEST_RECORD > BUFFER) this.#flush();
    const record = this.#position;
    const end = putFrame(this.#buffer, record + RECORD_HEADER, packet);
    const length = end - record - RECORD_HEADER;
    this.#view.setUint32(record, FIRST_SECOND + Math.floor(this.#microseconds / MICROSECONDS), true);
    this.#view.setUint32(record + 4, this.#microseconds % MICROSECONDS, true);
    this.#view.setUint32(record + 8, length, true);
    this.#view.setUint32(record + 12, length, true);
    this.#position = end;
    this.#microseconds += this.#interval;
    this.packets++;
  }

  /** Writes what the conversation has said since it was last drained. */
  drain(talk: TcpConversation): void {
    for (const packet of talk.packets) this.put(packet);
    talk.packets.length = 0;
  }

  /** Octets of the file so far. */
  get length(): number {
    return this.octets + this.#position;
  }

  close(): void {
    this.#flush();
    closeSync(this.#file);
  }

  #flush(): void {
    writeSync(this.#file, this.#buffer, 0, this.#position);
    this.octets += this.#position;
    this.#position = 0;
  }
}
