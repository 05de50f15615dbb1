// A named pipe for a test, in a folder of its own that goes with the process, and what writes a file to it.

import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

interface NamedPipe {
  path: string;
  /** Writes the file to it once, as soon as somebody reads. */
  write(file: string): void;
}

export function namedPipe(): NamedPipe {
  const folder = mkdtempSync(join(tmpdir(), 'wsdissect-pipe-'));
  process.once('exit', () => rmSync(folder, { recursive: true }));
  const path = join(folder, 'pipe');
  execFileSync('mkfifo', [path]);
  return {
    path,
    write(file) {
      // Gives up where nobody reads.
      spawn('timeout', ['20', 'sh', '-c', 'cat "$0" > "$1"', file, path], { stdio: 'ignore' });
    },
  };
}
