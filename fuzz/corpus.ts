// What cases begin from: the project's fixtures, and the recorded captures with known truth where they are there. Read once;
// large ones are cut, as a case costs what its octets cost.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readCaptureSync } from '../src/capture/index.ts';
import { LinkDecoder } from '../src/link/link-decoder.ts';
import { Reassembler } from '../src/tcp/reassembler.ts';
import { capturesBelow } from '../test/support/capture-files.ts';
import { sharedCaptures } from '../test/support/shared-captures.ts';
import { StreamRecorder } from '../test/tcp/streams.ts';

export const ROOT = fileURLToPath(new URL('..', import.meta.url));
/** Octets of most captures: their first conversation. They are larger for their number of messages only. */
const USUAL = 1500;
/** Octets of every eighth. */
const LARGEST = 8000;

function filesBelow(folder: string, pattern: RegExp): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => pattern.test(name))
    .sort()
    .map((name) => join(folder, name));
}

/** Files of the repository below `folder`, by their names' endings. */
export function texts(folder: string, pattern: RegExp): Uint8Array[] {
  return filesBelow(join(ROOT, folder), pattern).map((path) => new Uint8Array(readFileSync(path)));
}

/** Recorded files that are called captures, which some are not, on purpose. */
function recordedFiles(): string[] {
  return sharedCaptures === null ? [] : filesBelow(sharedCaptures, /\.(pcap|pcapng|cap)(\.gz|\.zst)?$/);
}

let captures: readonly Uint8Array[] | null = null;

/** Capture files of every format that is read. */
export function captureFiles(): readonly Uint8Array[] {
  captures ??= [...capturesBelow(join(ROOT, 'fixtures')), ...recordedFiles()]
    .map((path) => new Uint8Array(readFileSync(path)))
    .map((octets, at) => octets.subarray(0, at % 8 === 0 ? LARGEST : USUAL));
  return captures;
}

/** What one end of each connection said, of all captures that can be read. */
export function streams(): Uint8Array[] {
  const said: Uint8Array[] = [];
  for (const capture of captureFiles()) {
    const recorder = new StreamRecorder();
    const reassembler = new Reassembler(recorder);
    const link = new LinkDecoder();
    try {
      readCaptureSync(capture, {
        onStart: () => {},
        onPacket: (packet) => {
          const segment = link.decode(packet);
          if (segment !== null) reassembler.onSegment(segment, packet.origin);
        },
      });
    } catch {
      // Cut or damaged: what came before is said.
    }
    for (const stream of recorder.streams)
      said.push(...stream.said.map((each) => new Uint8Array(Buffer.from(each, 'latin1'))));
  }
  const seen = new Set<string>();
  return said.filter((octets) => {
    const text = Buffer.from(octets).toString('latin1');
    if (octets.length === 0 || seen.has(text)) return false;
    seen.add(text);
    return true;
  });
}
