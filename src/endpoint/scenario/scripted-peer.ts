// One end of a connection that does as it is told: it sends octets, ends, resets, and counts what comes, so that a scenario
// can wait for it. It answers nothing by itself and objects to nothing.

import type { Socket } from 'node:net';
import { FrameParser, type FrameSink } from '../../ws/frame-parser.ts';
import { CLOSE, isControl, PING, PONG } from '../../ws/opcodes.ts';
import type { MessageDeflater } from './message-deflater.ts';
import type { Receivable, Who } from './scenario.ts';

/** Milliseconds that anything may take. */
const PATIENCE = 10_000;
/** Octets of an answer's head. */
const LONGEST_HEAD = 256 * 1024;

export class PatienceError extends Error {
  override readonly name = 'PatienceError';
}

export class ScriptedPeer implements FrameSink {
  readonly who: Who;
  /** Octets. */
  sent = 0;
  received = 0;
  /** Whether the other end has ended its half, and whether the connection is over. */
  ended = false;
  closed = false;
  /** Whether this end has ended its half, or the connection. */
  finished = false;
  deflater: MessageDeflater | null = null;
  readonly #socket: Socket;
  readonly #came: Record<Receivable, number> = { message: 0, ping: 0, pong: 0, close: 0, end: 0, answer: 0 };
  readonly #awaited: Record<Receivable, number> = { message: 0, ping: 0, pong: 0, close: 0, end: 0, answer: 0 };
  readonly #waiting = new Set<() => void>();
  /** A client reads an answer before frames. */
  #answer: string | null;
  readonly #parser = new FrameParser(this);

  constructor(socket: Socket, who: Who) {
    this.who = who;
    this.#socket = socket;
    this.#answer = who === 'client' ? '' : null;
    socket.setNoDelay(true);
    socket.on('data', (octets) => this.#read(octets));
    socket.on('end', () => this.#note(() => this.#end()));
    // A reset is how some scenarios end.
    socket.on('error', () => {});
    socket.on('close', () =>
      this.#note(() => {
        this.#end();
        this.closed = true;
      }),
    );
  }

  get port(): number {
    return this.#socket.localPort ?? 0;
  }

  /** Hands octets to the system, in one write. */
  send(octets: Uint8Array): Promise<void> {
    this.sent += octets.length;
    return new Promise((resolve) => this.#socket.write(octets, () => resolve()));
  }

  /** The client's octets of HTTP were read: what follows are frames. */
  beginFrames(): void {
    this.#parser.begin(0);
  }

  end(): void {
    this.finished = true;
    this.#socket.end();
  }

  reset(): void {
    this.finished = true;
    this.#socket.resetAndDestroy();
  }

  destroy(): void {
    this.#socket.destroy();
    this.deflater?.close();
  }

  /**
   * Waits for the next of a kind that was not waited for yet.
   *
   * @throws {PatienceError}
   */
  receive(what: Receivable): Promise<void> {
    const awaited = ++this.#awaited[what];
    const words = what === 'end' ? 'the other end to end' : `a ${what}`;
    // Of an answer that never comes, the end tells as much.
    return this.until(() => this.#came[what] >= awaited || (what === 'answer' && this.ended), words);
  }

  /** @throws {PatienceError} where the other end is gone, or nothing happens for too long */
  until(condition: () => boolean, what: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const settle = (then: () => void) => {
        clearTimeout(timer);
        this.#waiting.delete(look);
        then();
      };
      const look = () => {
        if (condition()) settle(resolve);
        else if (this.closed) settle(() => reject(new PatienceError(`the connection was over, and not yet ${what}`)));
      };
      const late = () => reject(new PatienceError(`the ${this.who} waited ${PATIENCE / 1000} s for ${what}`));
      const timer = setTimeout(() => settle(late), PATIENCE);
      this.#waiting.add(look);
      look();
    });
  }

  onHeader(): void {}

  onPayload(): void {}

  onFrameEnd(frame: FrameParser): void {
    if (!isControl(frame.opcode)) this.#came.message += frame.fin ? 1 : 0;
    else if (frame.opcode === PING) this.#came.ping++;
    else if (frame.opcode === PONG) this.#came.pong++;
    else if (frame.opcode === CLOSE) this.#came.close++;
  }

  #end(): void {
    if (!this.ended) this.#came.end++;
    this.ended = true;
  }

  #read(octets: Buffer): void {
    this.#note(() => {
      this.received += octets.length;
      if (this.#answer === null) this.#parser.feed(octets, 0, octets.length);
      else this.#readAnswer(octets);
    });
  }

  #readAnswer(octets: Buffer): void {
    const answer = (this.#answer + octets.toString('latin1')).slice(-LONGEST_HEAD);
    this.#answer = answer;
    const headEnd = answer.indexOf('\r\n\r\n');
    if (headEnd < 0) return;
    const isUpgraded = /^HTTP\/1\.1 101 /.test(answer);
    const length = isUpgraded ? 0 : Number(/\r\ncontent-length: *(\d+)/i.exec(answer)?.[1] ?? 0);
    const end = headEnd + 4 + length;
    if (answer.length < end) return;
    this.#came.answer++;
    this.#answer = isUpgraded ? null : '';
    const rest = Buffer.from(answer.slice(end), 'latin1');
    if (isUpgraded) this.#parser.feed(rest, 0, rest.length);
  }

  /** Something happened: whoever waits looks again. */
  #note(happen: () => void): void {
    happen();
    for (const look of [...this.#waiting]) look();
  }
}
