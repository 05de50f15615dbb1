// How each run ends: the exit code, and one line that says what to do. A user sees no stack trace.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { sharedCaptures, withoutSharedCaptures } from '../support/shared-captures.ts';
import { writerIn } from '../support/written-file.ts';
import { eventsOf, exampleFolder, startWsdissect, withoutRights, wsdissect } from './command-line.ts';

const folder = mkdtempSync(join(tmpdir(), 'wsdissect-'));
after(() => rmSync(folder, { recursive: true }));

const fileOf = writerIn(folder);

const capture = readFileSync(join(exampleFolder, 'walkthrough.pcap'));

/** One line on standard error, and no trace of the program's inside. */
function assertOneLine(errors: string, wanted: RegExp): void {
  assert.equal(errors.split('\n').length, 2, errors);
  assert.match(errors, wanted);
  assert.doesNotMatch(errors, /\n\s+at |node:internal/);
}

describe('exit 0', () => {
  test('a whole capture, and nothing on standard error', () => {
    const { exitCode, errors } = wsdissect(['walkthrough.pcap']);
    assert.deepEqual({ exitCode, errors }, { exitCode: 0, errors: '' });
  });

  test('a capture without WebSocket says what it holds', () => {
    const header = capture.subarray(0, 24);
    const { exitCode, output } = wsdissect([fileOf('nothing.pcap', header)]);
    assert.equal(exitCode, 0);
    assert.match(output, /No WebSocket conversation/);
  });

  test('a reader that has seen enough', async () => {
    const child = startWsdissect(['-', '--format', 'ndjson', '--frames']);
    child.stdout.destroy();
    let errors = '';
    child.stderr.on('data', (piece) => {
      errors += piece;
    });
    child.stdin.on('error', () => {});
    child.stdin.end(capture);
    const [exitCode] = await once(child, 'exit');
    assert.deepEqual({ exitCode, errors }, { exitCode: 0, errors: '' });
  });

  test('--limit reads no further, also from a pipe that never ends', async () => {
    const child = startWsdissect(['-', '--limit', '1', '--format', 'ndjson']);
    child.stdin.on('error', () => {});
    child.stdin.write(capture);
    let output = '';
    child.stdout.on('data', (piece) => {
      output += piece;
    });
    const [exitCode] = await once(child, 'close');
    assert.equal(exitCode, 0);
    const types = eventsOf(output).map((event) => event.type);
    assert.deepEqual(types, ['capture', 'handshake', 'message', 'summary']);
  });
});

describe('exit 1', () => {
  test('--fail-on: a diagnostic of that severity or a graver one', { skip: withoutSharedCaptures }, () => {
    const violations = join(sharedCaptures!, 'violations/client-violations.pcap');
    for (const severity of ['error', 'warning', 'note']) {
      assert.equal(wsdissect([violations, '--fail-on', severity]).exitCode, 1, severity);
    }
    assert.equal(wsdissect([violations, '--fail-on', 'error', '--connection', '999']).exitCode, 0);
  });

  test('--fail-on: not where nothing is wrong', () => {
    assert.equal(wsdissect(['walkthrough.pcap', '--fail-on', 'note']).exitCode, 0);
  });
});

describe('exit 2', () => {
  const badRegistry = fileOf('bad.yaml', 'messages: {\n  1: pb.Ping\n');
  const cases: [what: string, words: string[], says: RegExp][] = [
    ['an unknown option, with the nearest', ['--formt', 'json'], /unknown option '--formt'; did you mean --format\?/],
    ['an option that nothing resembles', ['--qqqqqq'], /unknown option '--qqqqqq'; wsdissect dissect --help lists/],
    [
      'an unknown option in place of one that must be there',
      ['extract', 'walkthrough.pcap', '--outptu', 'x'],
      /^wsdissect: unknown option '--outptu'; did you mean --output\?\n$/,
    ],
    [
      'an option of another command',
      ['stats', '--fail-on', 'x', 'y'],
      /option '--fail-on'; wsdissect stats --help lists/,
    ],
    ['an unknown value, with the nearest', ['--format', 'tabel', 'x'], /'tabel' is invalid: Did you mean table\?/],
    ['an unknown opcode', ['--opcode', 'text,pin', 'x'], /Did you mean ping\?/],
    ['a mistyped command', ['stat', 'walkthrough.pcap'], /did you mean stats\?/],
    ['a value that is missing', ['walkthrough.pcap', '--port'], /argument missing/],
    ['a port that is none', ['--port', '70000', 'x'], /whole number 0…65535/],
    ['a host that is a name', ['--host', 'example.org', 'x'], /must be an IP address/],
    ['a size that is none', ['--max-message', 'much', 'x'], /4096, 64k or 16M/],
    ['a pattern that is none', ['walkthrough.pcap', '--grep', '/(/'], /\/\(\/.*Unterminated group/],
    [
      'no text to look for',
      ['walkthrough.pcap', '--grep', ''],
      /'--grep <text>' argument '' is invalid: It must be a text/,
    ],
    [
      'a word of several lines',
      ['connect', 'ws://127.0.0.1:1/', '--header', 'a: b\nc: d'],
      /argument 'a: b\\nc: d' is invalid: It must be a field, such as 'Cookie: a=b'\n$/,
    ],
    ['a type without a registry', ['walkthrough.pcap', '--type', 'pb.Ping'], /--type needs.*--registry FILE/],
    [
      'a type that the registry does not have',
      ['walkthrough.pcap', '--registry', 'walkthrough.registry.yaml', '--type', 'pb.Pingg'],
      /no id to pb\.Pingg; did you mean pb\.Ping\?/,
    ],
    ['an id without a file', ['walkthrough.pcap', '--id', '1=pb.Ping'], /add --proto FILE/],
    ['an id that is none', ['walkthrough.pcap', '--id', 'pb.Ping'], /such as 1=pb.Ping/],
    ['a file that is not there', ['nowhere.pcap'], /nowhere.pcap: .*no such file/],
    [
      'the number of a connection where walkthrough wants files',
      ['walkthrough', 'walkthrough.pcap', '3'],
      /^wsdissect: 3: there is no such file; for a connection give --connection 3\n$/,
    ],
    ['a directory', ['.'], /it is a directory; name a capture file in it/],
    ['a registry that is not there', ['walkthrough.pcap', '--registry', 'no.yaml'], /no\.yaml/],
    ['a registry that is broken, by line', ['walkthrough.pcap', '--registry', badRegistry], /bad\.yaml:\d+:\d+: /],
    ['one of several files that is not there', ['walkthrough.pcap', 'nowhere.pcap'], /: nowhere.pcap: .*no such file/],
    ['a pattern that no file fits', ['nowhere-*.pcap'], /no file fits the pattern; check it with/],
    ['follow of a connection that is not there', ['follow', 'walkthrough.pcap', '7'], /no WebSocket connection 7/],
    ['extract without a directory', ['extract', 'walkthrough.pcap'], /-o is missing; name the directory for the files/],
    ['a command that help does not know', ['help', 'stat'], /stat/],
  ];
  for (const [what, words, says] of cases) {
    test(what, () => {
      const { exitCode, output, errors } = wsdissect(words);
      assert.equal(exitCode, 2);
      assert.equal(output, '');
      assert.match(errors, says);
      assert.match(errors, /^wsdissect: /);
      assert.doesNotMatch(errors, /\n\s+at |node:internal/);
    });
  }

  test('a pattern that takes too long, after what came before it', () => {
    const { exitCode, errors } = wsdissect([
      'walkthrough.pcap',
      '--registry',
      'walkthrough.registry.yaml',
      '--grep',
      '/(.|"|s|e|q|1|5)*(.|.)*(.|.)*(.|.)*(.|.)*(.|.)*(.|.)*(.|.)*z/',
    ]);
    assert.equal(exitCode, 2);
    assertOneLine(errors, /takes more than 1000 ms/);
  });

  test('a file that may not be read is not blamed on its name', { skip: withoutRights() }, () => {
    const place = mkdtempSync(join(tmpdir(), 'wsdissect-denied-'));
    chmodSync(place, 0o755);
    const file = join(place, 'secret.pcap');
    writeFileSync(file, capture, { mode: 0o000 });
    const { exitCode, errors } = wsdissect([file], { isBound: true });
    rmSync(place, { recursive: true });
    assert.equal(errors, `wsdissect: ${file}: cannot be read: permission denied; see to it that you may read it\n`);
    assert.equal(exitCode, 2);
  });

  test('a file name with controls is escaped', () => {
    const { errors } = wsdissect(['\x1b[31mred']);
    assert.match(errors, /\\x1b\[31mred/);
  });

  test('the stack trace is there for who asks', () => {
    const { errors } = wsdissect(['nowhere.pcap'], { environment: { DEBUG: 'wsdissect' } });
    assert.match(errors, /\n\s+at /);
  });
});

describe('exit 3', () => {
  const damaged = sharedCaptures === null ? null : join(sharedCaptures, 'damaged');
  const expected: Record<string, { what: string; whole_records_before: number | null; exit: number }> =
    damaged === null ? {} : JSON.parse(readFileSync(join(damaged, 'damaged.json'), 'utf8'));
  if (withoutSharedCaptures !== false) test('recorded damage', { skip: withoutSharedCaptures });
  for (const [name, { what, whole_records_before: before, exit }] of Object.entries(expected)) {
    const path = join(damaged!, name);
    test(`${name}: ${what}`, () => {
      const { exitCode, output, errors } = wsdissect([path, '--format', 'ndjson']);
      assert.equal(exitCode, exit);
      if (exitCode === 0) assert.equal(errors, '');
      else assertOneLine(errors, /^wsdissect: .*damaged\/[^:]+: .+; .+/);
      const summary = eventsOf(output).at(-1)!;
      assert.equal(summary.type, 'summary');
      if (before !== null) assert.equal(summary.packets, before);
      assert.equal(summary.complete, exitCode === 0);
    });

    test(`${name} from standard input ends alike`, () => {
      const fromFile = wsdissect([path, '--format', 'ndjson']);
      const fromPipe = wsdissect(['-', '--format', 'ndjson'], { input: readFileSync(path) });
      assert.equal(fromPipe.exitCode, fromFile.exitCode);
      assert.equal(fromPipe.output.split('\n').length, fromFile.output.split('\n').length);
      if (fromFile.exitCode !== 0) assertOneLine(fromPipe.errors, /^wsdissect: standard input: .+; .+/);
    });
  }

  test('a cut capture of our own: all before the cut is shown first', () => {
    const path = fileOf('cut.pcap', capture.subarray(0, capture.length - 10));
    const { exitCode, output, errors } = wsdissect([path]);
    assert.equal(exitCode, 3);
    assert.match(output, /incomplete/);
    assertOneLine(errors, /cut\.pcap: .*; /);
  });

  test('what is no capture is named', () => {
    for (const [name, octets, says] of [
      ['png', [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a], /PNG/],
      ['xz', [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0], /xz/],
      ['snoop', [0x73, 0x6e, 0x6f, 0x6f, 0x70, 0, 0, 0], /snoop/],
    ] as const) {
      const { exitCode, errors } = wsdissect([fileOf(name, Uint8Array.of(...octets, ...new Uint8Array(64)))]);
      assert.equal(exitCode, 3);
      assertOneLine(errors, says);
    }
  });
});

describe('exit 130', () => {
  test('SIGINT: what was read until then is shown', async () => {
    const child = startWsdissect(['-', '--format', 'ndjson']);
    let output = '';
    let errors = '';
    child.stderr.on('data', (piece) => {
      errors += piece;
    });
    child.stdin.write(capture);
    for await (const piece of child.stdout) {
      output += piece;
      if (!child.killed) child.kill('SIGINT');
    }
    const exitCode = child.exitCode ?? (await once(child, 'exit'))[0];
    assert.equal(exitCode, 130);
    const summary = eventsOf(output).at(-1)!;
    assert.deepEqual([summary.type, summary.complete], ['summary', false]);
    assertOneLine(errors, /interrupted/);
  });
});
