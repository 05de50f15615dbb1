// Sends as gorilla's writer does: messages one after the other through a queue, in its shapes; control frames at once, between
// them; nothing after the close frame. Knows nothing of what is received.

import type { Duplex } from 'node:stream';
import { NO_STATUS } from '../ws/close-codes.ts';
import { RSV1 } from '../ws/frame-rules.ts';
import { closePayload, writeFragments, writeFrame } from '../ws/frame-writer.ts';
import { GORILLA_BUFFER, gorillaFragments } from '../ws/gorilla-fragments.ts';
import { CLOSE, LONGEST_CONTROL, PING } from '../ws/opcodes.ts';
import { BoundedQueue } from './bounded-queue.ts';
import { deflateMessage } from './compression.ts';
import { newMaskingKey } from './masking-keys.ts';
import type { SocketRole } from './socket-tap.ts';

export interface FrameSenderOptions {
  role: SocketRole;
  /** Whether permessage-deflate was agreed upon. */
  compression: boolean;
  /** Of the window by which messages may be compressed. */
  windowBits: number | undefined;
  /** Messages that wait to be written. */
  queueLength: number;
  /** Told when a message leaves. */
  onMessage: () => void;
  /** Told where a message cannot be made. */
  onFault: (words: string) => void;
}

export class ConnectionClosedError extends Error {
  override readonly name = 'ConnectionClosedError';
}

const CLOSED = 'the connection is closed';

export class FrameSender {
  /** Code of the close frame that was sent, 1005 for an empty one; null where none was. */
  closeSent: number | null = null;
  readonly #socket: Duplex;
  readonly #options: FrameSenderOptions;
  readonly #waiting: BoundedQueue<() => Promise<void>>;
  readonly #written: Promise<void>;

  constructor(socket: Duplex, options: FrameSenderOptions) {
    this.#socket = socket;
    this.#options = options;
    this.#waiting = new BoundedQueue(options.queueLength);
    this.#written = this.#writeAll();
  }

  /**
   * Settled when there was room for the message among those that wait.
   *
   * @throws {ConnectionClosedError} where nothing can be sent any more
   */
  async message(opcode: number, data: Uint8Array): Promise<void> {
    const put = this.#isOpen && (await this.#waiting.put(() => this.#write(opcode, data)));
    if (!put) throw new ConnectionClosedError(CLOSED);
  }

  /**
   * @throws {RangeError} where the payload is longer than a control frame may be
   * @throws {ConnectionClosedError} where nothing can be sent any more
   */
  ping(payload: Uint8Array): void {
    if (!this.#isOpen) throw new ConnectionClosedError(CLOSED);
    this.control(PING, payload);
  }

  /** Nothing where nothing can be sent any more. @throws {RangeError} where the payload is longer than it may be */
  control(opcode: number, payload: Uint8Array): void {
    if (payload.length > LONGEST_CONTROL) throw new RangeError(`a control frame holds ${LONGEST_CONTROL} octets`);
    if (this.#isOpen) this.#socket.write(writeFrame(opcode, payload, { key: this.#key() }));
  }

  /** Sends the close frame, before whatever still waits, which is dropped. A long reason is cut. */
  close(code: number, reason: string): void {
    if (!this.#isOpen) return;
    this.control(CLOSE, code === NO_STATUS ? new Uint8Array(0) : closePayload(code, shortened(reason)));
    this.closeSent = code;
    this.#waiting.clear();
  }

  /** Settled when the socket takes more, or is closed. */
  async drained(): Promise<void> {
    if (!this.#socket.writableNeedDrain) return;
    await new Promise<void>((done) => {
      const settle = () => {
        this.#socket.off('drain', settle).off('close', settle);
        done();
      };
      this.#socket.on('drain', settle).on('close', settle);
    });
  }

  /** Takes no more messages, and waits until those that wait have been written. */
  finish(): Promise<void> {
    this.#waiting.close();
    return this.#written;
  }

  /** The same, and those that wait are dropped. */
  abandon(): void {
    this.#waiting.clear();
  }

  get #isOpen(): boolean {
    return this.closeSent === null && this.#socket.writable;
  }

  #key(): Uint8Array | undefined {
    return this.#options.role === 'client' ? newMaskingKey() : undefined;
  }

  async #writeAll(): Promise<void> {
    try {
      for (let write = await this.#waiting.take(); write !== undefined; write = await this.#waiting.take())
        await write();
    } catch (error) {
      this.#waiting.clear();
      this.#options.onFault((error as Error).message);
    }
  }

  async #write(opcode: number, data: Uint8Array): Promise<void> {
    const { compression, windowBits, role, onMessage } = this.#options;
    onMessage();
    const payload = compression ? await deflateMessage(data, windowBits) : data;
    // The compressor hands gorilla's writer small pieces, which are cut as a client's.
    const lengths = gorillaFragments(payload.length, compression ? 'client' : role, GORILLA_BUFFER);
    const form = () => ({ key: this.#key(), rsv: compression ? RSV1 : 0 });
    if (!this.#isOpen) return;
    for (const frame of writeFragments(opcode, payload, lengths, form)) this.#socket.write(frame);
    await this.drained();
  }
}

/** Not in the middle of a character: a decoder in a stream waits for the rest of it. */
function shortened(reason: string): string {
  const octets = Buffer.from(reason);
  const longest = LONGEST_CONTROL - 2;
  if (octets.length <= longest) return reason;
  return new TextDecoder().decode(octets.subarray(0, longest), { stream: true });
}
