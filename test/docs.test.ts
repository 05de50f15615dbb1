// What the pages show runs as it stands there: programs, imports, commands and documents. Knows nothing of what they should print.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const walkthrough = join(root, 'fixtures/walkthrough');
const pages = new Map(
  ['README.md', ...readdirSync(join(root, 'docs')).map((name) => `docs/${name}`)]
    .filter((name) => name.endsWith('.md'))
    .map((name) => [name, readFileSync(join(root, name), 'utf8')]),
);

/** Where the package is installed as a stranger would have it, with captures and documents by the names that the pages use. */
const folder = mkdtempSync(join(tmpdir(), 'wsdissect-docs-'));
after(() => rmSync(folder, { recursive: true }));
mkdirSync(join(folder, 'node_modules'));
symlinkSync(root, join(folder, 'node_modules/wsdissect'));
cpSync(walkthrough, folder, { recursive: true });
cpSync(join(walkthrough, 'walkthrough.registry.yaml'), join(folder, 'wsdissect.registry.yaml'));
cpSync(join(walkthrough, 'walkthrough.pcap'), join(folder, 'capture.pcap'));

/** The fenced blocks of a language on a page. */
function blocksOf(page: string, language: string): string[] {
  return [...(pages.get(page) as string).matchAll(/^```(\w+)\n([\s\S]*?)^```/gm)]
    .filter(([, name]) => name === language)
    .map(([, , text]) => text);
}

function runs(program: string): void {
  const path = join(folder, 'program.mjs');
  writeFileSync(path, program);
  const { status, stderr } = spawnSync(process.execPath, ['--no-warnings', path], { cwd: folder, encoding: 'utf8' });
  assert.deepEqual([stderr, status], ['', 0]);
}

for (const [page, text] of pages) {
  for (const [, line] of text.matchAll(/`(import [^`]+)`/g)) test(`${page}: ${line}`, () => runs(line));
}

for (const page of ['README.md', 'docs/endpoint.md', 'docs/recording.md']) {
  test(`the program on ${page} runs`, () => {
    const [program, ...others] = blocksOf(page, 'js');
    assert.equal(others.length, 0);
    runs(program);
  });
}
