// The completion scripts: shells take them, and bash answers with them as it should. Shells that are not installed are
// skipped.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { EVENT_FORMATS } from '../../src/cli/event-outputs.ts';
import { exampleFolder, wsdissect } from './command-line.ts';

function scriptOf(shell: string): string {
  const { exitCode, output } = wsdissect(['completion', shell]);
  assert.equal(exitCode, 0);
  return output;
}

function without(shell: string): string | false {
  return spawnSync(shell, ['--version']).error ? `${shell} is not installed` : false;
}

/** What bash offers after these words, the last of them unfinished. */
function offered(...words: string[]): string[] {
  const script = `${scriptOf('bash')}
    COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _wsdissect
    printf '%s\\n' "\${COMPREPLY[@]}"`;
  const run = spawnSync('bash', ['-c', script, 'bash', 'wsdissect', ...words], {
    cwd: exampleFolder,
    encoding: 'utf8',
  });
  assert.equal(run.stderr, '');
  return run.stdout.split('\n').filter((word) => word !== '');
}

for (const shell of ['bash', 'zsh', 'fish']) {
  test(`${shell} takes its script`, { skip: without(shell) }, () => {
    const file = join(mkdtempSync(join(tmpdir(), 'wsdissect-')), `completion.${shell}`);
    writeFileSync(file, scriptOf(shell));
    const run = spawnSync(shell, ['-n', file], { encoding: 'utf8' });
    assert.deepEqual({ exitCode: run.status, errors: run.stderr }, { exitCode: 0, errors: '' });
  });
}

for (const shell of ['zsh', 'fish']) {
  test(`the script for ${shell} knows each command and option`, () => {
    const script = scriptOf(shell);
    for (const word of ['stats', 'follow', 'extract', 'walkthrough', 'undecoded', 'ndjson']) {
      assert.ok(script.includes(word), word);
    }
    for (const option of ['format', 'registry', 'grep', 'fail-on']) {
      assert.ok(script.includes(shell === 'fish' ? ` -l ${option} ` : `--${option}`), option);
    }
  });
}

test('an unknown shell is answered with the nearest', () => {
  const { exitCode, errors } = wsdissect(['completion', 'bsh']);
  assert.equal(exitCode, 2);
  assert.match(errors, /bash/);
});

describe('bash offers', { skip: without('bash') }, () => {
  test('commands and files at first', () => {
    assert.deepEqual(offered('sta'), ['stats']);
    assert.deepEqual(offered('walkthrough.p'), ['walkthrough.pcap']);
    assert.ok(offered('').includes('follow'));
  });

  test('options of the main command where none is named', () => {
    assert.deepEqual(offered('--fra'), ['--frames']);
    assert.deepEqual(offered('walkthrough.pcap', '--no'), ['--no-color', '--no-progress']);
  });

  test('options of the command that is named', () => {
    assert.deepEqual(offered('follow', '--he'), ['--hex', '--help']);
    assert.deepEqual(offered('follow', '--fra'), []);
  });

  test('the choices of an option', () => {
    assert.deepEqual(offered('--format', ''), EVENT_FORMATS);
    assert.deepEqual(offered('walkthrough', '-f', 'm'), ['markdown']);
  });

  test('files for an option that takes one, and nothing for a free value', () => {
    assert.deepEqual(offered('--registry', 'walkthrough.r'), ['walkthrough.registry.yaml']);
    assert.deepEqual(offered('--grep', 'w'), []);
  });

  test('file names with blanks and brackets as they are', () => {
    const folder = mkdtempSync(join(tmpdir(), 'wsdissect-'));
    for (const name of ['cap[1].pcap', 'cap1.pcap', 'cap 2.pcap']) writeFileSync(join(folder, name), '');
    const names = ['cap 2.pcap', 'cap1.pcap', 'cap[1].pcap'].map((name) => join(folder, name));
    assert.deepEqual(offered('stats', join(folder, 'cap')).sort(), names);
  });

  test('the shells behind the command completion', () => {
    assert.deepEqual(offered('completion', ''), ['bash', 'zsh', 'fish']);
  });
});
