// One WebSocket connection behind its handshake, in either role: what is read waits in a queue for whoever takes it, what is
// written leaves in the shapes of gorilla's writer. It knows nothing of HTTP, and of payloads only their protocol.

import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { TEXT as A_TEXT, checkValue } from '../option-checks.ts';
import {
  ABNORMAL,
  GOING_AWAY,
  MESSAGE_TOO_BIG,
  mayBeSent,
  NO_STATUS,
  NORMAL_CLOSURE,
  PROTOCOL_ERROR,
} from '../ws/close-codes.ts';
import { BINARY, PING, PONG, TEXT } from '../ws/opcodes.ts';
import { BoundedQueue } from './bounded-queue.ts';
import { inflateMessage } from './compression.ts';
import type { ConnectionEnd } from './connection-end.ts';
import { FrameReader, type FrameReaderSink, READ_LIMIT_WORDS, type ReceivedFrames } from './frame-reader.ts';
import { FrameSender } from './frame-sender.ts';
import { Handlers, type OnError } from './handlers.ts';
import { type MessageProtocol, madeProtocol, type TypedMessage } from './message-protocol.ts';
import type { SocketRole } from './socket-tap.ts';

export interface ConnectionOptions {
  role: SocketRole;
  protocol: MessageProtocol | null;
  /** Octets of payload that a message may have on the wire, and inflated; more closes with 1009. */
  readLimit: number;
  inflatedLimit: number;
  /** Milliseconds that the connection may be read, set once; 0 for ever. */
  readDeadline: number;
  /** Messages that wait to be taken, and to be written. */
  queueLength: number;
  /** Whether permessage-deflate was agreed upon. */
  compression: boolean;
  /** Of the window by which messages may be compressed; 15 by default. */
  windowBits?: number | undefined;
  subprotocol: string | null;
  /** Told of each ping and pong at once, though messages before it may wait to be taken; pings are answered whatever is done here. */
  onControl?: ((opcode: 'ping' | 'pong', payload: Uint8Array, messagesBefore: number) => void) | undefined;
  /** Told what `onControl` threw, which ends the connection; without it `close` is rejected with that. */
  onError?: OnError<[]> | undefined;
}

export interface ReceivedMessage {
  opcode: 'text' | 'binary';
  /** The application data: unmasked, inflated. */
  data: Uint8Array;
  compressed: boolean;
  frames: number;
}

/** Milliseconds of silence while a close frame or its answer is waited for, and how long that may take in all. */
const CLOSE_PATIENCE = 2000;
const CLOSE_LIMIT = 10_000;
/** Milliseconds for the other end to end its TCP side as well. */
const END_PATIENCE = 1000;

export class WebSocketConnection implements AsyncIterable<ReceivedMessage>, AsyncDisposable {
  readonly role: SocketRole;
  readonly subprotocol: string | null;
  readonly compression: boolean;
  readonly protocol: MessageProtocol | null;
  /** Settled when the TCP connection is over; never rejects. */
  readonly ended: Promise<ConnectionEnd>;

  readonly #socket: Duplex;
  readonly #options: ConnectionOptions;
  readonly #reader: FrameReader;
  readonly #received: BoundedQueue<ReceivedFrames>;
  readonly #sender: FrameSender;
  readonly #handlers: Handlers<[]>;
  #timers: NodeJS.Timeout[] = [];
  /** Runs while an end is waited for; whatever is read, taken or written sets it back. */
  #patience: NodeJS.Timeout | undefined;
  #settle: (end: ConnectionEnd) => void = () => {};
  /** The other end's close frame. */
  #closeReceived: { code: number; reason: string } | null = null;
  #closedByPeer = false;
  #error: string | null = null;
  /** Messages that came, taken or not. */
  #messages = 0;
  /** A message came, and whoever takes messages has not come back for the next. */
  #busy = false;
  #over = false;

  /** @param head octets that came with the handshake */
  constructor(socket: Duplex, head: Uint8Array, options: ConnectionOptions) {
    this.role = options.role;
    this.subprotocol = options.subprotocol;
    this.compression = options.compression;
    this.protocol = options.protocol;
    this.#socket = socket;
    this.#options = options;
    this.#handlers = new Handlers(options.onError);
    this.ended = new Promise((settle) => {
      this.#settle = settle;
    });
    this.#received = new BoundedQueue(options.queueLength, () => this.#flow());
    this.#sender = new FrameSender(socket, {
      role: options.role,
      compression: options.compression,
      windowBits: options.windowBits,
      queueLength: options.queueLength,
      onMessage: () => this.#patience?.refresh(),
      onFault: (words) => this.fail(words),
    });
    this.#reader = new FrameReader(this.#readerSink(), {
      fromClient: options.role === 'server',
      compression: options.compression,
      readLimit: options.readLimit,
    });
    if (options.readDeadline > 0) this.#after(options.readDeadline, () => this.fail('i/o timeout'));
    socket.on('data', (octets: Buffer) => this.#read(octets));
    socket.on('end', () => this.#onEnd());
    socket.on('drain', () => this.#flow());
    socket.on('error', (error) => {
      // Both have said that they close: how TCP ends says nothing more, RFC 6455 §7.1.4.
      if (this.#closeReceived === null || this.#sender.closeSent === null) this.#error ??= error.message;
    });
    socket.on('close', () => this.#onClosed());
    if (head.length > 0) this.#read(head);
    this.#flow();
  }

  /** Whether the other end closed by itself: its close frame came before one was sent. */
  get closedByPeer(): boolean {
    return this.#closedByPeer;
  }

  /** The messages, as they come, up to the end of the connection; see `ended` for how that was. */
  async *[Symbol.asyncIterator](): AsyncIterator<ReceivedMessage> {
    for (;;) {
      const message = await this.next();
      if (message === null) return;
      yield message;
    }
  }

  /** The next message; null where none comes any more. */
  async next(): Promise<ReceivedMessage | null> {
    this.#patience?.refresh();
    if (this.#received.isEmpty) {
      this.#busy = false;
      if (this.#closeReceived !== null) void this.#answerClose();
    }
    const frames = await this.#received.take();
    if (frames === undefined) return null;
    const { payload, compressed } = frames;
    const opcode = frames.opcode === TEXT ? 'text' : 'binary';
    if (!compressed) return { opcode, data: payload, compressed, frames: frames.frames };
    try {
      const data = await inflateMessage(payload, this.#options.inflatedLimit);
      return { opcode, data, compressed, frames: frames.frames };
    } catch (error) {
      const tooLarge = (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE';
      if (tooLarge) this.#sender.close(MESSAGE_TOO_BIG, '');
      this.fail(tooLarge ? `websocket: ${READ_LIMIT_WORDS}` : `permessage-deflate: ${(error as Error).message}`);
      return null;
    }
  }

  /**
   * A message as a value, by the protocol.
   *
   * @throws {MessageProtocolError}
   */
  unmarshal(message: ReceivedMessage): TypedMessage {
    return madeProtocol(this.protocol).unmarshal(message.data);
  }

  /**
   * Sends a message of the protocol, binary; settled when there was room for it among those that wait to be written.
   *
   * @throws {MessageProtocolError} where the type is not registered or the value does not fit it
   * @throws {ConnectionClosedError} where nothing can be sent any more
   */
  async send(type: string, value: unknown = {}): Promise<void> {
    await this.sendBinary(madeProtocol(this.protocol).marshal(type, value));
  }

  /**
   * Sends a text message, as `send` does.
   *
   * @throws {TypeError} of what is no text
   * @throws {ConnectionClosedError} where nothing can be sent any more
   */
  async sendText(text: string): Promise<void> {
    checkValue('text', text, A_TEXT);
    await this.#sender.message(TEXT, new TextEncoder().encode(text));
  }

  /**
   * The same of octets, which are not to be changed until they are written.
   *
   * @throws {ConnectionClosedError} where nothing can be sent any more
   */
  async sendBinary(data: Uint8Array): Promise<void> {
    await this.#sender.message(BINARY, data);
  }

  /**
   * Sends a ping at once, between the frames of messages.
   *
   * @throws {RangeError} of a payload of more than 125 octets, RFC 6455 §5.5
   * @throws {ConnectionClosedError} where nothing can be sent any more
   */
  ping(payload: Uint8Array = new Uint8Array(0)): void {
    this.#sender.ping(payload);
  }

  /** Settled when the other end takes what was written. */
  drained(): Promise<void> {
    return this.#sender.drained();
  }

  /**
   * Sends what waits to be written, then a close frame, and waits for the other end's.
   *
   * @param code 1005 for a close frame without a code
   * @param reason cut, in whole characters, where it is longer than 123 octets
   * @throws {RangeError} where the code may not be sent
   * @throws what `onControl` threw, where there is no `onError`
   */
  async close(code = NORMAL_CLOSURE, reason = ''): Promise<ConnectionEnd> {
    if (!mayBeSent(code) && code !== NO_STATUS) throw new RangeError(`a close frame may not have the code ${code}`);
    // Whoever does not read what it is sent, or never closes, does not hold up the end.
    this.#waitFor(() => this.#endSocket());
    await this.#sender.finish();
    this.#sender.close(code, reason);
    if (this.#closeReceived !== null) this.#endSocket();
    const end = await this.ended;
    this.#handlers.throwUntold();
    return end;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** Ends the TCP connection without a close frame, as the article does where reading fails. */
  fail(error: string): void {
    if (this.#over) return;
    this.#error ??= error;
    this.#received.close();
    this.#endSocket();
  }

  /** Resets the TCP connection. */
  terminate(error = 'terminated'): void {
    this.#error ??= error;
    const socket = this.#socket as Partial<Socket> & Duplex;
    if (typeof socket.resetAndDestroy === 'function') socket.resetAndDestroy();
    else socket.destroy();
  }

  #readerSink(): FrameReaderSink {
    return {
      onMessage: (message) => {
        this.#busy = true;
        this.#messages++;
        this.#received.push(message);
      },
      onControl: (opcode, payload) => {
        if (opcode === PING) this.#sender.control(PONG, payload);
        const { onControl } = this.#options;
        if (onControl === undefined) return;
        const control = () => onControl(opcode === PING ? 'ping' : 'pong', payload, this.#messages);
        this.#handlers.call(control, (words) => this.fail(words));
      },
      onClose: (code, reason) => this.#onCloseFrame(code, reason),
      onComplaint: (closeCode, words) => {
        if (closeCode !== null) this.#sender.close(closeCode, closeCode === PROTOCOL_ERROR ? words : '');
        this.fail(`websocket: ${words}`);
      },
    };
  }

  #read(octets: Uint8Array): void {
    if (this.#over) return;
    this.#patience?.refresh();
    this.#reader.feed(octets);
    this.#flow();
  }

  /** Reading stops while the queue is full, or while the other end does not take what it is sent. */
  #flow(): void {
    if (this.#over || this.#closeReceived !== null) return;
    if (this.#received.isFull || this.#socket.writableNeedDrain) this.#socket.pause();
    else this.#socket.resume();
  }

  #onCloseFrame(code: number, reason: string): void {
    this.#closeReceived = { code, reason };
    this.#closedByPeer = this.#sender.closeSent === null;
    const idle = !this.#busy;
    this.#received.close();
    if (this.#sender.closeSent !== null) this.#endSocket();
    else if (idle) void this.#answerClose();
    // What came before is still being answered; a close must not wait for ever.
    else this.#waitFor(() => void this.#answerClose());
  }

  /** gorilla answers with the same code and no reason. */
  async #answerClose(): Promise<void> {
    if (this.#sender.closeSent !== null || this.#over) return;
    await this.#sender.finish();
    this.#sender.close(this.#closeReceived?.code ?? NO_STATUS, '');
    this.#endSocket();
  }

  /** The other end sends nothing more. */
  #onEnd(): void {
    if (this.#closeReceived === null) this.#error ??= this.#sender.closeSent === null ? 'unexpected EOF' : null;
    this.#received.close();
    void this.#sender.finish();
    this.#socket.end();
  }

  #endSocket(): void {
    if (this.#over) return;
    void this.#sender.finish();
    this.#socket.resume();
    // Both ends have said that they close: the server ends first, RFC 6455 §7.1.1.
    const waits = this.role === 'client' && this.#closeReceived !== null && this.#error === null;
    if (!waits) this.#socket.end();
    this.#after(END_PATIENCE, () => this.#socket.destroy());
  }

  #onClosed(): void {
    if (this.#over) return;
    this.#over = true;
    for (const timer of this.#timers) clearTimeout(timer);
    this.#patience = undefined;
    this.#received.close();
    this.#sender.abandon();
    const { code, reason } = this.#closeReceived ?? { code: ABNORMAL, reason: '' };
    this.#settle({ code, reason, sent: this.#sender.closeSent, error: this.#error });
  }

  /** Does it after some silence, or when it has taken too long. */
  #waitFor(what: () => void): void {
    this.#patience = this.#after(CLOSE_PATIENCE, () => {
      // What has run would run again.
      this.#patience = undefined;
      what();
    });
    this.#after(CLOSE_LIMIT, what);
  }

  #after(milliseconds: number, what: () => void): NodeJS.Timeout | undefined {
    if (this.#over) return undefined;
    const timer = setTimeout(what, milliseconds);
    this.#timers.push(timer);
    return timer;
  }
}

/** Closes all of them as a server or client that goes away, and waits until they are over. */
export async function closeAll(connections: Iterable<WebSocketConnection>): Promise<void> {
  await Promise.all([...connections].map((connection) => connection.close(GOING_AWAY)));
}
