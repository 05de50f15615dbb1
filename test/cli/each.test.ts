// Captures read each by itself, and shared among threads: what is printed is what each file alone gives, in the order of the
// files, whatever the number of threads.

import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { AsideFile } from '../../src/cli/each/aside-file.ts';
import { OrderedPieces } from '../../src/cli/each/ordered-pieces.ts';
import { captureOf } from '../support/capture-builder.ts';
import { TcpConversation } from '../support/tcp-conversation.ts';
import { frame, TEXT, upgradeRequest, upgradeResponse } from '../support/websocket-writer.ts';
import { eventsOf, exampleFolder, program, startWsdissect, wsdissect } from './command-line.ts';

const folder = mkdtempSync(join(tmpdir(), 'wsdissect-each-'));
after(() => rmSync(folder, { recursive: true }));

function talkOf(messages: number): Uint8Array {
  const talk = new TcpConversation().open().exchange('c2s', upgradeRequest()).exchange('s2c', upgradeResponse());
  for (let i = 0; i < messages; i++) talk.exchange('s2c', frame(TEXT, `message ${i} ${'.'.repeat(100)}`));
  return captureOf(talk.close().packets);
}

function put(name: string, octets: Uint8Array | string): string {
  writeFileSync(join(folder, name), octets);
  return name;
}

const walkthrough = put('walkthrough.pcap', readFileSync(join(exampleFolder, 'walkthrough.pcap')));
const registry = join(exampleFolder, 'walkthrough.registry.yaml');
const long = put('long.pcap', talkOf(3000));
const short = put('short.pcap', talkOf(3));
const cut = put('cut.pcap', talkOf(3).subarray(0, 1000));
const missing = 'missing.pcap';
const good = [long, walkthrough, short];
const all = [walkthrough, missing, long, cut, short];

const run = (words: readonly string[]) => wsdissect(words, { directory: folder });

describe('--each', () => {
  test('gives of each file what it gives alone, and its events name it', () => {
    const { exitCode, output, errors } = run(['--each', ...good, '--format', 'ndjson']);
    assert.deepEqual([exitCode, errors], [0, '']);
    const alone = good.flatMap((file) =>
      eventsOf(run([file, '--format', 'ndjson']).output).map((event) =>
        'packet' in event ? { ...event, file, filePacket: event.packet } : { ...event, file },
      ),
    );
    assert.deepEqual(eventsOf(output), alone);
  });

  test('as JSON is one array, with an array of events a file', () => {
    const found = JSON.parse(run(['--each', ...good, '--format', 'json']).output);
    const lines = good.map((file) => eventsOf(run(['--each', file, '--format', 'ndjson']).output));
    assert.deepEqual(found, lines);
  });

  test('as CSV has the names once, and the file in each row', () => {
    const rows = run(['--each', walkthrough, short, '--format', 'csv']).output.trimEnd().split('\r\n');
    assert.match(rows[0], /^connection,.*,file$/);
    assert.equal(rows.filter((row) => row.startsWith('connection,')).length, 1);
    assert.deepEqual(
      rows.slice(1).map((row) => row.slice(row.lastIndexOf(',') + 1)),
      [...Array(4).fill(walkthrough), ...Array(3).fill(short)],
    );
  });

  test('as tables has headings', () => {
    const alone = [walkthrough, short].map((file) => run(['stats', file]).output);
    assert.equal(
      run(['stats', '--each', walkthrough, short]).output,
      `==> ${walkthrough} <==\n${alone[0]}\n==> ${short} <==\n${alone[1]}`,
    );
  });

  test('of statistics and connections says the file in JSON', () => {
    const reports = JSON.parse(run(['stats', '--each', ...good, '--format', 'json']).output);
    assert.deepEqual(
      reports.map(({ file }: { file: string }) => file),
      good,
    );
    const streams = eventsOf(run(['streams', '--each', ...good, '--format', 'ndjson']).output);
    assert.deepEqual(
      streams.map(({ file }) => file),
      good,
    );
  });

  test('goes on behind a file that is missing or cut, and exits with the gravest code', () => {
    const { exitCode, output, errors } = run(['stats', '--each', ...all]);
    assert.equal(exitCode, 2);
    assert.deepEqual(
      output.match(/^==> .* <==$/gm),
      ['walkthrough', 'long', 'cut', 'short'].map((name) => `==> ${name}.pcap <==`),
    );
    assert.match(errors, /^wsdissect: missing\.pcap: [^\n]+\nwsdissect: cut\.pcap: [^\n]+\n$/);
    assert.equal(run(['stats', '--each', walkthrough, cut, short]).exitCode, 3);
    assert.equal(run(['--each', short, '--fail-on', 'note', walkthrough]).exitCode, 1);
  });

  test('tells what is wrong with an option once', () => {
    const { exitCode, errors } = run(['--each', ...good, '--type', 'pb.Pingg', '--registry', registry, '--jobs', '2']);
    assert.equal(exitCode, 2);
    assert.match(errors, /^wsdissect: [^\n]*did you mean pb\.Ping\?\n$/);
  });

  for (const [what, words, says] of [
    ['--jobs without it', ['--jobs', '2', ...good], /--jobs shares captures that are read each by itself; add --each/],
    ['--tail', ['--each', '--tail', short], /--tail follows one file/],
    ['--raw', ['streams', '--each', short, '--raw', '0', '--direction', 'c2s'], /--raw writes one connection/],
  ] as const) {
    test(`refuses ${what}`, () => {
      const { exitCode, errors } = run(words);
      assert.equal(exitCode, 2);
      assert.match(errors, says);
    });
  }
});

describe('--jobs', () => {
  const expectations = put(
    'expect.yaml',
    'expect:\n  - handshake: { status: 101 }\n  - message: { text: { $pattern: "^message 2 " } }\n',
  );
  const check = ['check', '--expect', expectations];
  const cases: string[][] = [
    ['--each', ...all],
    ['--each', ...all, '--format', 'ndjson', '--frames'],
    ['--each', ...all, '--format', 'json', '--payload', 'always'],
    ['--each', ...good, '--registry', registry, '--grep', '150', '--where', 'length > 0', '--limit', '2'],
    ['--each', ...good, '--host', '10.0.0.1', '--port', '8888', '--fail-on', 'note', '--width', '60', '--color'],
    ['stats', '--each', ...all, '--format', 'json', '--rows', '1'],
    ['streams', '--each', ...all],
    [...check, ...good],
    [...check, long, cut, short],
    [...check, ...all],
  ];
  for (const words of cases) {
    test(`changes nothing of: ${words.join(' ')}`, () => {
      assert.deepEqual(run([...words, '--jobs', '3']), run(words));
    });
  }

  test('reads standard input too', () => {
    const { exitCode, output } = wsdissect(['stats', '--each', '--jobs', '2', short, '-'], {
      directory: folder,
      input: readFileSync(join(folder, short)),
    });
    assert.equal(exitCode, 0);
    assert.match(output, /^==> - <==$/m);
  });

  test('ends quietly where the reader has seen enough', async () => {
    const files = Array.from({ length: 6 }, (_, i) => join(folder, put(`many-${i}.pcap`, talkOf(3000))));
    const child = startWsdissect(['--each', '--jobs', '2', '--format', 'ndjson', ...files]);
    let errors = '';
    child.stderr.setEncoding('utf8').on('data', (text) => {
      errors += text;
    });
    await once(child.stdout, 'data');
    child.stdout.destroy();
    assert.deepEqual(await once(child, 'close'), [0, null]);
    assert.equal(errors, '');
  });

  test('says what to do where there are too few file descriptors for so many threads, or files', () => {
    const crowd = Array.from({ length: 20 }, (_, i) => put(`crowd${i}.pcap`, readFileSync(join(folder, short))));
    const withFew = (...words: string[]) => {
      const few = ['-c', 'ulimit -n 30; exec "$@"', 'sh', process.execPath, program, 'stats', ...words, ...crowd];
      return spawnSync('sh', few, { cwd: folder, encoding: 'utf8' });
    };
    const threads = withFew('--each', '--jobs', '20');
    const advice = 'give fewer --jobs, or allow more with ulimit -n';
    assert.equal(threads.stderr, `wsdissect: a thread cannot be started: too many open files; ${advice}\n`);
    assert.equal(threads.status, 2);
    // All at once, as they overlap in time.
    const files = withFew();
    assert.match(
      files.stderr,
      /^wsdissect: crowd\d+\.pcap: cannot be read: too many open files; allow more of them with ulimit -n\n$/,
    );
    assert.equal(files.status, 2);
  });

  test('ends by SIGINT with a summary of what was read of the capture whose turn it is', async () => {
    const pipe = join(folder, 'pipe');
    spawnSync('mkfifo', [pipe]);
    const words = ['--each', '--jobs', '2', '--format', 'ndjson', join(folder, walkthrough), pipe, join(folder, short)];
    const child = spawn(process.execPath, [program, ...words]);
    let output = '';
    let errors = '';
    child.stdout.setEncoding('utf8').on('data', (text) => {
      output += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text) => {
      errors += text;
    });
    const writer = spawn('sh', ['-c', `cat > ${pipe}`], { stdio: ['pipe', 'ignore', 'inherit'] });
    writer.stdin.on('error', () => {});
    // Twice what the two pipes hold: when it is written, much is read.
    const written = new Promise<void>((resolve) => writer.stdin.write(talkOf(3000), () => resolve()));
    while (!/pipe","filePacket":\d\d/.test(output)) await once(child.stdout, 'data');
    await written;
    child.kill('SIGINT');
    const [exitCode] = await once(child, 'close');
    writer.kill();
    assert.equal(exitCode, 130);
    assert.match(errors, /^wsdissect: .*pipe: interrupted; what was read until then is shown\n$/);
    const summaries = eventsOf(output).filter(({ type }) => type === 'summary');
    assert.deepEqual(
      summaries.map(({ complete }) => complete),
      [true, false],
    );
  });
});

describe('pieces of outputs that come all at once', () => {
  function pieces(limit: number, hasRoomAside = false) {
    const ordered = new OrderedPieces(limit);
    const said: string[] = [];
    const give = (output: number, name: string, isLast = false) =>
      ordered.take(output, {
        length: name.length,
        isLast,
        handOn: () => said.push(name),
        keep: () => {},
        setAside: () => {
          if (hasRoomAside) said.push(`[${name}]`);
          return hasRoomAside;
        },
        release: () => said.push(`(${name})`),
      });
    return { give, said };
  }

  test('are handed on in the order of the outputs', () => {
    const { give, said } = pieces(100);
    give(2, 'c', true);
    give(1, 'b1');
    give(0, 'a1');
    give(0, 'a2', true);
    give(1, 'b2', true);
    assert.deepEqual(
      said.filter((name) => !name.startsWith('(')),
      ['a1', 'a2', 'b1', 'b2', 'c'],
    );
  });

  test('may be sent on while few are kept, and otherwise when they are handed on', () => {
    const { give, said } = pieces(3);
    give(1, 'bb');
    give(2, 'cc');
    assert.deepEqual(said, ['(bb)']);
    give(0, 'a', true);
    give(1, 'b', true);
    assert.deepEqual(said, ['(bb)', 'a', '(a)', 'bb', 'b', '(b)', 'cc', '(cc)']);
  });

  test('are set aside where too many are kept', () => {
    const { give, said } = pieces(3, true);
    give(1, 'bb');
    give(2, 'cc', true);
    give(1, 'b', true);
    assert.deepEqual(said, ['(bb)', '[cc]', '(cc)', '(b)']);
    give(0, 'a', true);
    assert.deepEqual(said.slice(4), ['a', '(a)', 'bb', 'b', 'cc']);
  });
});

describe('a file for what must wait', () => {
  test('gives back what was put into it, in any order, and begins anew', () => {
    const file = new AsideFile(10);
    const octets = (...values: number[]) => Uint8Array.from(values);
    const one = file.put(octets(1, 2, 3))!;
    const two = file.put(octets(4, 5))!;
    assert.equal(file.put(octets(1, 2, 3, 4, 5, 6)), null, 'there is no room');
    assert.deepEqual(file.take(two), octets(4, 5));
    assert.deepEqual(file.take(one), octets(1, 2, 3));
    const three = file.put(octets(1, 2, 3, 4, 5, 6))!;
    assert.deepEqual([three.offset, file.take(three)], [0, octets(1, 2, 3, 4, 5, 6)]);
    file.close();
    assert.equal(file.put(octets(1)), null);
  });
});
