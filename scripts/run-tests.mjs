// Runs the test files that are named, or all: as many at once as there are processors. `node --test` itself leaves one of them
// free, which of two is half of them.

import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

function allTests() {
  return readdirSync(join(root, 'test'), { recursive: true })
    .filter((path) => path.endsWith('.test.ts'))
    .map((path) => join('test', path))
    .sort();
}

const named = process.argv.slice(2);
const files = named.length > 0 ? named : allTests();
const atOnce = `--test-concurrency=${availableParallelism()}`;
const { status } = spawnSync(process.execPath, ['--import', 'tsx', '--test', atOnce, ...files], {
  cwd: root,
  stdio: 'inherit',
});
process.exitCode = status ?? 1;
