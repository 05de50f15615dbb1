// Which connection a walkthrough tells of where nobody said: the first that was upgraded, else one whose handshake failed,
// else one that is WebSocket without its handshake. Stops reading as soon as that is known.

import type { CaptureError } from '../../capture/index.ts';
import { type RunOptions, runDissection } from '../../dissect/run.ts';
import type { DissectionSink, HandshakeView, MidstreamView } from '../../dissect/sink.ts';
import { SWITCHING_PROTOCOLS } from '../../http/status-codes.ts';

/** A walkthrough reads its capture twice. */
export type RereadableSource = string | Uint8Array | readonly string[];

export interface Choice {
  /** Null where nothing in the capture is WebSocket. */
  connection: number | null;
  tcpConnections: number;
  /** Why the capture could not be read to its end. */
  error: CaptureError | null;
}

/** @throws CaptureError of kind `unreadable`, and the reason of the signal */
export async function chooseConversation(
  source: RereadableSource,
  { signal, onProgress }: Pick<RunOptions, 'signal' | 'onProgress'> = {},
): Promise<Choice> {
  const chooser = new Chooser();
  const decided = chooser.decided.signal;
  const either = signal === undefined ? decided : AbortSignal.any([decided, signal]);
  const { error } = await runDissection(source, () => chooser, { signal: either, onProgress });
  signal?.throwIfAborted();
  return {
    connection: chooser.upgraded ?? chooser.refused ?? chooser.midstream,
    tcpConnections: chooser.tcpConnections,
    error,
  };
}

class Chooser implements DissectionSink {
  readonly needs = { connectionDiagnostics: false, heads: false, frames: false, payloads: false };
  readonly decided = new AbortController();
  upgraded: number | null = null;
  refused: number | null = null;
  midstream: number | null = null;
  tcpConnections = 0;

  onConnection(): void {
    this.tcpConnections++;
  }

  onHandshake(handshake: HandshakeView): void {
    const { connection } = handshake.conversation;
    if (handshake.status !== SWITCHING_PROTOCOLS) {
      this.refused ??= connection;
    } else if (this.upgraded === null) {
      this.upgraded = connection;
      this.decided.abort();
    }
  }

  onMidstream({ conversation }: MidstreamView): void {
    this.midstream ??= conversation.connection;
  }

  onEvent(): void {}

  onFrame(): void {}

  onMessage(): void {}

  onControl(): void {}

  onEnd(): void {}
}
