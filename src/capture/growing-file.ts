// A file that somebody still writes, as a stream that waits at its end for more. Knows no format.

import type { FileHandle } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { CaptureError } from './capture-error.ts';

const READ_LENGTH = 64 * 1024;
/** Milliseconds between looks at a file that has nothing new. Not every file system tells of changes, but all can be asked. */
const PAUSE = 100;

/** @param signal ends the waiting, as the file never ends */
export function growingFile(path: string, signal: AbortSignal): Readable {
  return Readable.from(octetsOf(path, signal), { objectMode: false });
}

async function* octetsOf(path: string, signal: AbortSignal): AsyncGenerator<Uint8Array, void, undefined> {
  const { open } = await import('node:fs/promises');
  const handle = await open(path);
  try {
    for (let offset = 0; !signal.aborted; ) {
      const octets = new Uint8Array(READ_LENGTH);
      const { bytesRead } = await handle.read(octets, 0, READ_LENGTH, offset);
      offset += bytesRead;
      if (bytesRead > 0) yield octets.subarray(0, bytesRead);
      else await waitForMore(path, handle, offset, signal);
    }
  } finally {
    await handle.close();
  }
}

async function waitForMore(path: string, handle: FileHandle, offset: number, signal: AbortSignal): Promise<void> {
  const change = await changeOf(path, handle, offset);
  if (change !== null) {
    throw new CaptureError('damaged', `the file was ${change} while it was followed; follow it anew`, { offset });
  }
  const { setTimeout } = await import('node:timers/promises');
  await setTimeout(PAUSE, undefined, { signal }).catch(() => undefined);
}

/** What happened to the file so that nothing of it can be expected any more, in words; null where nothing did. */
async function changeOf(path: string, handle: FileHandle, offset: number): Promise<string | null> {
  const { stat } = await import('node:fs/promises');
  const opened = await handle.stat();
  if (opened.size < offset) return `cut from ${offset} to ${opened.size} octets`;
  try {
    const named = await stat(path);
    return named.ino === opened.ino && named.dev === opened.dev ? null : 'replaced by another';
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'moved or deleted' : null;
  }
}
