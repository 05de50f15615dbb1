// Loads those of Node's own modules that only some runs need, at the moment of need: imported at the top of a file they would
// take their milliseconds of every start. Where one can wait, `import()` does the same.

import { createRequire } from 'node:module';

interface Builtins {
  'node:child_process': typeof import('node:child_process');
  'node:crypto': typeof import('node:crypto');
  'node:net': typeof import('node:net');
  'node:tty': typeof import('node:tty');
  'node:util': typeof import('node:util');
  'node:zlib': typeof import('node:zlib');
}

export const loadBuiltin = createRequire(import.meta.url) as <Name extends keyof Builtins>(
  name: Name,
) => Builtins[Name];
