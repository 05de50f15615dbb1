// Standard output in large pieces. Knows nothing of what is written, but whether a GitHub runner would find commands in it.

import type { TextSink } from '../output/text-sink.ts';
import { type EscapeNotation, WorkflowCommandBreaker } from '../output/workflow-commands.ts';
import { isReadByRunner, writeOutput } from './standard-streams.ts';

/** Characters gathered before they are written. */
const CHUNK = 64 * 1024;

/**
 * How commands of workflows are broken in what is not for people; null where they cannot be, as the text must stay as it is, or,
 * in `github`, has been made so that what is captured gives none.
 */
export const NOTATIONS: Readonly<Record<string, EscapeNotation | null>> = {
  json: 'json',
  ndjson: 'json',
  sarif: 'json',
  csv: null,
  yaml: null,
  html: null,
  github: null,
  script: null,
};

export class StandardOutput implements TextSink {
  readonly #breaker: WorkflowCommandBreaker | null;
  #decoder: InstanceType<typeof TextDecoder> | null = null;
  #text = '';

  /** @param format as `--format` has it; whatever is not known is for people */
  constructor(format = 'text') {
    const notation = format in NOTATIONS ? NOTATIONS[format] : 'text';
    this.#breaker = notation === null || !isReadByRunner() ? null : new WorkflowCommandBreaker(notation);
  }

  write(text: string): void {
    this.#text += text;
    if (this.#text.length >= CHUNK) this.flush();
  }

  /** Octets as they are, after all text before them. */
  writeOctets(octets: Uint8Array): void {
    this.flush();
    writeOutput(octets);
  }

  /** Octets of UTF-8, cut anywhere. */
  writeEncoded(octets: Uint8Array): void {
    if (this.#breaker === null) {
      this.writeOctets(octets);
      return;
    }
    this.#decoder ??= new TextDecoder('utf-8', { ignoreBOM: true });
    this.writeNow(this.#decoder.decode(octets, { stream: true }));
  }

  writeNow(text: string): void {
    this.write(text);
    this.flush();
  }

  flush(): void {
    if (this.#text === '') return;
    const text = this.#breaker === null ? this.#text : this.#breaker.broken(this.#text);
    this.#text = '';
    writeOutput(new TextEncoder().encode(text));
  }
}
