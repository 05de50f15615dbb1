// Ctrl-C and its kin, while each of the commands reads a capture that has not ended: what was read is told, where a part of
// it makes sense, and the exit code says which signal it was.

import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { captureOf } from '../support/capture-builder.ts';
import { TcpConversation } from '../support/tcp-conversation.ts';
import { frame, TEXT, upgradeRequest, upgradeResponse } from '../support/websocket-writer.ts';
import { eventsOf, startWsdissect } from './command-line.ts';

const folder = mkdtempSync(join(tmpdir(), 'wsdissect-interrupted-'));
after(() => rmSync(folder, { recursive: true }));

/** More than a pipe holds: once it is written, most of it is read. */
const talk = new TcpConversation().open().exchange('c2s', upgradeRequest()).exchange('s2c', upgradeResponse());
for (let i = 0; i < 2000; i++) talk.exchange('s2c', frame(TEXT, `message ${i} ${'.'.repeat(100)}`));
const capture = captureOf(talk.packets);
const whole = join(folder, 'whole.pcap');
writeFileSync(whole, capture);
const expectations = join(folder, 'expect.yaml');
writeFileSync(expectations, 'expect:\n  - handshake: { status: 101 }\n');

async function interrupted(words: readonly string[], signal: NodeJS.Signals = 'SIGINT') {
  const child = startWsdissect(words);
  let output = '';
  let errors = '';
  child.stdout.setEncoding('utf8').on('data', (text) => {
    output += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text) => {
    errors += text;
  });
  child.stdin.on('error', () => {});
  child.stdin.write(capture, () => child.kill(signal));
  const [exitCode, by] = await once(child, 'close');
  assert.equal(by, null, 'it ends by itself');
  assert.match(errors, /^wsdissect: [^\n]*interrupted; [^\n]+\n$/);
  return { exitCode, output, errors };
}

describe('SIGINT, and what was read is shown', () => {
  const payloads = join(folder, 'payloads');
  const shown: [what: string, words: string[], shows: RegExp][] = [
    ['the table', ['-'], /message 5 .*incomplete: interrupted/s],
    ['NDJSON', ['-', '--format', 'ndjson'], /"complete":false/],
    ['JSON, a whole document', ['-', '--format', 'json'], /"complete":false.*\n\]\n$/s],
    ['CSV', ['-', '--format', 'csv'], /message 5 /],
    ['a conversation', ['follow', '-', '0'], /message 5 /],
    ['statistics', ['stats', '-'], /incomplete/],
    ['the list of connections', ['streams', '-'], /10\.0\.0\.1:40001/],
    ['several files, one of which waits', [whole, '-', '--format', 'ndjson'], /message 5 /],
    ['the octets of one', ['streams', '-', '--raw', '0', '--direction', 's2c'], /message 5 /],
    ['the account of payloads', ['extract', '-', '-o', payloads], /files written to/],
    ['the verdicts that are there', ['check', whole, '-', '--expect', expectations], /1 expectation held/],
  ];
  for (const [what, words, shows] of shown) {
    test(what, async () => {
      const { exitCode, output } = await interrupted(words);
      assert.equal(exitCode, 130);
      assert.match(output, shows);
    });
  }

  test('the events end with a summary that says so', async () => {
    const { output } = await interrupted(['-', '--format', 'ndjson']);
    const summary = eventsOf(output).at(-1)!;
    assert.deepEqual([summary.type, summary.complete], ['summary', false]);
    assert.ok((summary.messages as number) > 100);
  });
});

describe('SIGINT, and nothing is shown, as a part would mislead', () => {
  const draft = join(folder, 'draft.yaml');
  const silent: [what: string, words: string[]][] = [
    ['a verdict', ['check', '-', '--expect', expectations]],
    ['a draft of expectations', ['check', '-', '--record', draft]],
    ['a comparison', ['diff', whole, '-']],
    ['a walkthrough', ['walkthrough', '-']],
    ['a conversation to say again', ['replay', '-', 'ws://127.0.0.1:9/']],
  ];
  for (const [what, words] of silent) {
    test(what, async () => {
      const { exitCode, output } = await interrupted(words);
      assert.deepEqual([exitCode, output], [130, '']);
    });
  }

  test('and no file is written', () => assert.ok(!existsSync(draft)));
});

test('SIGINT while a named pipe is waited for', async () => {
  const pipe = join(folder, 'pipe');
  spawnSync('mkfifo', [pipe]);
  const child = startWsdissect([pipe, '--format', 'ndjson']);
  const writer = spawn('sh', ['-c', `cat > ${pipe}`], { stdio: ['pipe', 'ignore', 'inherit'] });
  writer.stdin.write(capture.subarray(0, 2000));
  let output = '';
  for await (const text of child.stdout.setEncoding('utf8')) {
    output += text;
    if (!child.killed && output.includes('"type":"message"')) child.kill('SIGINT');
  }
  const [exitCode] = child.exitCode === null ? await once(child, 'exit') : [child.exitCode];
  writer.kill();
  assert.equal(exitCode, 130);
  assert.equal(eventsOf(output).at(-1)!.complete, false);
});

const withoutLinux = process.platform === 'linux' ? false : 'elsewhere opening a pipe waits, and cannot be given up';
test('SIGINT before anybody writes to a named pipe', { skip: withoutLinux }, async () => {
  const pipe = join(folder, 'unwritten.pcap');
  spawnSync('mkfifo', [pipe]);
  for (const words of [
    ['stats', pipe],
    ['--each', pipe],
    ['--each', '--jobs', '2', pipe, whole],
  ]) {
    const child = startWsdissect(words);
    // Long enough to be waiting; a signal before that has an end of its own.
    const asking = setTimeout(() => child.kill('SIGINT'), 700);
    const hanging = setTimeout(() => child.kill('SIGKILL'), 20_000);
    const [exitCode] = await once(child, 'exit');
    clearTimeout(asking);
    clearTimeout(hanging);
    assert.equal(exitCode, 130, words.join(' '));
  }
});

test('SIGINT while threads read: later verdicts stand, failed ones too', { skip: withoutLinux }, async () => {
  const [first, last] = ['first.pcap', 'last.pcap'].map((name) => join(folder, name));
  spawnSync('mkfifo', [first, last]);
  const fails = join(folder, 'fails.yaml');
  writeFileSync(fails, 'expect:\n  - handshake: { status: 404 }\n');
  const child = startWsdissect(['check', '--expect', fails, '--jobs', '2', first, whole, last]);
  let output = '';
  let errors = '';
  child.stdout.setEncoding('utf8').on('data', (text) => {
    output += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text) => {
    errors += text;
  });
  // The last pipe is opened by the thread that has done with the whole capture, while the first one still waits.
  const writers = [first, last].map((pipe) => spawn('sh', ['-c', `exec 3>${pipe}; echo; exec sleep 60`]));
  await Promise.all(writers.map((writer) => once(writer.stdout, 'data')));
  child.kill('SIGINT');
  const [exitCode] = await once(child, 'close');
  for (const writer of writers) writer.kill();
  assert.equal(exitCode, 130);
  assert.match(output, /whole\.pcap: .*\n {2}✗ handshake is answered 404 .*\n0 of 1 expectation held\n$/s);
  assert.equal(errors, 'wsdissect: interrupted; of 3 captures 1 were judged\n');
});

test('SIGTERM does the same with 143', async () => {
  for (const words of [
    ['-', '--format', 'ndjson'],
    ['stats', '-'],
    ['streams', '-'],
    ['diff', whole, '-'],
  ]) {
    assert.equal((await interrupted(words, 'SIGTERM')).exitCode, 143, words.join(' '));
  }
});

test('SIGINT while expectations are drafted of what was read: it ends, and no file is written', async () => {
  const long = new TcpConversation().open().exchange('c2s', upgradeRequest()).exchange('s2c', upgradeResponse());
  for (let i = 0; i < 40_000; i++) long.exchange('s2c', frame(TEXT, `message ${i}`));
  const draft = join(folder, 'long.yaml');
  const child = startWsdissect(['check', '-', '--record', draft]);
  // What the pipe still holds is read in less time than is waited, and drafted in more.
  child.stdin.end(captureOf(long.close().packets), () => setTimeout(() => child.kill('SIGINT'), 250));
  const [exitCode, by] = await once(child, 'close');
  assert.ok(exitCode === 130 || by === 'SIGINT', `${exitCode} ${by}`);
  assert.ok(!existsSync(draft));
});

test('a signal ends at once what no turn of the event loop interrupts, and is not forgotten before', async () => {
  const module = fileURLToPath(new URL('../../src/cli/interruption.ts', import.meta.url));
  const script = (before: string) => `
    import { endableWork, interruptionSignal } from ${JSON.stringify(module)};
    import { writeSync } from 'node:fs';
    const busyFor = (milliseconds) => { for (const end = Date.now() + milliseconds; Date.now() < end; ); };
    interruptionSignal();
    ${before}
    await endableWork(async () => { writeSync(1, 'busy'); busyFor(30_000); }).catch(() => process.exit(7));
  `;
  const run = async (before: string) => {
    const words = ['--import', 'tsx', '--input-type=module', '--eval', script(before)];
    const child = spawn(process.execPath, words);
    const ended = once(child, 'exit');
    for await (const text of child.stdout) if (String(text) === 'busy') child.kill('SIGINT');
    const [exitCode, by] = await ended;
    return by ?? exitCode;
  };
  assert.equal(await run(''), 'SIGINT');
  assert.equal(await run("process.kill(process.pid, 'SIGINT'); busyFor(100);"), 7);
});

test('a second signal ends the process at once', async () => {
  const module = fileURLToPath(new URL('../../src/cli/interruption.ts', import.meta.url));
  const script = `
    import { interruptionSignal } from ${JSON.stringify(module)};
    interruptionSignal().addEventListener('abort', () => process.stdout.write('asked'));
    setInterval(() => {}, 1000);
    process.stdout.write('ready');
  `;
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '--eval', script]);
  for await (const text of child.stdout.setEncoding('utf8')) {
    if (text === 'ready') child.kill('SIGINT');
    if (text === 'asked') child.kill('SIGINT');
  }
  const [exitCode] = child.exitCode === null ? await once(child, 'exit') : [child.exitCode];
  assert.equal(exitCode, 130);
});
