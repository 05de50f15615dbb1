// Files that the tests of one file write into a folder of their own, which they remove. Knows no formats.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What writes a file of the folder and returns its path. */
export function writerIn(folder: string): (name: string, content: string | Uint8Array) => string {
  return (name, content) => {
    const path = join(folder, name);
    writeFileSync(path, content);
    return path;
  };
}
