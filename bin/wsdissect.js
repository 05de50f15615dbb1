#!/usr/bin/env node
// Starts the built command line. Knows nothing of captures; it only says what to do where nothing is built.

import { existsSync } from 'node:fs';
import module from 'node:module';
import { fileURLToPath } from 'node:url';

const built = new URL('../dist/cli.js', import.meta.url);

// Node 22.8 and later keep compiled code between runs, which makes the start quicker.
module.enableCompileCache?.();

if (existsSync(fileURLToPath(built))) {
  const { main } = await import(built.href);
  await main(process.argv.slice(2));
} else {
  process.stderr.write('wsdissect: not built yet; run `npm run build` in the repository\n');
  process.exitCode = 2;
}
