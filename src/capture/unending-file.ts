// Files that are no regular ones, as streams: pipes, terminals, devices. Knows no format.

import { createReadStream, open, type Stats } from 'node:fs';
import type { Readable } from 'node:stream';
import { promisify } from 'node:util';

/** @throws the error of `open(2)` */
export async function unendingFile(path: string, facts: Stats): Promise<Readable> {
  // A pipe is waited for as sockets are: a read that blocks a thread of the pool could not be given up.
  if (facts.isFIFO()) {
    const { Socket } = await import('node:net');
    return new Socket({ fd: await promisify(open)(path, 'r'), readable: true, writable: false });
  }
  return createReadStream(path);
}
