// Tells a capture's WebSocket conversation packet by packet, as the article does, as text, Markdown or HTML: the face of
// this folder. Knows neither files nor exit codes.

import { addAbortSignal, type Readable } from 'node:stream';
import type { CaptureError } from '../../capture/index.ts';
import { isPathReadOnce, isSet, unendingPath } from '../../capture/index.ts';
import type { PayloadCodec } from '../../codec/codec.ts';
import type { CaptureSource, OnProgress } from '../../dissect/run.ts';
import { makePalette } from '../palette.ts';
import { chooseConversation, type OtherConversations, type RereadableSource } from './choose-conversation.ts';
import { collectConversation } from './conversation-collector.ts';
import type { WalkthroughDocument } from './document.ts';
import { renderHtml } from './html.ts';
import { renderMarkdown } from './markdown.ts';
import { explainerOf } from './payload-explainer.ts';
import { tellStory } from './story.ts';
import { renderText } from './text.ts';

export type WalkthroughFormat = 'text' | 'markdown' | 'html';

export interface WalkthroughOptions {
  /** Number of the TCP connection; by default the first that speaks WebSocket, else the first that asked for it. */
  connection?: number | undefined;
  format: WalkthroughFormat;
  /** Columns of the text; default 80. */
  width?: number | undefined;
  /** Colours the text; default false. */
  colour?: boolean | undefined;
  /** Decodes binary messages; one that explains them has their octets named too. */
  codec: PayloadCodec | null;
  /** Ends the reading early: its reason is thrown, as a part of the story would be none. */
  signal?: AbortSignal | undefined;
  onProgress?: OnProgress | undefined;
}

export interface Walkthrough {
  /** Ends with a line end. */
  text: string;
  /** Why the capture could not be read to its end; null where it could. */
  error: CaptureError | null;
}

/** There is no conversation to walk through, in one line. */
export class NoConversationError extends Error {
  /** Why the capture could not be read to its end, where that may be the reason. */
  readonly captureError: CaptureError | null;

  constructor(message: string, captureError: CaptureError | null) {
    super(message);
    this.name = 'NoConversationError';
    this.captureError = captureError;
  }
}

/** A stream cannot be read twice, so that it is held; octets. */
const STREAM_LIMIT = 256 * 1024 * 1024;

const DEFAULT_WIDTH = 80;

/**
 * @throws {NoConversationError} where the capture has no WebSocket connection, or not the one asked for
 * @throws {CaptureError} of kind `unreadable` or `format`, where it is no capture
 */
export async function walkthrough(source: CaptureSource, options: WalkthroughOptions): Promise<Walkthrough> {
  const capture = await readableTwice(source, options);
  const { connection, others } = await chosen(capture, options);
  const { record, connections, error } = await collectConversation(capture, connection, options);
  if (record === null) {
    const there = connections === 0 ? 'no TCP connection' : `TCP connections 0 to ${connections - 1}`;
    throw new NoConversationError(`there is no connection ${connection}; the capture has ${there}`, error);
  }
  if (record.handshake === null && record.midstream === null) {
    throw new NoConversationError(
      `connection ${connection} is not WebSocket; without a number the first WebSocket connection is taken`,
      error,
    );
  }
  return { text: render(tellStory(record, explainerOf(options.codec), others), options), error };
}

interface Chosen {
  connection: number;
  /** Null where nobody looked for others. */
  others: OtherConversations | null;
}

async function chosen(capture: RereadableSource, options: WalkthroughOptions): Promise<Chosen> {
  if (options.connection !== undefined) return { connection: options.connection, others: null };
  const { signal, onProgress } = options;
  const { connection, others, tcpConnections, error } = await chooseConversation(capture, { signal, onProgress });
  if (connection !== null) return { connection, others };
  // A file that is no capture at all says so itself.
  if (error?.kind === 'format') throw error;
  const among = tcpConnections === 1 ? '1 TCP connection' : `${tcpConnections} TCP connections`;
  throw new NoConversationError(`there is no WebSocket conversation in the capture, which has ${among}`, error);
}

function render(document: WalkthroughDocument, options: WalkthroughOptions): string {
  if (options.format === 'html') return renderHtml(document);
  if (options.format === 'markdown') return renderMarkdown(document);
  return renderText(document, options.width ?? DEFAULT_WIDTH, makePalette({ colour: options.colour ?? false }));
}

async function readableTwice(source: CaptureSource, { signal }: WalkthroughOptions): Promise<RereadableSource> {
  if (source instanceof Uint8Array) return source;
  if (typeof source === 'string') {
    const unending = await unendingPath(source);
    return unending === null ? source : octetsOf(unending, signal);
  }
  if (!isSet(source)) return octetsOf(source, signal);
  return source.map((each) => {
    if (typeof each === 'string' && !isPathReadOnce(each)) return each;
    throw new NoConversationError(
      'a walkthrough reads the capture twice, so that no stream can be among its files',
      null,
    );
  });
}

async function octetsOf(stream: Readable, signal: AbortSignal | undefined): Promise<Uint8Array> {
  if (signal !== undefined) addAbortSignal(signal, stream);
  try {
    return await collected(stream);
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
}

async function collected(stream: Readable): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of stream as AsyncIterable<Uint8Array>) {
    length += chunk.length;
    if (length > STREAM_LIMIT) {
      throw new NoConversationError(
        `a walkthrough reads the capture twice and holds no stream of more than ${STREAM_LIMIT / 2 ** 20} MiB; save it to a file first`,
        null,
      );
    }
    chunks.push(chunk);
  }
  const octets = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    octets.set(chunk, at);
    at += chunk.length;
  }
  return octets;
}
