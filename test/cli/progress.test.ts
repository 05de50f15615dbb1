// The line of progress on a terminal, made by script(1): there, gone before anything else is said, and never in a file.

import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { exampleFolder, program } from './command-line.ts';

const folder = mkdtempSync(join(tmpdir(), 'wsdissect-progress-'));
after(() => rmSync(folder, { recursive: true }));

const capture = readFileSync(join(exampleFolder, 'walkthrough.pcap'));
const withoutScript = spawnSync('script', ['--version']).status === 0 ? false : 'script(1) is not installed';

/** Longer than a reading takes that needs no line. */
const LONG = 1500;
/** How long a line is waited for. */
const PATIENCE = 20_000;
const LINE = /\r\x1b\[K[\d.]+ kB read {2}[\d.]+ k?B\/s {2}\d messages?/;
const CLEARED = '\r\x1b[K';

/**
 * Runs the words on a terminal of 80 columns, with a capture that comes octet by octet until a line of progress is shown, or for long
 * where none is wanted.
 *
 * @param redirection of standard output, in the shell's words
 */
async function onTerminal(words: string, { redirection = '', line: wanted = true } = {}): Promise<string> {
  const pipe = join(folder, `${Math.random()}.fifo`);
  spawnSync('mkfifo', [pipe]);
  const line = `stty cols 80; ${process.execPath} ${program} ${words} - < ${pipe} ${redirection}`;
  const { FORCE_COLOR: _, ...environment } = process.env;
  const child = spawn('script', ['-qec', line, '/dev/null'], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...environment, NO_COLOR: '1', TERM: environment.TERM ?? 'xterm', SHELL: '/bin/sh' },
  });
  let shown = '';
  child.stdout.setEncoding('utf8').on('data', (text) => {
    shown += text;
  });
  const writer = spawn('sh', ['-c', `cat > ${pipe}`], { stdio: ['pipe', 'ignore', 'inherit'] });
  writer.stdin.write(capture.subarray(0, 1000));
  const end = performance.now() + (wanted ? PATIENCE : LONG);
  let told = 1000;
  while (performance.now() < end && !(wanted && LINE.test(shown))) {
    await setTimeout(20);
    writer.stdin.write(capture.subarray(told, ++told));
  }
  writer.stdin.end(capture.subarray(told));
  await once(child, 'close');
  return shown;
}

describe('on a terminal', { skip: withoutScript, concurrency: true }, () => {
  test('a line tells how far it is, and is gone before the statistics come', async () => {
    const shown = await onTerminal('stats');
    assert.match(shown, LINE);
    const [, behind] = shown.split('Messages by connection');
    assert.ok(shown.split('Messages by connection')[0].endsWith(CLEARED), JSON.stringify(shown));
    assert.doesNotMatch(behind, LINE);
  });

  test('rows in a file do not matter to it', async () => {
    const file = join(folder, 'out.ndjson');
    const shown = await onTerminal('--format ndjson', { redirection: `> ${file}` });
    assert.match(shown, LINE);
    assert.ok(shown.endsWith(CLEARED));
    assert.match(readFileSync(file, 'utf8'), /^\{"type":"capture"[^\r\x1b]*"complete":true\}\n$/);
  });

  test('rows on the same terminal are whole: the line is gone before them', async () => {
    const shown = await onTerminal('');
    const rows = shown.replace(/\r\x1b\[K([^\r]*)(?=\r\x1b\[K)/g, '').replaceAll(CLEARED, '');
    assert.match(rows, /^connection 0 {2}10\.8\.0\.2:41600/);
    assert.doesNotMatch(rows, / read {2}/);
  });

  test('there is none where it is not wanted, or the terminal is dumb', async () => {
    assert.doesNotMatch(await onTerminal('stats --no-progress', { line: false }), /\x1b\[K| read {2}/);
    assert.doesNotMatch(await onTerminal('stats', { redirection: '2> /dev/null', line: false }), /\x1b\[K| read {2}/);
  });
});
