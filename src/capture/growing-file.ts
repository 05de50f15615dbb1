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
      else await waitForMore(handle, offset, signal);
    }
  } finally {
    await handle.close();
  }
}

async function waitForMore(handle: FileHandle, offset: number, signal: AbortSignal): Promise<void> {
  const { size } = await handle.stat();
  if (size < offset) {
    throw new CaptureError(
      'damaged',
      `the file was cut from ${offset} to ${size} octets while it was followed; follow it anew`,
      { offset },
    );
  }
  const { setTimeout } = await import('node:timers/promises');
  await setTimeout(PAUSE, undefined, { signal }).catch(() => undefined);
}
