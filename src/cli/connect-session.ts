// A conversation of `connect`: sends what it is given, prints what comes back, and pairs the two for the round trip. Knows
// nothing of options and terminals.

import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ConnectionEnd, MessageProtocol, WebSocketConnection } from '../endpoint/index.ts';
import type { LiveOutput } from './live-output.ts';
import type { OutgoingMessage } from './outgoing-message.ts';

/** Milliseconds of sending after which what came in is received, as sending alone would never let it. */
const TURN = 10;

export class ConnectSession {
  readonly connection: WebSocketConnection;
  /** The connection is over, and all that came was printed. */
  readonly over: Promise<ConnectionEnd>;
  readonly #protocol: MessageProtocol;
  readonly #output: LiveOutput;
  /** When the messages that nothing has answered yet were sent, in milliseconds. */
  #unanswered: number[] = [];
  /** How many of them are answered by now: taken away many at a time, as each time all others move. */
  #answered = 0;
  readonly #pings: number[] = [];
  /** Pings and pongs that came behind messages which were not printed yet: behind how many in all, and how they are printed. */
  readonly #controls: { readonly behind: number; readonly print: () => void }[] = [];
  readonly #roundTrips: number[] = [];
  #sent = 0;
  #received = 0;
  #onAnswer: () => void = () => {};
  /** When what comes in could last be received, in milliseconds. */
  #turnBegun = 0;

  constructor(connection: WebSocketConnection, protocol: MessageProtocol, output: LiveOutput) {
    this.connection = connection;
    this.#protocol = protocol;
    this.#output = output;
    this.over = this.#receive();
  }

  /**
   * Encodes and sends; what is received may answer it.
   *
   * @throws {MessageProtocolError} where the type is not registered or the value does not fit it
   * @throws {ConnectionClosedError}
   */
  async send(message: OutgoingMessage): Promise<void> {
    if (performance.now() - this.#turnBegun > TURN) {
      await nextTurn();
      this.#turnBegun = performance.now();
    }
    if (message.kind === 'ping') {
      this.connection.ping(message.data);
      this.#pings.push(performance.now());
      this.#output.control('c2s', 'ping', message.data, null);
      await this.connection.drained();
      return;
    }
    const opcode = message.kind === 'text' ? 'text' : 'binary';
    const data = this.#encode(message);
    if (message.kind === 'text') await this.connection.sendText(message.text);
    else await this.connection.sendBinary(data);
    // No answer can have come before: there was no turn in which it could be received.
    this.#output.sent({ opcode, data, compressed: this.connection.compression });
    this.#unanswered.push(performance.now());
    this.#sent++;
  }

  /** Told of pings and pongs by the connection, at once: so many messages before them may wait. */
  onControl(opcode: 'ping' | 'pong', payload: Uint8Array, messagesBefore: number): void {
    const begun = opcode === 'pong' ? this.#pings.shift() : undefined;
    const roundTrip = begun === undefined ? null : secondsSince(begun);
    const print = () => this.#output.control('s2c', opcode, payload, roundTrip);
    this.#controls.push({ behind: messagesBefore, print });
    this.#printControls(this.#received);
    this.#onAnswer();
  }

  /** Those that came behind no more messages than were printed. */
  #printControls(printed: number): void {
    while (this.#controls.length > 0 && this.#controls[0].behind <= printed) this.#controls.shift()?.print();
  }

  /** Waits until each message and ping has been answered, at most so many milliseconds after the last answer. */
  async answered(patience: number): Promise<void> {
    for (;;) {
      if (this.#unanswered.length === this.#answered && this.#pings.length === 0) return;
      const answer = new Promise<'answer' | 'ended'>((resolve) => {
        this.#onAnswer = () => resolve('answer');
      });
      const ended = this.connection.ended.then(() => 'ended' as const);
      const what = await this.#within(patience, [answer, ended]);
      if (what !== 'answer') return;
    }
  }

  /** Waits so many milliseconds, or for the end of the connection. */
  async pause(milliseconds: number): Promise<void> {
    await this.#within(milliseconds, [this.connection.ended]);
  }

  async close(code: number, reason = ''): Promise<ConnectionEnd> {
    await this.connection.close(code, reason);
    return this.over;
  }

  async #receive(): Promise<ConnectionEnd> {
    for await (const message of this.connection) {
      const begun = this.#takeOldest();
      const roundTrip = begun === undefined ? null : secondsSince(begun);
      if (roundTrip !== null) this.#roundTrips.push(roundTrip);
      this.#received++;
      this.#output.received(message, roundTrip);
      this.#printControls(this.#received);
      this.#onAnswer();
    }
    this.#printControls(Number.POSITIVE_INFINITY);
    const end = await this.connection.ended;
    this.#output.ended(end, { sent: this.#sent, received: this.#received, roundTrips: this.#roundTrips });
    return end;
  }

  /** When the oldest message without an answer was sent. */
  #takeOldest(): number | undefined {
    const begun = this.#unanswered[this.#answered];
    if (begun === undefined) return undefined;
    this.#answered++;
    if (this.#answered > 1000 && this.#answered * 2 > this.#unanswered.length) {
      this.#unanswered = this.#unanswered.slice(this.#answered);
      this.#answered = 0;
    }
    return begun;
  }

  async #within<T>(milliseconds: number, others: readonly Promise<T>[]): Promise<T | undefined> {
    let timer: NodeJS.Timeout | undefined;
    const time = new Promise<undefined>((resolve) => {
      timer = setTimeout(() => resolve(undefined), milliseconds);
    });
    const first = await Promise.race([time, ...others]);
    clearTimeout(timer);
    return first;
  }

  #encode(message: Exclude<OutgoingMessage, { kind: 'ping' }>): Uint8Array {
    if (message.kind === 'text') return new TextEncoder().encode(message.text);
    return message.kind === 'binary' ? message.data : this.#protocol.marshal(message.type, message.value);
  }
}

function secondsSince(milliseconds: number): number {
  return Math.round((performance.now() - milliseconds) * 1000) / 1_000_000;
}
