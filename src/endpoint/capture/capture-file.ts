// A capture that can be read at any moment: whole records are gathered for one turn of the event loop at most, then written
// at once. Whoever interrupts the process finds all turns before. It knows no packets, only octets with their time.

import {
  type CaptureFormatName,
  RECORD_FORMATS,
  type RecordFormat,
  type WrittenCapture,
  type WrittenPacket,
} from '../../capture/record-format.ts';
import { version } from '../../version.ts';
import type { CaptureOutput } from './capture-output.ts';

/** Octets gathered before they are written within a turn. */
const CHUNK = 256 * 1024;
/** libpcap's own limit; more than any packet that is written here. */
const SNAP_LENGTH = 262_144;

export interface CaptureFileOptions {
  format: CaptureFormatName;
  /** Digits of the second. */
  resolution: 6 | 9;
  /** LINKTYPE_ number. */
  linkType: number;
}

/** The capture could not be written; the message says which and why. */
export class CaptureWriteError extends Error {
  override readonly name = 'CaptureWriteError';
}

export class CaptureFile {
  /** Packet records so far. */
  packets = 0;
  readonly #output: CaptureOutput;
  readonly #format: RecordFormat;
  readonly #capture: WrittenCapture;
  #chunk = new Uint8Array(CHUNK);
  #length = 0;
  #turn: NodeJS.Immediate | null = null;
  #failure: CaptureWriteError | null = null;
  #begun = false;
  #closed = false;

  /**
   * Writes the file's header, where nothing is lost by that.
   *
   * @throws {CaptureWriteError} where not even that can be written
   */
  constructor(output: CaptureOutput, options: CaptureFileOptions) {
    this.#output = output;
    this.#format = RECORD_FORMATS[options.format];
    const { linkType, resolution } = options;
    this.#capture = { linkType, resolution, snapLength: SNAP_LENGTH, application: `wsdissect ${version}` };
    if (output.writesOver !== true) this.#begin();
    if (this.#failure) throw this.#failure;
  }

  #begin(): void {
    if (this.#begun) return;
    this.#begun = true;
    this.#put(this.#format.fileHeader(this.#capture));
  }

  /** Takes a packet; its octets are copied. After a failure, which `close` tells, nothing is taken. */
  write(packet: WrittenPacket): void {
    if (this.#closed) return;
    this.#begin();
    if (this.#failure) return;
    const length = this.#format.recordLength(packet.octets.length);
    if (this.#length + length > this.#chunk.length) this.flush();
    if (length > this.#chunk.length) this.#chunk = new Uint8Array(length);
    this.#length = this.#format.putRecord(this.#chunk, this.#length, packet, this.#capture);
    this.packets++;
    this.#turn ??= setImmediate(() => this.flush());
  }

  flush(): void {
    if (this.#turn) clearImmediate(this.#turn);
    this.#turn = null;
    if (this.#length === 0) return;
    this.#put(this.#chunk.subarray(0, this.#length));
    this.#length = 0;
  }

  /** @throws {CaptureWriteError} where something could not be written, now or before */
  close(): void {
    if (this.#closed) return;
    this.#begin();
    this.#end();
  }

  /** The same, but what was there before stays where nothing was captured. @throws {CaptureWriteError} */
  abandon(): void {
    if (!this.#closed) this.#end();
  }

  #end(): void {
    this.#closed = true;
    this.flush();
    this.#output.close();
    if (this.#failure) throw this.#failure;
  }

  #put(octets: Uint8Array): void {
    try {
      this.#output.write(octets);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      this.#failure = new CaptureWriteError(`${this.#output.name}: the capture could not be written: ${why}`, {
        cause: error,
      });
    }
  }
}
