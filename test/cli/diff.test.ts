// `wsdissect diff` as a user runs it.

import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { captureOf } from '../support/capture-builder.ts';
import { TcpConversation } from '../support/tcp-conversation.ts';
import { clientFrame, TEXT } from '../support/websocket-writer.ts';
import { exampleFolder, wsdissect } from './command-line.ts';

const folder = mkdtempSync(join(tmpdir(), 'wsdissect-'));
after(() => rmSync(folder, { recursive: true }));

const OTHER = '../chat/chat.pcap';

test('exit 0 and one line where nothing differs', () => {
  const { exitCode, output, errors } = wsdissect(['diff', 'walkthrough.pcap', 'walkthrough.pcap']);
  assert.deepEqual({ exitCode, errors }, { exitCode: 0, errors: '' });
  assert.equal(output, 'No difference: 4 messages and controls the same in 1 connection\n');
});

test('exit 1 where something does; JSON says the same', () => {
  const { exitCode, output } = wsdissect(['diff', 'walkthrough.pcap', OTHER]);
  assert.equal(exitCode, 1);
  assert.match(output, /handshake\.target: "\/connect" became "\/room\/七"/);
  const json = JSON.parse(wsdissect(['diff', 'walkthrough.pcap', OTHER, '-f', 'json']).output);
  assert.equal(json.connections.length, 1);
});

test('what is ignored and called like nothing that is compared is told, and what was probably meant', () => {
  const REGISTRY = ['--registry', 'walkthrough.registry.yaml'];
  const errorsOf = (ignored: string) =>
    wsdissect(['diff', 'walkthrough.pcap', 'walkthrough.pcap', ...REGISTRY, '--ignore', ignored]).errors;
  const told = (path: string, advice: string) =>
    `wsdissect: --ignore ${path}: nothing that is compared is called so; ${advice}\n`;
  assert.equal(errorsOf('tming'), told('tming', 'did you mean timing?'));
  assert.equal(errorsOf('pb.Nothing.value.x,seq'), told('pb.Nothing.value.x', 'check the path'));
  const known = 'seq,timing,ping,pb.Ping.value.seq,pb.Ping,json.**.at,handshake.status,end,value.note,value.n*';
  assert.equal(errorsOf(known), '');
  for (const path of ['value.other', 'value.**.at', 'pb.Pong.value.other', 'close.code.x']) {
    assert.equal(errorsOf(`timing,${path}`), told(path, 'check the path'), path);
  }
});

test('--ws-port compares what the captures began too late to show', () => {
  const [one, other] = ['good morning', 'good evening'].map((word) => {
    const late = new TcpConversation().open().exchange('c2s', clientFrame(TEXT, word)).packets.slice(3);
    const file = join(folder, `${word.slice(5)}.pcap`);
    writeFileSync(file, captureOf(late));
    return file;
  });
  assert.equal(wsdissect(['diff', one, other]).exitCode, 0);
  const { exitCode, output } = wsdissect(['diff', one, other, '--ws-port', '8888']);
  assert.equal(exitCode, 1);
  assert.match(output, /text: "good morning" became "good evening"/);
});

test('exit 3 where a capture is cut, and what was read of it is compared', () => {
  const cut = join(folder, 'cut.pcap');
  writeFileSync(cut, readFileSync(join(exampleFolder, 'walkthrough.pcap')).subarray(0, 1000));
  const { exitCode, output, errors } = wsdissect(['diff', 'walkthrough.pcap', cut]);
  assert.equal(exitCode, 3);
  assert.match(output, /- packet 14 {2}← close/);
  assert.match(errors, /cut\.pcap: the capture ends inside record/);
});

test('exit 2 and one line for wrong usage', () => {
  for (const [words, message] of [
    [['walkthrough.pcap'], /missing required argument 'bad'/],
    [['walkthrough.pcap', OTHER, '--max-events', '3'], /more than 3 messages.*--max-events/],
    [['walkthrough.pcap', OTHER, '--max-kept', '1K'], /more than 1024 octets.*--max-kept/],
    [['-', '-'], /standard input can be read only once/],
    [['walkthrough.pcap', 'nowhere.pcap'], /nowhere\.pcap: cannot be read/],
  ] as const) {
    const { exitCode, errors } = wsdissect(['diff', ...words]);
    assert.equal(exitCode, 2);
    assert.match(errors, message);
  }
});
