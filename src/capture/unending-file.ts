// Files that are no regular ones, as streams: pipes, terminals, devices. Knows no format.

import { constants, createReadStream, open, type Stats } from 'node:fs';
import { platform } from 'node:os';
import type { Readable } from 'node:stream';
import { promisify } from 'node:util';

/**
 * Opening a pipe waits for who writes to it, on a thread that cannot be given up: neither Ctrl-C nor a second one would end the
 * process. Linux waits for the writer in reading as well; others may take its absence for the end.
 */
const PIPE_FLAGS = platform() === 'linux' ? constants.O_RDONLY | constants.O_NONBLOCK : constants.O_RDONLY;

/** @throws the error of `open(2)` */
export async function unendingFile(path: string, facts: Stats): Promise<Readable> {
  // A pipe is waited for as sockets are: a read that blocks a thread of the pool could not be given up either.
  if (facts.isFIFO()) {
    const { Socket } = await import('node:net');
    return new Socket({ fd: await promisify(open)(path, PIPE_FLAGS), readable: true, writable: false });
  }
  return createReadStream(path);
}
