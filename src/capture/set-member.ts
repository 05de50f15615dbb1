// One file or stream of a set, read as far as its next packets are needed and no further. A regular file can be closed and
// opened again from its beginning; a stream stays open. Knows nothing of the other members.

import type { FileHandle } from 'node:fs/promises';
import { addAbortSignal, type Readable } from 'node:stream';
import { CaptureError, unreadable } from './capture-error.ts';
import type { CaptureParser, ReadOptions } from './capture-parser.ts';
import { parserFor, RECOGNITION_LENGTH } from './formats.ts';
import type { CaptureAnnex } from './packet.ts';
import { PacketBatch } from './packet-batch.ts';
import { PendingOctets } from './pending-octets.ts';
import { octetsOf } from './stream-reader.ts';
import { unendingFile } from './unending-file.ts';

/** Octets read at a time: many members may be open at once. */
const READ_LENGTH = 64 * 1024;
/** Octets parsed at a time: what is compressed grows. */
const FEED_LENGTH = 16 * 1024;

/** Gives octets until it gives none. */
interface OctetSource {
  read(): Promise<Uint8Array | null>;
  close(): Promise<void>;
}

class FileSource implements OctetSource {
  readonly #handle: FileHandle;
  readonly #octets = new Uint8Array(READ_LENGTH);

  constructor(handle: FileHandle) {
    this.#handle = handle;
  }

  async read(): Promise<Uint8Array | null> {
    const { bytesRead } = await this.#handle.read(this.#octets, 0, READ_LENGTH, null);
    return bytesRead === 0 ? null : this.#octets.subarray(0, bytesRead);
  }

  async close(): Promise<void> {
    await this.#handle.close();
  }
}

class StreamSource implements OctetSource {
  readonly #stream: Readable;
  readonly #chunks: AsyncIterator<unknown>;

  /** @param signal ends the waiting */
  constructor(stream: Readable, signal: AbortSignal | undefined) {
    this.#stream = signal === undefined ? stream : addAbortSignal(signal, stream);
    this.#chunks = stream[Symbol.asyncIterator]();
  }

  async read(): Promise<Uint8Array | null> {
    const { done, value } = await this.#chunks.next();
    return done ? null : octetsOf(value);
  }

  async close(): Promise<void> {
    this.#stream.destroy();
  }
}

const NO_PACKETS = new PacketBatch(() => {});

export class SetMember {
  readonly name: string;
  readonly #path: string | null;
  readonly #options: ReadOptions;
  /** Packets at hand. */
  batch = NO_PACKETS;
  /** Place in the order of the set. */
  rank = 0;
  /** Whether all is read. */
  ended = false;
  #source: OctetSource | null;
  #parser: CaptureParser | null = null;
  /** What is read and not parsed. */
  #held = new PendingOctets();
  /** Octets of it that the parser was given and could not use. */
  #unfed = 0;
  /** Octets read since it was begun. */
  #read = 0;
  /** Of its first packet. */
  #seconds = 0;
  #nanoseconds = 0;

  constructor(source: string | Readable, name: string, options: ReadOptions) {
    this.name = name;
    this.#path = typeof source === 'string' ? source : null;
    this.#source = typeof source === 'string' ? null : new StreamSource(source, options.signal);
    this.#options = options;
  }

  /** Time of the next packet; of the first, as long as the member rests. */
  get seconds(): number {
    return this.batch.isEmpty ? this.#seconds : this.batch.seconds;
  }

  get nanoseconds(): number {
    return this.batch.isEmpty ? this.#nanoseconds : this.batch.nanoseconds;
  }

  /** Lets go of all but the time of the first packet, where the source can be begun anew. */
  async rest(): Promise<void> {
    if (!(this.#source instanceof FileSource)) return;
    this.#seconds = this.seconds;
    this.#nanoseconds = this.nanoseconds;
    this.batch = NO_PACKETS;
    this.#held = new PendingOctets();
    // They will be read again.
    this.#options.onRead?.(-this.#read);
    await this.close();
  }

  async close(): Promise<void> {
    const source = this.#source;
    this.#source = null;
    await source?.close();
  }

  /** Whether it cannot be read twice. */
  get isStream(): boolean {
    return this.#source instanceof StreamSource;
  }

  /** Whether `fill` would begin at its first octet. */
  get isClosed(): boolean {
    return this.#source === null;
  }

  /** Begins with the first octet. */
  begin(onAnnex: (annex: CaptureAnnex) => void): void {
    this.batch = new PacketBatch(onAnnex);
    this.#parser = null;
    this.#held.clear();
    this.#unfed = 0;
    this.#read = 0;
    this.ended = false;
  }

  /**
   * Reads on until there is a packet, or nothing more.
   *
   * @throws {CaptureError} behind the packets before the fault, which are in the batch by then
   */
  async fill(): Promise<void> {
    while (this.batch.isEmpty && !this.ended) {
      if (this.#parser?.hasMore) this.#feed(this.#unfed);
      else if (this.#unfed < this.#held.length || (await this.#readOn())) {
        this.#feed(Math.min(this.#held.length, this.#unfed + FEED_LENGTH));
      } else this.#finish();
    }
  }

  /** Gives the parser the first so many octets of what is held. */
  #feed(length: number): void {
    if (this.#parser === null && length < RECOGNITION_LENGTH) {
      this.#unfed = length;
      return;
    }
    const held = this.#held;
    this.#parser ??= parserFor(held.octets, held.start, held.end, this.#options);
    const used = this.#parser.feed(held.octets, held.start, held.start + length, this.batch);
    held.consume(used);
    this.#unfed = length - used;
  }

  #finish(): void {
    this.ended = true;
    const held = this.#held;
    this.#parser ??= parserFor(held.octets, held.start, held.end, this.#options);
    do held.consume(this.#parser.feed(held.octets, held.start, held.end, this.batch));
    while (this.#parser.hasMore);
    this.#parser.finish(held.length, this.batch);
  }

  async #readOn(): Promise<boolean> {
    let octets: Uint8Array | null;
    try {
      this.#source ??= await openPath(this.#path ?? '', this.#options.signal);
      octets = await this.#source.read();
    } catch (cause) {
      this.#options.signal?.throwIfAborted();
      throw cause instanceof CaptureError ? cause : unreadable(cause, this.#read);
    }
    if (octets === null) return false;
    this.#held.append(octets, 0, octets.length);
    this.#read += octets.length;
    this.#options.onRead?.(octets.length);
    return true;
  }
}

async function openPath(path: string, signal: AbortSignal | undefined): Promise<OctetSource> {
  const { open, stat } = await import('node:fs/promises');
  const reached = await stat(path);
  if (reached.isFile() || reached.isDirectory()) return new FileSource(await open(path));
  return new StreamSource(await unendingFile(path, reached), signal);
}
