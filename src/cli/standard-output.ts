// Standard output in large pieces. Knows nothing of what is written.

import type { TextSink } from '../output/text-sink.ts';
import { writeOutput } from './standard-streams.ts';

/** Characters gathered before they are written. */
const CHUNK = 64 * 1024;

export class StandardOutput implements TextSink {
  #text = '';

  write(text: string): void {
    this.#text += text;
    if (this.#text.length >= CHUNK) this.flush();
  }

  /** Octets as they are, after all text before them. */
  writeOctets(octets: Uint8Array): void {
    this.flush();
    writeOutput(octets);
  }

  writeNow(text: string): void {
    this.write(text);
    this.flush();
  }

  flush(): void {
    if (this.#text === '') return;
    const octets = new TextEncoder().encode(this.#text);
    this.#text = '';
    writeOutput(octets);
  }
}
