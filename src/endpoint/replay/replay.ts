// Says one side of a captured conversation again to a live server: at the capture's pace or another, never before the answers
// have come that it had when it spoke. What comes back is compared by answer-differences.ts.

import { setImmediate as nextTurn, setTimeout } from 'node:timers/promises';
import { jsonValueOf } from '../../codec/json-value.ts';
import type { Direction } from '../../dissect/events.ts';
import { checkOptions, checkValue } from '../../option-checks.ts';
import { mayBeSent, NO_STATUS, NORMAL_CLOSURE } from '../../ws/close-codes.ts';
import { LONGEST_CONTROL } from '../../ws/opcodes.ts';
import type { ReceivedMessage, WebSocketConnection } from '../connection.ts';
import type { ConnectionEnd } from '../connection-end.ts';
import { Handlers } from '../handlers.ts';
import { LONGEST_TIMER } from '../longest-timer.ts';
import { type MessageProtocol, MessageProtocolError } from '../message-protocol.ts';
import { CONNECTION, CONVERSATION, REPLAY_OPTIONS } from '../option-tables.ts';
import { type Answer, type Difference, differencesOf, type IsIgnored, valueDifferences } from './answer-differences.ts';
import type { CapturedConversation, Said } from './captured-conversation.ts';

export interface ReplayOptions {
  /** Whose part is played; default the client's. */
  direction?: Direction | undefined;
  /** 1 keeps the capture's pace, 10 is ten times as fast; Infinity does not wait. */
  speed?: number | undefined;
  /** Milliseconds to wait for an answer that the capture had; default 5,000. */
  patience?: number | undefined;
  /** Decodes binary messages, so that they are compared by field. */
  protocol?: MessageProtocol | null | undefined;
  ignored?: IsIgnored | undefined;
  signal?: AbortSignal | undefined;
  onSent?: ((said: Said) => void) | undefined;
  onAnswer?: ((comparison: Comparison) => void) | undefined;
  /** Told where the other end closes otherwise than in the capture. */
  onEnd?: ((differences: readonly Difference[]) => void) | undefined;
}

/** One answer of the capture, of the live server, or both. */
export interface Comparison {
  /** Number among the answers, from 0. */
  index: number;
  /** Null where the capture has no such answer. */
  captured: Said | null;
  /** Null where it did not come. */
  live: Answer | null;
  differences: readonly Difference[];
}

export interface ReplayResult {
  sent: number;
  /** Data messages that came. */
  answers: number;
  /** How many of all comparisons are no match: changed, missing or more than were captured; the other end's close is one. */
  different: number;
  /** Whether everything was said; the connection may end before. */
  complete: boolean;
  end: ConnectionEnd;
}

/** Milliseconds. */
export const DEFAULT_PATIENCE = 5000;
const nothing: IsIgnored = () => false;
const isData = (said: Said) => said.kind === 'text' || said.kind === 'binary';

/**
 * Says it again on a connection, which is over afterwards, and compares.
 *
 * @throws {TypeError} of an argument or an option that is not as it must be
 * @throws the reason of `options.signal`, and what a function of the options throws
 */
export async function replay(
  conversation: CapturedConversation,
  connection: WebSocketConnection,
  options: ReplayOptions = {},
): Promise<ReplayResult> {
  checkValue('connection', connection, CONNECTION);
  try {
    checkValue('conversation', conversation, CONVERSATION);
    checkOptions(options, REPLAY_OPTIONS);
    return await replayUntilAborted(conversation, connection, options);
  } catch (error) {
    // Whoever is told of it may have failed.
    connection.terminate('given up');
    throw error;
  }
}

async function replayUntilAborted(
  conversation: CapturedConversation,
  connection: WebSocketConnection,
  options: ReplayOptions,
): Promise<ReplayResult> {
  const { signal } = options;
  const abort = () => connection.terminate('interrupted');
  signal?.addEventListener('abort', abort);
  try {
    // Of what comes before the listener nothing would be told.
    signal?.throwIfAborted();
    return await new Replay(conversation, connection, options).run();
  } finally {
    signal?.removeEventListener('abort', abort);
  }
}

class Replay {
  readonly #connection: WebSocketConnection;
  readonly #options: ReplayOptions;
  readonly #own: Direction;
  readonly #said: readonly Said[];
  readonly #captured: readonly Said[];
  readonly #protocol: MessageProtocol | null;
  readonly #handlers = new Handlers<[]>(undefined);
  #received = 0;
  /** Answers that were waited for in vain. */
  #missed = 0;
  /** Whether none has come since the last that was waited for in vain. */
  #isMute = false;
  #different = 0;
  #sent = 0;
  #over = false;
  #notify: () => void = () => {};

  constructor(conversation: CapturedConversation, connection: WebSocketConnection, options: ReplayOptions) {
    this.#connection = connection;
    this.#options = options;
    this.#own = options.direction ?? 'c2s';
    this.#said = conversation.said;
    this.#captured = conversation.said.filter((said) => said.direction !== this.#own && isData(said));
    this.#protocol = options.protocol ?? null;
  }

  async run(): Promise<ReplayResult> {
    const [{ complete, end }] = await Promise.all([this.#converse(), this.#read()]);
    // What is missing then is missing for us.
    this.#options.signal?.throwIfAborted();
    this.#handlers.throwUntold();
    for (let index = this.#received; index < this.#captured.length; index++) {
      this.#compare(index, this.#captured[index], null);
    }
    this.#compareEnd(end);
    // Those that were told last may fail by then.
    await nextTurn();
    this.#handlers.throwUntold();
    return { sent: this.#sent, answers: this.#received, different: this.#different, complete, end };
  }

  async #converse(): Promise<{ complete: boolean; end: ConnectionEnd }> {
    const complete = await this.#speak();
    await this.#answered(this.#captured.length);
    return { complete, end: await this.#closed() };
  }

  /** Returns whether all was said. */
  async #speak(): Promise<boolean> {
    const { speed = 1 } = this.#options;
    let answers = 0;
    let before = this.#said[0]?.seconds ?? 0;
    for (const said of this.#said) {
      if (said.direction !== this.#own) {
        if (!isData(said)) continue;
        answers++;
        before = said.seconds;
        continue;
      }
      // Behind what is waited for: the other side's pings come when they come.
      const pause = (said.seconds - before) / speed;
      before = said.seconds;
      await this.#answered(answers);
      if (pause > 0) await this.#pause(pause * 1000);
      if (this.#over) return false;
      // Pongs are given by the connection itself.
      if (said.kind === 'pong') continue;
      if (!(await this.#say(said))) return false;
      if (said.kind === 'close') return true;
    }
    return true;
  }

  async #say(said: Said): Promise<boolean> {
    const { kind, data } = said;
    try {
      // The last one; what comes of it is awaited behind it.
      if (kind === 'close') void this.#connection.close(closeCodeOf(said), said.reason).catch(() => {});
      else if (kind === 'ping') this.#connection.ping(data.subarray(0, LONGEST_CONTROL));
      else if (kind === 'text') await this.#connection.sendText(Buffer.from(data).toString());
      else await this.#connection.sendBinary(data);
    } catch {
      return false;
    }
    this.#sent++;
    this.#told(this.#options.onSent?.(said));
    return true;
  }

  async #read(): Promise<void> {
    for await (const message of this.#connection) {
      const index = this.#received++;
      this.#isMute = false;
      this.#compare(index, this.#captured[index] ?? null, message);
      this.#notify();
    }
    this.#over = true;
    this.#notify();
  }

  /** Waits until so many answers have come, those left out that came too late once; not for a server that has said nothing since. */
  async #answered(count: number): Promise<void> {
    const { patience = DEFAULT_PATIENCE } = this.#options;
    while (!this.#over && !this.#isMute && this.#received + this.#missed < count) {
      const before = this.#received;
      await this.#something(patience);
      if (this.#received > before) continue;
      this.#isMute = true;
      this.#missed = Math.max(0, count - this.#received);
    }
  }

  async #pause(milliseconds: number): Promise<void> {
    const end = performance.now() + milliseconds;
    while (!this.#over && performance.now() < end) await this.#something(end - performance.now());
  }

  /** A message, the end, or so many milliseconds. */
  async #something(milliseconds: number): Promise<void> {
    const stop = new AbortController();
    const notified = new Promise<void>((resolve) => {
      this.#notify = resolve;
    });
    const timed = setTimeout(Math.min(Math.max(0, milliseconds), LONGEST_TIMER), undefined, {
      signal: stop.signal,
    }).catch(() => {});
    await Promise.race([notified, timed]);
    stop.abort();
  }

  /** Ends as the capture did, where this side's close frame is in it; else in the ordinary way. */
  async #closed(): Promise<ConnectionEnd> {
    if (!this.#over) void this.#connection.close(NORMAL_CLOSURE).catch(() => {});
    return this.#connection.ended;
  }

  /** Where the capture has the other end's close frame; it may have ended before. */
  #compareEnd({ code, reason }: ConnectionEnd): void {
    const captured = this.#said.find((said) => said.direction !== this.#own && said.kind === 'close');
    if (captured === undefined) return;
    const before = { close: { code: captured.code ?? NO_STATUS, reason: captured.reason } };
    const differences = valueDifferences(before, { close: { code, reason } }, this.#options.ignored ?? nothing);
    if (differences.length === 0) return;
    this.#different++;
    this.#told(this.#options.onEnd?.(differences));
  }

  #compare(index: number, captured: Said | null, message: ReceivedMessage | null): void {
    const live = message === null ? null : this.#answerOf(message.opcode, message.data);
    let differences: readonly Difference[] = [];
    if (captured !== null && live !== null) {
      const before = this.#answerOf(captured.kind === 'text' ? 'text' : 'binary', captured.data);
      differences = differencesOf(before, live, this.#options.ignored ?? nothing);
    }
    if (captured === null || live === null || differences.length > 0) this.#different++;
    this.#told(this.#options.onAnswer?.({ index, captured, live, differences }));
  }

  /** What is thrown ends the replay as it is. */
  #told(returned: unknown): void {
    this.#handlers.watch(returned, () => this.#connection.terminate('given up'));
  }

  #answerOf(kind: 'text' | 'binary', data: Uint8Array): Answer {
    if (kind === 'text') return { kind, type: null, value: jsonOf(data), data };
    if (this.#protocol === null) return { kind, type: null, value: undefined, data };
    try {
      const { type, value } = this.#protocol.unmarshal(data);
      return { kind, type, value, data };
    } catch (error) {
      if (error instanceof MessageProtocolError) return { kind, type: null, value: undefined, data };
      throw error;
    }
  }
}

/** What a close frame may not have is left out of it, as nobody can send it by the rules. */
function closeCodeOf({ code }: Said): number {
  return code !== null && mayBeSent(code) ? code : NO_STATUS;
}

/** Text that is an object or a list in JSON; undefined for all other text. */
function jsonOf(data: Uint8Array): unknown {
  const value = jsonValueOf(Buffer.from(data).toString());
  return typeof value === 'object' && value !== null ? value : undefined;
}
