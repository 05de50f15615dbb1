// The types that are published: what older compilers than the one of this repository must be able to read.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const compiler = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin/tsc');

test('the published types name no buffer behind octets, as TypeScript before 5.7 knows no Uint8Array<…>', () => {
  const folder = mkdtempSync(join(tmpdir(), 'wsdissect-types-'));
  try {
    execFileSync(process.execPath, [compiler, '-p', join(root, 'tsconfig.build.json'), '--outDir', folder]);
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.d.ts'));
    assert.ok(files.includes('index.d.ts'), files.join());
    const generic = files.filter((name) =>
      /\b(\w+Array|Buffer|DataView)<Array/.test(readFileSync(join(folder, name), 'utf8')),
    );
    assert.deepEqual(generic, []);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
