// `wsdissect check` as a user runs it.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { captureOf } from '../support/capture-builder.ts';
import { TcpConversation } from '../support/tcp-conversation.ts';
import { clientFrame, TEXT, upgradeRequest, upgradeResponse } from '../support/websocket-writer.ts';
import { writerIn } from '../support/written-file.ts';
import { exampleFolder, program, wsdissect } from './command-line.ts';

const folder = mkdtempSync(join(tmpdir(), 'wsdissect-'));
after(() => rmSync(folder, { recursive: true }));

const fileOf = writerIn(folder);

const REGISTRY = ['--registry', 'walkthrough.registry.yaml'];

describe('check', () => {
  test('exit 0 and a short verdict where all holds', () => {
    const { exitCode, output, errors } = wsdissect(['check', 'walkthrough.pcap', '-e', 'walkthrough.expect.yaml']);
    assert.equal(errors, '');
    assert.equal(exitCode, 0);
    assert.match(output, /\n6 expectations held\n$/);
  });

  test('exit 1 where one does not, with packet, expected and found', () => {
    const expect = fileOf('fails.yaml', 'expect:\n  - message: { type: pb.Ping, value: { seq: 151 } }\n');
    const { exitCode, output } = wsdissect(['check', 'walkthrough.pcap', '-e', expect, ...REGISTRY, '--width', '80']);
    assert.equal(exitCode, 1);
    assert.match(output, /packet 8\n {6}expected {2}at least 1 of pb\.Ping with value {seq: 151}\n {6}found {5}none\n/);
    assert.match(output, /value\.seq: expected 151, found 150/);
  });

  test('exit 2 where a type is expected that the registry has not, and a word where none are known', () => {
    const expect = fileOf(
      'types.yaml',
      'expect:\n  - sequence: { steps: [{ type: pb.Pong }, { type: pb.Pnig }] }\n    in: none\n',
    );
    const words = ['check', 'walkthrough.pcap', '-e', expect];
    const known = wsdissect([...words, ...REGISTRY]);
    assert.equal(
      known.errors,
      `wsdissect: ${expect}:2:46: the registry gives no id to pb.Pnig; did you mean pb.Ping?\n`,
    );
    assert.equal(known.exitCode, 2);
    const unknown = wsdissect([...words, 'walkthrough.pcap', '--jobs', '2']);
    assert.equal(
      unknown.errors,
      `wsdissect: ${expect}:2:27: it asks for pb.Pong, and no types are known; give --registry FILE, or --proto FILE with --id 1=pb.Ping\n`,
    );
    assert.equal(unknown.exitCode, 0);
  });

  test('exit 3 where the capture is cut, unless that is expected', () => {
    const capture = readFileSync(join(exampleFolder, 'walkthrough.pcap'));
    const cut = fileOf('cut.pcap', capture.subarray(0, capture.length - 20));
    const whatever = fileOf('whatever.yaml', 'expect:\n  - connections: { webSocket: 1 }\n');
    const { exitCode, output } = wsdissect(['check', cut, '-e', whatever]);
    assert.equal(exitCode, 3);
    assert.match(output, /✗ the capture is incomplete: the capture ends inside record/);
    const known = fileOf('known.yaml', 'expect:\n  - capture: { complete: false }\n');
    assert.equal(wsdissect(['check', cut, '-e', known]).exitCode, 0);
  });

  test('exit 3 and a word where expectations are drafted of a capture that is cut', () => {
    const capture = readFileSync(join(exampleFolder, 'walkthrough.pcap'));
    const cut = fileOf('cut-draft.pcap', capture.subarray(0, capture.length - 20));
    const draft = join(folder, 'draft.yaml');
    for (const words of [
      ['--record', draft],
      ['--update', '-e', draft],
    ]) {
      const { exitCode, output, errors } = wsdissect(['check', cut, ...words]);
      assert.equal(exitCode, 3);
      assert.match(output, /expectations (drafted into|renewed in) /);
      assert.match(
        errors,
        /^wsdissect: \S+cut-draft\.pcap: the capture ends inside record .*; what is expected is what/,
      );
    }
  });

  test('--ws-port says what is WebSocket where the capture began too late to show it', () => {
    const late = new TcpConversation().open().exchange('c2s', clientFrame(TEXT, 'good morning')).packets.slice(3);
    const capture = fileOf('late.pcap', captureOf(late));
    const expect = fileOf('late.yaml', 'expect:\n  - message: { text: good morning, direction: c2s }\n');
    assert.equal(wsdissect(['check', capture, '-e', expect]).exitCode, 1);
    const { exitCode, output } = wsdissect(['check', capture, '-e', expect, '--ws-port', '8888']);
    assert.equal(exitCode, 0, output);
  });

  test('exit 2 and one line where the expectations are none, with the place', () => {
    const wrong = fileOf('wrong.yaml', 'expect:\n  - mesage: {}\n');
    const { exitCode, errors } = wsdissect(['check', 'walkthrough.pcap', '-e', wrong]);
    assert.equal(exitCode, 2);
    assert.equal(errors, `wsdissect: ${wrong}:2:5: unknown key "mesage"; did you mean message?\n`);
  });

  test('exit 2 and the place of a pattern or condition that takes too long', () => {
    const said = `${'a'.repeat(60)}!${JSON.stringify(Array.from({ length: 2000 }, (_, i) => i))}`;
    const talk = new TcpConversation().open().exchange('c2s', upgradeRequest()).exchange('s2c', upgradeResponse());
    const capture = fileOf('slow.pcap', captureOf(talk.exchange('c2s', clientFrame(TEXT, said)).packets));
    const pattern = fileOf('pattern.yaml', "expect:\n  - message: { text: { $pattern: '^(a+)+$' } }\n");
    const { exitCode, errors } = wsdissect(['check', capture, '-e', pattern]);
    assert.equal(exitCode, 2);
    assert.equal(
      errors,
      `wsdissect: ${pattern}:2:24: /^(a+)+$/u takes more than 1000 ms on one text; write it without nested repetition\n`,
    );
    const loops = 'text.size() > 0 && [1].all(x, range.all(a, range.all(b, a + b >= 0)))'.replaceAll(
      'range',
      `[${'1,'.repeat(2000)}1]`,
    );
    const condition = fileOf('condition.yaml', `expect:\n  - message:\n      where: ${loops}\n`);
    assert.equal(
      wsdissect(['check', capture, '-e', condition]).errors.replace(loops, '…'),
      `wsdissect: ${condition}:3:7: … takes more than 1000 ms at one time; write it without loops in loops\n`,
    );
  });

  test('exit 2 and the place of a condition that is neither true nor false, of which nothing would hold', () => {
    const condition = fileOf('number.yaml', 'expect:\n  - message: { where: length, times: 0 }\n');
    const { exitCode, errors } = wsdissect(['check', 'walkthrough.pcap', '-e', condition]);
    assert.equal(exitCode, 2);
    const words = 'length comes to a number, which is neither true nor false; compare it with something';
    assert.equal(errors, `wsdissect: ${condition}:2:16: ${words}\n`);
  });

  test('a capture that cannot be read is told, the others are judged and reported, exit 2', () => {
    const report = join(folder, 'others.xml');
    const words = ['walkthrough.pcap', '-e', 'walkthrough.expect.yaml', '--report', `junit=${report}`];
    for (const jobs of ['1', '2']) {
      const { exitCode, output, errors } = wsdissect(['check', 'nowhere.pcap', ...words, '--jobs', jobs]);
      assert.equal(errors, 'wsdissect: nowhere.pcap: cannot be read: there is no such file; check its name\n');
      assert.match(output, /\n6 expectations held\n$/);
      assert.equal(exitCode, 2);
      assert.match(readFileSync(report, 'utf8'), /tests="6"/);
      rmSync(report);
    }
  });

  test('a report that cannot be written loses neither verdicts nor other reports', () => {
    const other = join(folder, 'other.tap');
    const reports = ['--report', 'junit=/none/x.xml', '--report', `tap=${other}`];
    const { exitCode, output, errors } = wsdissect([
      ...['check', 'walkthrough.pcap', '-e', 'walkthrough.expect.yaml'],
      ...reports,
    ]);
    assert.match(output, /\n6 expectations held\n$/);
    assert.match(errors, /^wsdissect: \/none\/x\.xml: the report cannot be written: /);
    assert.equal(exitCode, 2);
    assert.match(readFileSync(other, 'utf8'), /^TAP version/);
  });

  test('a report is not written over what says what payloads are', () => {
    const registry = fileOf('mine.registry.yaml', readFileSync(join(exampleFolder, 'walkthrough.registry.yaml')));
    const proto = fileOf('mine.proto', 'syntax = "proto3"; message Ping {}');
    const named = fileOf('named.yaml', 'registry: mine.registry.yaml\nexpect:\n  - connections: { webSocket: 1 }\n');
    const plain = fileOf('plain.yaml', 'expect:\n  - connections: { webSocket: 1 }\n');
    for (const [file, expect, ...types] of [
      [registry, plain, '--registry', registry],
      [registry, named],
      [proto, plain, '--proto', proto, '--id', '1=Ping'],
    ] as string[][]) {
      const { exitCode, errors } = wsdissect([
        ...['check', 'walkthrough.pcap', '-e', expect, ...types],
        ...['--report', `tap=${file}`],
      ]);
      assert.equal(errors, `wsdissect: --report tap=${file}: ${file} is read; name another file\n`);
      assert.equal(exitCode, 2);
    }
  });

  for (const [words, message] of [
    [
      ['walkthrough.pcap', '--record', 'none.yaml', '--report', 'tap=x'],
      /--report is for verdicts, and --record gives/,
    ],
    [['walkthrough.pcap', '-e', 'walkthrough.expect.yaml', '--force'], /--force is for --record; leave it out/],
    [['walkthrough.pcap', '-e', 'walkthrough.expect.yaml', '--loose'], /--loose is for --record and --update/],
    [['walkthrough.pcap'], /nothing is expected; give --expect FILE, or --record FILE/],
    [['nowhere.pcap', '-e', 'walkthrough.expect.yaml'], /nowhere\.pcap: cannot be read: there is no such file/],
    [['no*.pcap', '-e', 'walkthrough.expect.yaml'], /no\*\.pcap: no file fits the pattern/],
    [
      ['walkthrough.pcap', '-e', 'nowhere.yaml'],
      /nowhere\.yaml: the expectations cannot be read: there is no such file; check its path/,
    ],
    [
      ['walkthrough.pcap', '--record', 'none/x.yaml'],
      /none\/x\.yaml: cannot be written: its directory is not there; name/,
    ],
    [['walkthrough.pcap', '-e', 'walkthrough.expect.yaml', '-f', 'junt'], /Did you mean junit\?/],
    [['walkthrough.pcap', '-e', 'walkthrough.expect.yaml', '--report', 'junit'], /such as junit=report\.xml/],
    [
      ['walkthrough.pcap', '-e', 'walkthrough.expect.yaml', '--report', 'tap=./walkthrough.pcap'],
      /walkthrough\.pcap is read; name another file/,
    ],
    [
      ['walkthrough.pcap', '-e', 'walkthrough.expect.yaml', '--report', 'tap=walkthrough.expect.yaml'],
      /walkthrough\.expect\.yaml is read; name another/,
    ],
    [
      ['walkthrough.pcap', '-e', 'walkthrough.expect.yaml', '--report', 'tap=none/x', '--report', 'json=none/x'],
      /none\/x is written by another --report/,
    ],
    [['walkthrough.pcap', '-e', 'walkthrough.expect.yaml', '--max-events', '3'], /more than 3 messages.*--max-events/],
    [['walkthrough.pcap', '-e', 'walkthrough.expect.yaml', '--max-kept', '1K'], /more than 1024 octets.*--max-kept/],
    [['walkthrough.pcap', '-e', 'walkthrough.expect.yaml', '--record', 'x.yaml'], /give one of them/],
    [['-', '-e', '-'], /standard input can be read only once; name a file/],
    [['walkthrough.pcap', '-e', '-', '--update'], /--update writes into the file of --expect, and - is none/],
    [
      ['walkthrough.pcap', '-e', 'walkthrough.expect.yaml', '--report', 'json=-'],
      /--report json=-: the report of --format is printed there; take --format json, or name a file/,
    ],
    [['walkthrough.pcap'], /nothing is expected; give --expect FILE, or --record FILE/],
  ] as const) {
    test(`exit 2 and one line: check ${words.join(' ')}`, () => {
      const { exitCode, errors } = wsdissect(['check', ...words]);
      assert.equal(exitCode, 2);
      assert.match(errors, message);
      assert.equal(errors.split('\n').length, 2);
    });
  }

  test('several captures by a pattern in quotes give a total, and reports go to files', () => {
    for (const name of ['a.pcap', 'b.pcap']) copyFileSync(join(exampleFolder, 'walkthrough.pcap'), join(folder, name));
    const report = join(folder, 'report.xml');
    const { exitCode, output } = wsdissect(
      ['check', '[ab].pcap', '-e', join(exampleFolder, 'walkthrough.expect.yaml'), '--report', `junit=${report}`],
      { directory: folder },
    );
    assert.equal(exitCode, 0);
    assert.match(output, /12 expectations held in 2 captures/);
    assert.match(readFileSync(report, 'utf8'), /<testsuites name="wsdissect" tests="12" failures="0"/);
  });

  test('expectations are read from standard input, once for several threads', () => {
    for (const name of ['c.pcap', 'd.pcap']) copyFileSync(join(exampleFolder, 'walkthrough.pcap'), join(folder, name));
    const input = 'expect:\n  - message: { opcode: text }\n  - connections: { webSocket: 1 }\n';
    const words = ['check', 'c.pcap', 'd.pcap', '-e', '-', '--report', 'tap=piped.tap'];
    const { exitCode, output, errors } = wsdissect([...words, '--jobs', '2'], { directory: folder, input });
    assert.deepEqual([exitCode, errors], [1, '']);
    assert.match(output, /✗ .* \(standard input:2:5\)/);
    assert.match(output, /2 of 4 expectations held in 2 captures\n$/);
    assert.equal(wsdissect([...words], { directory: folder, input: 'expect: [' }).exitCode, 2);
  });

  test('standard input is read', () => {
    const { exitCode, output } = wsdissect(['check', '-', '-e', 'walkthrough.expect.yaml'], {
      input: readFileSync(join(exampleFolder, 'walkthrough.pcap')),
    });
    assert.equal(exitCode, 0);
    assert.match(output, /^standard input: /);
  });
});

describe('check --record', () => {
  test("the article's registry is named by its word, which any reader of the draft knows", () => {
    const place = mkdtempSync(join(folder, 'article-'));
    const file = join(place, 'e.yaml');
    const capture = join(exampleFolder, 'walkthrough.pcap');
    const drafted = wsdissect(['check', '--record', file, capture, '--registry', 'article']);
    assert.equal(drafted.errors, '');
    assert.match(readFileSync(file, 'utf8'), /^registry: article$/m);
    for (const cwd of [exampleFolder, place, folder]) {
      assert.equal(spawnSync(program, ['check', capture, '-e', file], { cwd, encoding: 'utf8' }).status, 0, cwd);
    }
    // A file of that name beside the expectations is meant before the word.
    writeFileSync(join(place, 'article'), 'messages: {}');
    const { exitCode, errors } = wsdissect(['check', capture, '-e', file]);
    assert.match(errors, /article:1:1: /);
    assert.equal(exitCode, 2);
  });

  test('where the draft names no registry, it is said what check wants to read the same', () => {
    const types = ['--proto', 'demo.proto', '--id', '1=pb.Ping', '--id', '2=pb.Pong'];
    const file = join(folder, 'no-registry.yaml');
    const { errors } = wsdissect(['check', '--record', file, 'walkthrough.pcap', ...types]);
    assert.match(errors, /^wsdissect: the draft names no registry; check wants the same --proto and --id, or .*\n$/);
    assert.equal(wsdissect(['check', 'walkthrough.pcap', '-e', file, ...types]).exitCode, 0);
    assert.equal(wsdissect(['check', '--record', '-', 'walkthrough.pcap']).errors.includes('registry'), false);
  });

  test('- prints the draft, and nothing else there', () => {
    const { exitCode, output, errors } = wsdissect(['check', '--record', '-', 'walkthrough.pcap', ...REGISTRY]);
    assert.equal(exitCode, 0);
    assert.match(errors, /^wsdissect: \d+ expectations drafted; read them/);
    assert.ok(!existsSync(join(exampleFolder, '-')));
    const held = wsdissect(['check', 'walkthrough.pcap', '-e', '-', ...REGISTRY], { input: output });
    assert.equal(held.exitCode, 0, held.output + held.errors);
  });

  test('of how many messages no payload was read is told, as another would go unnoticed', () => {
    const words = ['check', 'walkthrough.pcap', ...REGISTRY, '--max-message', '6'];
    const file = join(folder, 'unread.yaml');
    const told = /drafted into .*\nexpected without payload, as it was not read: 1 message\n$/;
    assert.match(wsdissect([...words, '--record', file]).output, told);
    const renewed = /renewed in .*\nexpected without payload, as it was not read: 1 message\n$/;
    assert.match(wsdissect([...words, '--update', '-e', file]).output, renewed);
    const whole = wsdissect(['check', 'walkthrough.pcap', ...REGISTRY, '--record', join(folder, 'read.yaml')]);
    assert.doesNotMatch(whole.output, /not read/);
  });

  const withoutLimit = process.platform === 'win32' ? 'there is no limit of file sizes' : false;
  test('what cannot be written whole leaves what was there, and nothing beside it', { skip: withoutLimit }, () => {
    const place = mkdtempSync(join(folder, 'full-'));
    const file = join(place, 'kept.yaml');
    wsdissect(['check', '--record', file, 'walkthrough.pcap', ...REGISTRY]);
    const before = readFileSync(file, 'utf8');
    for (const [name, words] of [
      ['kept.yaml', ['--update', '--expect', file]],
      ['kept.yaml', ['--record', file, '--force']],
      ['new.yaml', ['--record', join(place, 'new.yaml')]],
    ] as [string, string[]][]) {
      // One block of 512 octets or 1 KiB, of which the draft has more: a disk that is full in the middle of it.
      const { status, stderr } = spawnSync(
        'sh',
        ['-c', 'ulimit -f 1; exec "$@"', 'sh', process.execPath, program, 'check', 'walkthrough.pcap', ...words],
        { cwd: exampleFolder, encoding: 'utf8' },
      );
      assert.equal(
        stderr,
        `wsdissect: ${join(place, name)}: cannot be written: a file may not be so large here; name another file\n`,
      );
      assert.equal(status, 2);
      assert.equal(readFileSync(file, 'utf8'), before);
      assert.deepEqual(readdirSync(place), ['kept.yaml']);
    }
  });

  test('renews what stands behind a symbolic link, with the mode that it has', () => {
    const place = mkdtempSync(join(folder, 'linked-'));
    const [file, link] = [join(place, 'there.yaml'), join(place, 'link.yaml')];
    wsdissect(['check', '--record', file, 'walkthrough.pcap', ...REGISTRY]);
    chmodSync(file, 0o640);
    symlinkSync('there.yaml', link);
    const text = readFileSync(file, 'utf8');
    writeFileSync(file, text.replace('seq: 150', 'seq: 7'));
    assert.equal(wsdissect(['check', 'walkthrough.pcap', '--update', '--expect', link]).exitCode, 0);
    assert.equal(readFileSync(file, 'utf8'), text);
    assert.ok(lstatSync(link).isSymbolicLink());
    assert.equal(statSync(file).mode & 0o777, 0o640);
    assert.deepEqual(readdirSync(place), ['link.yaml', 'there.yaml']);
  });

  test('drafts expectations that hold; --update renews them; nothing is written over', () => {
    for (const mode of [[], ['--loose']]) {
      const file = join(folder, `recorded${mode.length}.yaml`);
      const drafted = wsdissect(['check', '--record', file, 'walkthrough.pcap', ...REGISTRY, ...mode]);
      assert.equal(drafted.exitCode, 0, drafted.errors);
      assert.match(drafted.output, /expectations drafted into/);
      const checked = wsdissect(['check', 'walkthrough.pcap', '--expect', file]);
      assert.equal(checked.exitCode, 0, checked.output + checked.errors);
      assert.match(readFileSync(file, 'utf8'), /type: pb\.Ping/);

      const again = wsdissect(['check', '--record', file, 'walkthrough.pcap', ...REGISTRY, ...mode]);
      assert.equal(again.exitCode, 2);
      assert.match(again.errors, /is there already; renew it with --update/);

      const before = readFileSync(file, 'utf8');
      writeFileSync(file, before.replace('seq: 150', 'seq: 151'));
      assert.equal(wsdissect(['check', 'walkthrough.pcap', '--expect', file]).exitCode, 1);
      assert.equal(wsdissect(['check', 'walkthrough.pcap', '--expect', file, '--update']).exitCode, 0);
      assert.equal(readFileSync(file, 'utf8'), before);
    }
    assert.ok(existsSync(join(folder, 'recorded0.yaml')));
  });
});
