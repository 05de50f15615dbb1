// Standard output in large pieces. Writing waits for a slow reader, so that what is not read yet is never heaped up in
// memory. Knows nothing of what is written.

import { writeSync } from 'node:fs';
import type { TextSink } from '../output/text-sink.ts';

const STANDARD_OUTPUT = 1;
/** Characters gathered before they are written. */
const CHUNK = 64 * 1024;
/** Milliseconds between attempts where the other end of a non-blocking pipe is full. */
const PATIENCE = 2;

const never = new Int32Array(new SharedArrayBuffer(4));

/** @throws the error of `write(2)`; EPIPE where the reader is gone. */
function writeAll(octets: Uint8Array): void {
  let position = 0;
  while (position < octets.length) {
    try {
      position += writeSync(STANDARD_OUTPUT, octets, position);
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EAGAIN')) throw error;
      Atomics.wait(never, 0, 0, PATIENCE);
    }
  }
}

export class StandardOutput implements TextSink {
  #text = '';

  write(text: string): void {
    this.#text += text;
    if (this.#text.length >= CHUNK) this.flush();
  }

  /** Octets as they are, after all text before them. */
  writeOctets(octets: Uint8Array): void {
    this.flush();
    writeAll(octets);
  }

  writeNow(text: string): void {
    this.write(text);
    this.flush();
  }

  flush(): void {
    if (this.#text === '') return;
    const octets = new TextEncoder().encode(this.#text);
    this.#text = '';
    writeAll(octets);
  }
}
