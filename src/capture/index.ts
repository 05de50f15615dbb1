// Opens a capture, wherever it is, and hands its packets to a sink: the face of this folder. Which reader brings the
// octets is decided here, what they mean by formats.ts.

import { type Stats, statSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { readFileBlocks, readFileSync, readOctets, readOctetsSync } from './block-reader.ts';
import { unreadable } from './capture-error.ts';
import type { CaptureSink, ReadOptions } from './capture-parser.ts';
import { readCaptureSet, type SetSource } from './capture-set.ts';
import type { CaptureDescription } from './packet.ts';
import { readStream } from './stream-reader.ts';
import { unendingFile } from './unending-file.ts';

export { CaptureError } from './capture-error.ts';
export type { CaptureSink, ReadOptions } from './capture-parser.ts';
export { growingFile } from './growing-file.ts';
export { type LiveCapture, startLiveCapture } from './live-capture.ts';
export type { CaptureDescription } from './packet.ts';

async function readPath(path: string, sink: CaptureSink, options: ReadOptions): Promise<CaptureDescription> {
  const unending = await unendingPath(path);
  return unending === null ? readFileBlocks(path, sink, options) : readStream(unending, sink, options);
}

/**
 * What a path leads to where it is no regular file and can be read only once; null where it can be read again.
 *
 * @throws {CaptureError} `unreadable`
 */
export async function unendingPath(path: string): Promise<Readable | null> {
  try {
    const reached = statSync(path);
    // Pipes, terminals and other devices are waited for, and this thread must not be.
    return isReadOnce(reached) ? await unendingFile(path, reached) : null;
  } catch (cause) {
    throw unreadable(cause, 0);
  }
}

/** Whether a path leads to what can be read only once, such as a pipe. */
export function isPathReadOnce(path: string): boolean {
  try {
    return isReadOnce(statSync(path));
  } catch {
    // Reading it tells why it cannot be read.
    return false;
  }
}

function isReadOnce(reached: Stats): boolean {
  return !reached.isFile() && !reached.isDirectory();
}

/** A file's path, octets, a stream of them, or several paths and streams as one capture, merged by time. */
export type CaptureSource = string | Uint8Array | Readable | readonly (string | Readable)[];

/** `Array.isArray` does not tell a list that is not to be changed from the others. */
export function isSet(source: CaptureSource): source is readonly (string | Readable)[] {
  return Array.isArray(source);
}

/** What it is called in events: its path, or `-`. */
export function sourceName(source: string | Uint8Array | Readable): string {
  return typeof source === 'string' ? source : '-';
}

/**
 * Reads a capture from a path, from octets, from a stream, which is destroyed in the end, or from several of them.
 *
 * @throws {CaptureError} after all whole packets before the fault were handed on; `unreadable` where there is nothing
 *   to read. The reason of `options.signal`, and whatever the sink throws, are passed on.
 */
export async function readCapture(
  source: CaptureSource,
  sink: CaptureSink,
  options: ReadOptions = {},
): Promise<CaptureDescription> {
  if (options.signal?.aborted) destroyStreams(source);
  options.signal?.throwIfAborted();
  if (isSet(source)) return readSet(source, sink, options);
  if (typeof source === 'string') return readPath(source, sink, options);
  if (ArrayBuffer.isView(source)) return readOctets(source, sink, options);
  return readStream(source, sink, options);
}

/** Those of a source that is not read after all; what else was given is left alone. */
export function destroyStreams(source: CaptureSource): void {
  for (const each of isSet(source) ? source : [source]) (each as Partial<Readable> | null | undefined)?.destroy?.();
}

async function readSet(
  sources: readonly SetSource[],
  sink: CaptureSink,
  options: ReadOptions,
): Promise<CaptureDescription> {
  if (sources.length === 0) throw new TypeError('no capture is given; name at least one');
  if (sources.length === 1) return readCapture(sources[0], sink, options);
  return readCaptureSet(sources, sourceName, sink, options);
}

/** `readCapture` without waiting; `options.pause` is not asked. */
export function readCaptureSync(
  source: string | Uint8Array,
  sink: CaptureSink,
  options: ReadOptions = {},
): CaptureDescription {
  if (typeof source === 'string') return readFileSync(source, sink, options);
  if (ArrayBuffer.isView(source)) return readOctetsSync(source, sink, options);
  throw new TypeError('only a path or octets are read without waiting; read others with dissect');
}
