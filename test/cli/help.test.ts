// Help fits a terminal of 80 columns, its examples run as they stand, and the man page is made from the same definitions.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { MAN_PAGE, manPage } from '../../scripts/make-man.ts';
import { examplesOf } from '../../src/cli/examples.ts';
import { LIMIT_ROWS } from '../../src/cli/limit-options.ts';
import { makeProgram } from '../../src/cli/program.ts';
import { defaultLimits } from '../../src/dissect/dissector.ts';
import { serve } from '../../src/endpoint/index.ts';
import { DEFAULT_PATIENCE } from '../../src/endpoint/replay/replay.ts';
import { version } from '../../src/version.ts';
import { exampleFolder, program as path, wsdissect } from './command-line.ts';
import { capturing, fakeTcpdump } from './fake-tcpdump.ts';

const program = makeProgram();
const folder = mkdtempSync(join(tmpdir(), 'wsdissect-'));
cpSync(exampleFolder, folder, { recursive: true });
after(() => rmSync(folder, { recursive: true }));
const server = await serve({ port: 0, host: '127.0.0.1' });
after(() => server.close());
const tools = fakeTcpdump(join(folder, 'tools'), capturing(join(exampleFolder, 'walkthrough.pcap')));

for (const command of [program, ...program.commands]) {
  const words = command === program ? [] : [command.name()];
  describe(`help of ${['wsdissect', ...words].join(' ')}`, () => {
    const { exitCode, output } = wsdissect([...words, '--help']);

    test('fits 80 columns', () => {
      assert.equal(exitCode, 0);
      // A line of an example stands as it is to be typed.
      const wide = output.split('\n').filter((line) => line.length > 80 && !line.includes(' wsdissect '));
      assert.deepEqual(wide, []);
    });

    test('is what help says too', () => {
      if (words.length > 0) assert.equal(wsdissect(['help', ...words]).output, output);
    });

    test('has examples', () => {
      assert.notEqual(examplesOf(command).length, 0);
    });

    for (const { command: line } of examplesOf(command)) {
      // What only another shell can read is tested with its completion script.
      if (line.endsWith('| source') || line.includes('zsh')) continue;
      test(`runs: ${line}`, async () => {
        assert.ok(output.includes(line));
        const script = `set -e -o pipefail; wsdissect() { "${process.execPath}" "${path}" "$@"; }; ${runnable(line)}`;
        const run = await runInBash(script);
        const told = line.startsWith('wsdissect live')
          ? /^wsdissect: \w+: capturing with tcpdump; Ctrl-C ends it\n$/
          : /^$/;
        assert.match(run.errors.replace(/^wsdissect: \w+\.pcap: \d+ packets? written\n/, ''), told);
        assert.equal(run.exitCode, 0);
      });
    }
  });
}

/**
 * Examples with a server are run on a free port: a server until it has started, a client with a server to talk to. What
 * captures has a tcpdump that captures a file.
 */
function runnable(line: string): string {
  if (/^wsdissect live\b/.test(line)) return `PATH="${tools}:$PATH" ${line}`;
  if (/^wsdissect serve\b/.test(line)) return stoppedOnceStarted(line.replace('serve', 'serve --port 0'));
  return line.replaceAll('127.0.0.1:8888', `127.0.0.1:${server.port}`);
}

function stoppedOnceStarted(line: string): string {
  const [, ...words] = line.split(' ');
  const command = `"${process.execPath}" "${path}" ${words.join(' ')}`;
  return `mkfifo started; ${command} >started & exec 3<started; rm started; read -r line <&3; kill -TERM $!; wait $!`;
}

/** Not `spawnSync`: the server that clients talk to is in this process. */
function runInBash(script: string): Promise<{ exitCode: number | null; errors: string }> {
  const child = spawn('bash', ['-c', script], { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text) => {
    errors += text;
  });
  return new Promise((done) => child.on('close', (exitCode) => done({ exitCode, errors })));
}

test('without a command, help shows all commands and the options of the main one', () => {
  const { output } = wsdissect(['--help']);
  for (const word of ['stats', 'streams', 'follow', 'extract', 'walkthrough', 'serve', 'connect', 'completion']) {
    assert.match(output, new RegExp(`^  ${word} `, 'm'));
  }
  // Its examples name options too: what counts is where they are explained.
  const optionsIn = (help: string): string[] => help.match(/^ {2}(?:-\w, )?--[\w-]+/gm) ?? [];
  const ofMain = optionsIn(wsdissect(['dissect', '--help']).output);
  assert.ok(ofMain.length > 20);
  assert.deepEqual(
    ofMain.filter((option) => !optionsIn(output).includes(option)),
    [],
  );
  assert.equal(output.match(/^ {2}-h, --help/gm)?.length, 1);
});

test('help of help is help', () => {
  const { exitCode, output } = wsdissect(['help', 'help']);
  assert.equal(exitCode, 0);
  assert.equal(output, wsdissect(['help']).output);
});

test('help of a command that is not there is refused in one line', () => {
  for (const [word, advice] of [
    ['stat', 'did you mean stats?'],
    ['foobarbaz', 'wsdissect help lists all'],
  ]) {
    const { exitCode, output, errors } = wsdissect(['help', word]);
    assert.equal(exitCode, 2);
    assert.equal(output, '');
    assert.equal(errors, `wsdissect: there is no command ${word}; ${advice}\n`);
  }
});

test('the version is that of the package', () => {
  const manifest = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  assert.equal(version, manifest.version);
  assert.equal(wsdissect(['--version']).output, `${version}\n`);
});

test('the man page is what scripts/make-man.ts makes', () => {
  assert.equal(readFileSync(MAN_PAGE, 'utf8'), manPage());
});

test('each limit is an option, and the default in its description is the true one', () => {
  assert.deepEqual(LIMIT_ROWS.map((row) => row.limit).sort(), Object.keys(defaultLimits).sort());
  for (const { limit, description, parse } of LIMIT_ROWS) {
    assert.equal(parse(/\((\w+)\)/.exec(description)![1]), defaultLimits[limit], limit);
  }
});

test('the patience that replay states is the one that it has', () => {
  const { output } = wsdissect(['replay', '--help']);
  assert.equal(Number(/an answer that was captured\s+\((\d+)\)/.exec(output)?.[1]) * 1000, DEFAULT_PATIENCE);
});

test('docs/limits.md states the true default of each limit', () => {
  const page = readFileSync(new URL('../../docs/limits.md', import.meta.url), 'utf8');
  for (const { limit, flags, parse } of LIMIT_ROWS) {
    const [, amount, unit] = new RegExp(`\\| \`${flags.split(' ')[0]}\`, ([\\d,]+) ?([KM])?`).exec(page) ?? [];
    assert.ok(amount !== undefined, `${flags} has a row`);
    assert.equal(parse(amount.replaceAll(',', '') + (unit ?? '')), defaultLimits[limit], flags);
  }
});
