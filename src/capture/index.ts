// Opens a capture, wherever it is, and hands its packets to a sink: the face of this folder. Which reader brings the
// octets is decided here, what they mean by formats.ts.

import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { readFileBlocks, readFileSync, readOctets, readOctetsSync } from './block-reader.ts';
import { unreadable } from './capture-error.ts';
import type { CaptureSink, ReadOptions } from './capture-parser.ts';
import type { CaptureDescription } from './packet.ts';
import { readStream } from './stream-reader.ts';

export { CaptureError, type CaptureErrorKind } from './capture-error.ts';
export type { CaptureSink, ReadOptions } from './capture-parser.ts';
export { type CaptureDescription, Origin, type PacketSink, PacketView } from './packet.ts';

async function orUnreadable<T>(operation: Promise<T>): Promise<T> {
  try {
    return await operation;
  } catch (cause) {
    throw unreadable(cause, 0);
  }
}

async function readPath(path: string, sink: CaptureSink, options: ReadOptions): Promise<CaptureDescription> {
  const reached = await orUnreadable(stat(path));
  // Pipes, terminals and other devices have no end to read ahead to.
  if (!reached.isFile() && !reached.isDirectory()) return readStream(createReadStream(path), sink, options);
  const handle = await orUnreadable(open(path));
  try {
    return await readFileBlocks(handle, sink, options);
  } finally {
    await handle.close();
  }
}

/**
 * Reads a capture from a path, from octets, or from a stream, which is destroyed in the end.
 *
 * @throws {CaptureError} after all whole packets before the fault were handed on; `unreadable` where there is nothing
 *   to read. The reason of `options.signal`, and whatever the sink throws, are passed on.
 */
export async function readCapture(
  source: string | Uint8Array | Readable,
  sink: CaptureSink,
  options: ReadOptions = {},
): Promise<CaptureDescription> {
  options.signal?.throwIfAborted();
  if (typeof source === 'string') return readPath(source, sink, options);
  if (source instanceof Uint8Array) return readOctets(source, sink, options);
  return readStream(source, sink, options);
}

/** `readCapture` without waiting; `options.pause` is not asked. */
export function readCaptureSync(
  source: string | Uint8Array,
  sink: CaptureSink,
  options: ReadOptions = {},
): CaptureDescription {
  return typeof source === 'string' ? readFileSync(source, sink, options) : readOctetsSync(source, sink, options);
}
