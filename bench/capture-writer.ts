// Writes packets to a pcap file as they come, so that a bench's capture may be larger than memory. Knows nothing of what
// the packets say.

import { closeSync, openSync, writeSync } from 'node:fs';
import { RECORD_FORMATS, type WrittenCapture } from '../src/capture/record-format.ts';
import type { TcpConversation } from '../test/support/tcp-conversation.ts';
import { putFrame, type TcpPacket } from '../test/support/tcp-packet.ts';

const BUFFER = 4 * 1024 * 1024;
/** Octets; more than any record here. */
const LARGEST_RECORD = 128 * 1024;
const FORMAT = RECORD_FORMATS.pcap;
/** Ethernet, microseconds. */
const CAPTURE: WrittenCapture = { linkType: 1, resolution: 6, snapLength: 262_144, application: 'wsdissect bench' };
const FIRST_SECOND = 1_700_000_000;
const MICROSECONDS = 1_000_000;

export class CaptureWriter {
  readonly #file: number;
  readonly #interval: number;
  readonly #buffer = new Uint8Array(BUFFER);
  #position = 0;
  #microseconds = 0;
  packets = 0;
  octets = 0;

  /**
   * @param to a path, or the descriptor of what is open
   * @param interval microseconds from a packet to the next
   */
  constructor(to: string | number, interval: number) {
    this.#file = typeof to === 'number' ? to : openSync(to, 'w');
    this.#interval = interval;
    const header = FORMAT.fileHeader(CAPTURE);
    this.#buffer.set(header);
    this.#position = header.length;
  }

  put(packet: TcpPacket): void {
    if (this.#position + LARGEST_RECORD > BUFFER) this.#flush();
    // The frame is made where the record will have it.
    const at = this.#position + FORMAT.recordLength(0);
    const octets = this.#buffer.subarray(at, putFrame(this.#buffer, at, packet));
    const seconds = FIRST_SECOND + Math.floor(this.#microseconds / MICROSECONDS);
    const nanoseconds = (this.#microseconds % MICROSECONDS) * 1000;
    const record = { octets, originalLength: octets.length, seconds, nanoseconds };
    this.#position = FORMAT.putRecord(this.#buffer, this.#position, record, CAPTURE);
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
    for (let at = 0; at < this.#position; ) at += writeSome(this.#file, this.#buffer, at, this.#position - at);
    this.octets += this.#position;
    this.#position = 0;
  }
}

const never = new Int32Array(new SharedArrayBuffer(4));

/** Writes what the other end takes; waits where it is a pipe that is full. */
function writeSome(file: number, buffer: Uint8Array, start: number, length: number): number {
  try {
    return writeSync(file, buffer, start, length);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EAGAIN')) throw error;
    Atomics.wait(never, 0, 0, 2);
    return 0;
  }
}
