// Holds the README to the truth: each `console` block shows a command and what it really prints on 80 columns.
// `UPDATE_GOLDEN=1 npm test` writes what is printed into the README.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { EVENT_FORMATS } from '../src/cli/event-outputs.ts';
import { makeProgram } from '../src/cli/program.ts';

const README = new URL('../README.md', import.meta.url);
const ROOT = new URL('..', import.meta.url);
const BLOCK = /```console\n\$ wsdissect ([^\n]*)\n([\s\S]*?)```/g;

function run(args: string): string {
  const words = [...args.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain);
  const options = words.includes('ndjson') ? words : [...words, '--width', '80'];
  const ran = spawnSync(process.execPath, ['bin/wsdissect.js', ...options], { cwd: ROOT, encoding: 'utf8' });
  assert.equal(ran.status, 0, ran.stderr);
  return ran.stdout;
}

test('the README shows what the program prints', () => {
  const readme = readFileSync(README, 'utf8');
  let blocks = 0;
  const printed = readme.replace(BLOCK, (_, args: string) => {
    blocks++;
    return `\`\`\`console\n$ wsdissect ${args}\n${run(args)}\`\`\``;
  });
  assert.ok(blocks >= 3, 'the README shows at least three commands');
  if (process.env.UPDATE_GOLDEN) writeFileSync(README, printed);
  else assert.equal(readme, printed);
});

test('the README lists every command', () => {
  const rows = readFileSync(README, 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('| `'));
  for (const command of makeProgram().commands) {
    const words = command.name() === 'dissect' ? 'wsdissect FILE' : command.name();
    const stands = new RegExp(`\`(wsdissect )?${words}\\b`);
    assert.ok(
      rows.some((row) => stands.test(row)),
      command.name(),
    );
  }
});

test('the README names every format of events', () => {
  const row = readFileSync(README, 'utf8')
    .split('\n')
    .find((line) => line.startsWith('| `wsdissect FILE...` |'));
  assert.ok(row !== undefined);
  const missing = EVENT_FORMATS.filter((format) => !new RegExp(`\\b${format}\\b`).test(row));
  assert.deepEqual(missing, []);
});
