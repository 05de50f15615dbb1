// Gives each message's payload a file name and content: the octets, and beside them the decoded value as JSON. Names are
// made of numbers only, so that nothing of a capture reaches a path. Knows nothing of directories.

import type { MessageEvent, WsdissectEvent } from '../dissect/events.ts';
import { octetsOfBase64 } from './payload-text.ts';
import type { EventOutput } from './text-sink.ts';

export interface FileSink {
  /** @param name a file name without directories, of the characters `a-z0-9._-` */
  write(name: string, octets: Uint8Array): void;
}

export interface ExtractedFile {
  name: string;
  octets: Uint8Array;
}

const utf8 = new TextEncoder();

/** `connection-0000_c2s_000012_packet-34`: names sort in the order of the conversation. */
function baseName(message: MessageEvent): string {
  const connection = String(message.connection).padStart(4, '0');
  const index = String(message.index).padStart(6, '0');
  return `connection-${connection}_${message.direction}_${index}_packet-${message.packet}`;
}

/**
 * The files of one message, made with `payload: 'always'`: `.txt` or `.bin` with its octets, and `.json` where it was
 * decoded. None for a message whose payload is not at hand (not inflated, or larger than the limit).
 */
export function extractedFiles(message: MessageEvent): ExtractedFile[] {
  const base = baseName(message);
  const files: ExtractedFile[] = [];
  // Text that is not UTF-8 comes as octets, and is no text file.
  if (message.text !== undefined) files.push({ name: `${base}.txt`, octets: utf8.encode(message.text) });
  else if (message.data !== undefined) files.push({ name: `${base}.bin`, octets: octetsOfBase64(message.data) });
  if (message.decoded) {
    const json = JSON.stringify(message.decoded, null, 2);
    files.push({ name: `${base}.json`, octets: utf8.encode(`${json}\n`) });
  }
  return files;
}

export class ExtractOutput implements EventOutput {
  readonly #files: FileSink;
  /** Messages whose payload was not at hand. */
  missing = 0;

  constructor(files: FileSink) {
    this.#files = files;
  }

  onEvent(event: WsdissectEvent): void {
    if (event.type !== 'message') return;
    const files = extractedFiles(event);
    for (const { name, octets } of files) this.#files.write(name, octets);
    if (files.length === 0) this.missing++;
  }

  /** Nothing is held back. */
  finish(): void {}
}
