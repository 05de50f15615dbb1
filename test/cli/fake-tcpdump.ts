// A `tcpdump` of our own for tests: it says and captures what it is told to, so that neither root nor packets are needed.

import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Writes it to a folder to be put before others in PATH.
 *
 * @param script what it does, in sh; its words are appended to the file `words` beside it first
 */
export function fakeTcpdump(folder: string, script: string): string {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, 'tcpdump');
  writeFileSync(path, `#!/bin/sh\nprintf '%s\\n' "$@" > "${join(folder, 'words')}"\n${script}\n`);
  chmodSync(path, 0o755);
  return folder;
}

/** Captures what is in a file, and then `behind`. */
export function capturing(capture: string, behind = ''): string {
  return `echo "tcpdump: listening on lo, link-type EN10MB" >&2\ncat '${capture}'\n${behind}`;
}
