// What lets the program start fast: compiled code that every thread takes, and nothing loaded that a run does without.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { exampleFolder, program, wsdissect } from './command-line.ts';

const dist = fileURLToPath(new URL('../../dist', import.meta.url));

const { cachePath } = createRequire(import.meta.url)('../../bin/code-cache.js') as { cachePath(path: string): string };
const skip = existsSync(cachePath(join(dist, 'cli.cjs'))) ? false : 'dist/ was built by another version of Node';

/** What the program says on standard error, with a module loaded before it. */
function told(spy: string, words: readonly string[]): string[] {
  const path = fileURLToPath(new URL(spy, import.meta.url));
  const { stderr } = spawnSync(process.execPath, ['-r', path, program, ...words], {
    cwd: exampleFolder,
    encoding: 'utf8',
  });
  return stderr.trim().split('\n');
}

test('the compiled code that the build leaves is taken', { skip }, () => {
  assert.deepEqual(told('script-spy.cjs', ['walkthrough.pcap', '--registry', 'walkthrough.registry.yaml']), [
    'main thread: cli.cjs is taken',
    'main thread: yaml.cjs is taken',
    'main thread: protobufjs.cjs is taken',
  ]);
});

test('worker threads take it as well', { skip }, () => {
  const captures = ['walkthrough.pcap', '../chat/chat.pcap'];
  assert.deepEqual(told('script-spy.cjs', ['stats', '--each', '--jobs', '2', ...captures]), [
    'main thread: cli.cjs is taken',
    'worker: cli.cjs is taken',
    'worker: cli.cjs is taken',
  ]);
});

test('scripts are of ASCII characters, as they are read without decoding', () => {
  const names = readdirSync(dist, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.cjs'));
  for (const name of names) assert.doesNotMatch(readFileSync(join(dist, name), 'latin1'), /[^\0-\x7f]/, name);
  assert.match(wsdissect(['walkthrough', 'walkthrough.pcap']).output, /RFC 9293 §3\.5/);
});

test('numbers stand where their constants are named, as V8 would read a variable of the script each time', () => {
  const script = readFileSync(join(dist, 'cli.cjs'), 'latin1');
  assert.deepEqual(script.match(/(?<= |,)[A-Z][A-Z0-9_]+ = -?\d[\d.e]*[,;]/g) ?? [], []);
});

test('statistics of a file load none of the modules of Node that take milliseconds', { skip }, () => {
  const slow = ['fs/promises', 'child_process', 'net', 'tty', 'module', 'perf_hooks', 'worker_threads', 'zlib', 'http'];
  const loaded = told('module-spy.cjs', ['stats', 'walkthrough.pcap']);
  assert.deepEqual(
    loaded.filter((name) => slow.includes(name)),
    [],
  );
});
