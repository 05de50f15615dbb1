// Which WebSocket connections a capture has, for commands that show one and were not told which. Reads the capture once
// for nothing else.

import { CaptureError } from '../capture/index.ts';
import type { MidstreamEvent } from '../dissect/events.ts';
import { runDissection } from '../dissect/run.ts';
import type {
  ConversationView,
  DissectionSink,
  EndView,
  HandshakeView,
  MidstreamView,
  RareEvent,
  SinkNeeds,
} from '../dissect/sink.ts';
import { SWITCHING_PROTOCOLS } from '../http/status-codes.ts';
import { formatEndpoint } from '../output/endpoint-text.ts';
import { escapeText } from '../output/terminal-text.ts';
import { attend } from './attended-reading.ts';
import { USAGE } from './exit-codes.ts';
import { captureFailure, captureName, Failure } from './failure.ts';
import { readOnceOf, sourceOf } from './input.ts';
import type { Reading } from './reading-options.ts';

/** Connections that are listed; who has more uses the table. */
const LISTED = 20;

interface ListedConnection {
  connection: number;
  /** `10.0.0.1:40001 → 10.0.0.2:8888 /connect`, safe for a terminal. */
  says: string;
}

function describe(parties: Pick<ConversationView, 'client' | 'server'>, what: string): string {
  return `${formatEndpoint(parties.client)} → ${formatEndpoint(parties.server)} ${escapeText(what)}`;
}

class ListingSink implements DissectionSink {
  readonly needs: SinkNeeds = { connectionDiagnostics: false, heads: true, frames: false, payloads: false };
  readonly found: ListedConnection[] = [];
  count = 0;
  /** Of connections whose upgrade was asked for and not answered. */
  readonly #unanswered = new Map<number, string>();

  onEvent(event: RareEvent): void {
    if (event.type === 'diagnostic' && event.code === 'answer-not-captured') {
      this.#add(event.connection, this.#unanswered.get(event.connection) ?? '');
    }
  }

  onHandshake({ conversation, status, target }: HandshakeView): void {
    const says = describe(conversation, target);
    if (status === SWITCHING_PROTOCOLS) this.#add(conversation.connection, says);
    else if (status === null) this.#unanswered.set(conversation.connection, says);
  }

  onMidstream(midstream: MidstreamView): void {
    const { conversation } = midstream;
    this.#add(conversation.connection, describe(conversation, beginningOf(midstream.event())));
  }

  onFrame(): void {}

  onMessage(): void {}

  onControl(): void {}

  onEnd({ conversation }: EndView): void {
    this.#unanswered.delete(conversation.connection);
  }

  #add(connection: number, says: string): void {
    this.count++;
    if (this.found.length < LISTED) this.found.push({ connection, says });
  }
}

interface ConnectionList {
  /** The first ones. */
  connections: readonly ListedConnection[];
  count: number;
}

/** @throws {Failure} where the capture cannot be read, or is damaged so early that there is nothing to choose from */
async function listConnections(files: readonly string[], reading: Reading, progress: boolean): Promise<ConnectionList> {
  const sink = new ListingSink();
  try {
    const { error } = await attend({ files, progress, unit: 'message', isForPeople: false }, async (attendance) => {
      const result = await runDissection(sourceOf(files), () => sink, { ...reading, ...attendance });
      attendance.signal.throwIfAborted();
      return result;
    });
    // Damage is told by the reading that follows, where one follows.
    if (error !== null && sink.count !== 1) throw error;
  } catch (error) {
    throw error instanceof CaptureError ? captureFailure(files, error) : error;
  }
  return { connections: sink.found.sort((one, other) => one.connection - other.connection), count: sink.count };
}

/** Why none can be shown, with those that there are. */
function refusal(files: readonly string[], why: string, { connections, count }: ConnectionList): Failure {
  const head = `${captureName(files)}: ${why}`;
  if (count === 0) return new Failure(`${head}; wsdissect ${files.join(' ')} says what is there`);
  const lines = connections.map(({ connection, says }) => `  ${String(connection).padStart(5)}  ${says}`);
  if (count > LISTED) lines.push(`  … and ${count - LISTED} more`);
  return new Failure(`${head}; name one of these`, USAGE, { details: lines });
}

/**
 * The number of the capture's only WebSocket connection.
 *
 * @throws {Failure} that lists them where there are several
 */
export async function onlyConnection(files: readonly string[], reading: Reading, progress: boolean): Promise<number> {
  const once = await readOnceOf(files);
  if (once !== null) {
    throw new Failure(`${captureName([once])} can be read only once; give the number of the connection too`);
  }
  const list = await listConnections(files, reading, progress);
  if (list.count === 1) return list.connections[0].connection;
  const why = list.count === 0 ? 'it has no WebSocket connection' : `it has ${list.count} WebSocket connections`;
  throw refusal(files, why, list);
}

/** What to say where the connection asked for is not there. */
export async function noSuchConnection(
  files: readonly string[],
  connection: number,
  reading: Reading,
  progress: boolean,
): Promise<Failure> {
  const why = `it has no WebSocket connection ${connection}`;
  const isGone = (await readOnceOf(files)) !== null;
  const none: ConnectionList = { connections: [], count: 0 };
  return refusal(files, why, isGone ? none : await listConnections(files, reading, progress));
}

/** What stands for the target of a connection whose request was not read. */
function beginningOf({ response, unreadRequest }: MidstreamEvent): string {
  if (response === undefined) return '(begun before the capture)';
  return unreadRequest ? '(request too large to be read)' : '(request not captured)';
}
