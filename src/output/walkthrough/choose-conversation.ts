// Which connection a walkthrough tells of where nobody said: the first, by number, that speaks WebSocket, and only where none
// does the first that asked for it. Reads the whole capture, as the first may be known last; keeps no packets.

import type { CaptureError } from '../../capture/index.ts';
import { type RunOptions, runDissection } from '../../dissect/run.ts';
import type { DissectionSink, EndView, HandshakeView, MidstreamView, RareEvent } from '../../dissect/sink.ts';
import { SWITCHING_PROTOCOLS } from '../../http/status-codes.ts';

/** A walkthrough reads its capture twice. */
export type RereadableSource = string | Uint8Array | readonly string[];

/** Connections that could have been told of as well. */
export interface OtherConversations {
  count: number;
  /** Numbers of the first of them. */
  first: readonly number[];
  /** Whether they speak WebSocket, as the one that is told of does; else they asked for it and did not get it. */
  speak: boolean;
}

export interface Choice {
  /** Null where nothing in the capture is WebSocket. */
  connection: number | null;
  others: OtherConversations;
  tcpConnections: number;
  /** Why the capture could not be read to its end. */
  error: CaptureError | null;
}

/** Numbers of other connections that are told. */
const OTHERS_NAMED = 8;

/** @throws CaptureError of kind `unreadable`, and the reason of the signal */
export async function chooseConversation(
  source: RereadableSource,
  { signal, onProgress }: Pick<RunOptions, 'signal' | 'onProgress'> = {},
): Promise<Choice> {
  const chooser = new Chooser();
  const { error } = await runDissection(source, () => chooser, { signal, onProgress });
  signal?.throwIfAborted();
  const speak = chooser.speaking.count > 0;
  const { lowest, count } = speak ? chooser.speaking : chooser.refused;
  const [connection = null, ...first] = lowest;
  const others = { count: Math.max(0, count - 1), first, speak };
  return { connection, others, tcpConnections: chooser.tcpConnections, error };
}

/** Counts connections, and keeps the lowest of their numbers in order. */
class Numbers {
  readonly lowest: number[] = [];
  count = 0;

  add(connection: number): void {
    this.count++;
    const behind = this.lowest.findIndex((number) => number > connection);
    this.lowest.splice(behind < 0 ? this.lowest.length : behind, 0, connection);
    if (this.lowest.length > OTHERS_NAMED + 1) this.lowest.pop();
  }
}

class Chooser implements DissectionSink {
  readonly needs = { connectionDiagnostics: false, heads: false, frames: false, payloads: false };
  readonly speaking = new Numbers();
  readonly refused = new Numbers();
  tcpConnections = 0;
  /** Of those that are open whether they speak WebSocket: one connection may ask for it several times. */
  readonly #open = new Map<number, boolean>();

  onConnection(): void {
    this.tcpConnections++;
  }

  onHandshake({ conversation, status }: HandshakeView): void {
    this.#open.set(conversation.connection, status === SWITCHING_PROTOCOLS);
  }

  onMidstream({ conversation }: MidstreamView): void {
    this.#open.set(conversation.connection, true);
  }

  onEvent(event: RareEvent): void {
    // Frames behind a request without its answer.
    if (event.type === 'diagnostic' && event.code === 'answer-not-captured') this.#open.set(event.connection, true);
  }

  onFrame(): void {}

  onMessage(): void {}

  onControl(): void {}

  onEnd({ conversation: { connection } }: EndView): void {
    const speaks = this.#open.get(connection);
    if (speaks === undefined) return;
    this.#open.delete(connection);
    (speaks ? this.speaking : this.refused).add(connection);
  }
}
