// Watches sockets of this process and writes what goes through them as the TCP conversation that it is: what is handed to
// the system when it is handed over, what comes when it is read. Sockets work as before; what the process cannot see (lost
// segments, the other side's FIN after a socket was closed) is not in the capture. It knows no protocol above TCP.

import { randomInt } from 'node:crypto';
import type { Socket } from 'node:net';
import { otherDirection } from '../../dissect/direction.ts';
import type { Direction } from '../../dissect/events.ts';
import { frameLength, type Peer, peer, putFrame, type TcpPacket } from '../../link/packet-writer.ts';
import type { SocketRole, SocketTap } from '../socket-tap.ts';
import type { CaptureFile } from './capture-file.ts';
import { TcpConversation } from './tcp-conversation.ts';

/** What happens to a socket, in order; kept until the conversation's addresses are known. */
type Happening =
  | { what: 'data'; direction: Direction; octets: Uint8Array }
  | { what: 'finish'; direction: Direction }
  | { what: 'reset'; direction: Direction };

/** What the tap takes the place of in a socket: Node's documented points of a stream's implementation. */
interface TappedMethods {
  push(chunk: unknown, encoding?: BufferEncoding): boolean;
  _write(chunk: Uint8Array | string, encoding: BufferEncoding, done: (error?: Error | null) => void): void;
  _writev?(chunks: readonly QueuedChunk[], done: (error?: Error | null) => void): void;
  _final(done: (error?: Error | null) => void): void;
  resetAndDestroy(): unknown;
  /** Of Node: what a stream of the system is read through. */
  _handle: { _consumed?: boolean } | null;
}

interface QueuedChunk {
  chunk: Uint8Array | string;
  encoding: BufferEncoding;
}

function octetsOf(chunk: unknown, encoding?: BufferEncoding): Uint8Array {
  return chunk instanceof Uint8Array ? chunk : Buffer.from(String(chunk), encoding);
}

/** Errors that tell of a reset by the other side. */
const RESET_CODES = new Set(['ECONNRESET', 'EPIPE']);

export class CaptureTap implements SocketTap {
  readonly #file: CaptureFile;
  #frame = new Uint8Array(2048);
  /** Of the last packet, in nanoseconds since 1970 apart from the seconds: time never runs backwards in the file. */
  #seconds = 0;
  #nanoseconds = 0;

  constructor(file: CaptureFile) {
    this.#file = file;
  }

  attach(socket: Socket, role: SocketRole): void {
    // A socket of a path, or gone already: there is nobody to name.
    if (!socket.connecting && socket.remoteAddress === undefined && role === 'server') return;
    const own: Direction = role === 'client' ? 'c2s' : 's2c';
    const connection = new TappedConnection(
      (packet) => this.#write(packet),
      () => this.#now(),
    );
    tapMethods(socket, own, (happening) => connection.tell(happening));
    socket.once('error', (error: NodeJS.ErrnoException) => {
      if (RESET_CODES.has(error.code ?? '')) connection.tell({ what: 'reset', direction: otherDirection(own) });
    });
    // A socket that is destroyed was closed by the system with a FIN, where there was none before.
    socket.once('close', () => connection.tell({ what: 'finish', direction: own }));
    const open = () => {
      const { localAddress, localPort, remoteAddress, remotePort } = socket;
      if (!localAddress || !localPort || !remoteAddress || !remotePort) {
        connection.forget();
        return;
      }
      const local = peer(localAddress, localPort);
      const remote = peer(remoteAddress, remotePort);
      connection.open(own === 'c2s' ? local : remote, own === 'c2s' ? remote : local);
    };
    if (socket.connecting || socket.remoteAddress === undefined) socket.once('connect', open);
    else open();
  }

  /** Milliseconds, for TCP's timestamps. */
  #now(): number {
    const now = performance.timeOrigin + performance.now();
    const seconds = Math.floor(now / 1000);
    const nanoseconds = Math.floor((now - seconds * 1000) * 1e6);
    if (seconds > this.#seconds || (seconds === this.#seconds && nanoseconds > this.#nanoseconds)) {
      this.#seconds = seconds;
      this.#nanoseconds = nanoseconds;
    }
    return now;
  }

  #write(packet: TcpPacket): void {
    this.#now();
    const length = frameLength(packet);
    if (length > this.#frame.length) this.#frame = new Uint8Array(length);
    putFrame(this.#frame, 0, packet);
    const octets = this.#frame.subarray(0, length);
    this.#file.write({ octets, originalLength: length, seconds: this.#seconds, nanoseconds: this.#nanoseconds });
  }
}

/** One connection: what happens before it is open waits; after a reset nothing more is written. */
class TappedConnection {
  readonly #emit: (packet: TcpPacket) => void;
  readonly #now: () => number;
  #waiting: Happening[] = [];
  #conversation: TcpConversation | null = null;
  readonly #finished = { c2s: false, s2c: false };
  #over = false;

  constructor(emit: (packet: TcpPacket) => void, now: () => number) {
    this.#emit = emit;
    this.#now = now;
  }

  open(client: Peer, server: Peer): void {
    const conversation = new TcpConversation(
      {
        client,
        server,
        clientSequence: randomInt(2 ** 32),
        serverSequence: randomInt(2 ** 32),
        timestamp: this.#now,
      },
      this.#emit,
    );
    this.#conversation = conversation;
    conversation.open();
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const happening of waiting) this.tell(happening);
  }

  /** It has no addresses, and nothing of it is written. */
  forget(): void {
    this.#over = true;
    this.#waiting = [];
  }

  tell(happening: Happening): void {
    if (this.#over) return;
    if (this.#conversation) this.#write(this.#conversation, happening);
    // The caller may use its buffer again.
    else if (happening.what === 'data') this.#waiting.push({ ...happening, octets: Uint8Array.from(happening.octets) });
    else this.#waiting.push(happening);
  }

  #write(conversation: TcpConversation, happening: Happening): void {
    const { what, direction } = happening;
    if (what === 'reset') {
      this.#over = true;
      conversation.reset(direction);
    } else if (this.#finished[direction]) {
      // Destroying a socket that has ended is no second end.
    } else if (what === 'finish') {
      this.#finished[direction] = true;
      conversation.finish(direction);
      conversation.acknowledge(otherDirection(direction));
    } else {
      conversation.exchange(direction, happening.octets);
    }
  }
}

function tapMethods(socket: Socket, own: Direction, tell: (happening: Happening) => void): void {
  const methods = socket as unknown as TappedMethods;
  const { push, _write, _writev, _final, resetAndDestroy } = methods;
  methods.push = function tappedPush(chunk, encoding) {
    const direction = otherDirection(own);
    tell(
      chunk === null ? { what: 'finish', direction } : { what: 'data', direction, octets: octetsOf(chunk, encoding) },
    );
    return push.call(this, chunk, encoding);
  };
  methods._write = function tappedWrite(chunk, encoding, done) {
    tell({ what: 'data', direction: own, octets: octetsOf(chunk, encoding) });
    _write.call(this, chunk, encoding, done);
  };
  if (_writev) {
    methods._writev = function tappedWritev(chunks, done) {
      const octets = Buffer.concat(chunks.map(({ chunk, encoding }) => octetsOf(chunk, encoding)));
      tell({ what: 'data', direction: own, octets });
      _writev.call(this, chunks, done);
    };
  }
  methods._final = function tappedFinal(done) {
    tell({ what: 'finish', direction: own });
    _final.call(this, done);
  };
  methods.resetAndDestroy = function tappedReset() {
    tell({ what: 'reset', direction: own });
    return resetAndDestroy.call(this);
  };
  readInJavaScript(socket, methods);
}

/**
 * Node's HTTP server reads a socket beneath JavaScript, past the stream. It does not where the socket is said to be read so
 * already, and it ceases to as soon as somebody listens for data.
 */
function readInJavaScript(socket: Socket, methods: TappedMethods): void {
  const consumed = methods._handle?._consumed;
  if (methods._handle && !consumed) methods._handle._consumed = true;
  if (!consumed) return;
  const ignore = () => {};
  socket.on('data', ignore);
  socket.removeListener('data', ignore);
}
