// record, replay and --capture as a user meets them: what is printed, what is written, how it ends.

import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { scenarioNames } from '../../src/endpoint/index.ts';
import { acceptKey } from '../../src/http/accept-key.ts';
import { writeFrame } from '../../src/ws/frame-writer.ts';
import { BINARY, CLOSE, TEXT } from '../../src/ws/opcodes.ts';
import { exampleFolder, program, startWsdissect, withoutRights, wsdissect } from './command-line.ts';

const folder = mkdtempSync(join(tmpdir(), 'wsdissect-cli-'));
const servers: ChildProcess[] = [];
after(() => {
  // Those of tests that failed.
  for (const server of servers) server.kill('SIGKILL');
  rmSync(folder, { recursive: true });
});
const path = (name: string) => join(folder, name);
const registry = ['--registry', join(exampleFolder, 'walkthrough.registry.yaml')];

const event = (emitter: NodeJS.EventEmitter, name: string) =>
  new Promise<unknown>((resolve) => emitter.once(name, resolve));

/** A server in a process of its own; its port, and how to interrupt it. */
async function serving(...words: string[]) {
  const server = startWsdissect(['serve', '--host', '127.0.0.1', '--port', '0', ...words]);
  servers.push(server);
  const started = String(await event(server.stdout, 'data'));
  const port = Number(/: (\d+)/.exec(started)?.[1]);
  server.stdout.resume();
  server.stderr.resume();
  const stop = async () => {
    const closed = event(server, 'close');
    server.kill('SIGINT');
    assert.equal(await closed, 130);
  };
  return { url: `ws://127.0.0.1:${port}/connect`, stop };
}

test('record writes a capture that the program reads, and says what is in it', () => {
  const { exitCode, output } = wsdissect(['record', '-o', path('new.pcap')]);
  assert.equal(exitCode, 0);
  assert.match(
    output,
    /^.*new\.pcap: 19 packets\n {2}walkthrough, port \d+, 1 connection: the article's walkthrough\n$/,
  );
  const read = wsdissect([path('new.pcap'), ...registry]);
  assert.match(read.output, /1 pb\.Ping \{seq: 150\}/);
  assert.match(read.output, /2 pb\.Pong \{seq: 150, note: "收到"\}/);
});

test('record to standard output writes nothing else there', () => {
  const { exitCode, output } = wsdissect(['record', '-o', '-', '--capture-format', 'pcapng', '--scenario', 'pings']);
  assert.equal(exitCode, 0);
  assert.equal(output.slice(0, 4), '\n\r\r\n');
});

test('record --list names each scenario on a line that fits a terminal; --print gives its file', () => {
  const lines = wsdissect(['record', '--list']).output.trimEnd().split('\n');
  assert.deepEqual(
    lines.map((line) => line.split(' ')[0]),
    scenarioNames(),
  );
  assert.deepEqual(
    lines.filter((line) => line.length > 80),
    [],
  );
  const file = new URL('../../scenarios/pings.yaml', import.meta.url);
  assert.equal(wsdissect(['record', '--print', 'pings']).output, readFileSync(file, 'utf8'));
});

test('record says in one line what is wrong', () => {
  const wrong: [words: string[], error: string][] = [
    [['-o', path('x.pcap'), '--scenario', 'pingz'], 'pingz: there is no such scenario; did you mean pings?'],
    [['--scenario', 'pings'], 'record writes a capture; say where to with -o FILE'],
    [
      ['-o', path('x.pcap'), '--via', 'tpcdump'],
      "option '--via <way>' argument 'tpcdump' is invalid: Did you mean tcpdump? It can be tap or tcpdump",
    ],
    [
      ['-o', path('none/x.pcap')],
      `${path('none/x.pcap')}: cannot be written: its directory is not there; name another file`,
    ],
  ];
  for (const [words, error] of wrong) {
    const run = wsdissect(['record', ...words]);
    assert.deepEqual([run.exitCode, run.errors], [2, `wsdissect: ${error}\n`]);
  }
});

test('serve --capture and connect --capture write both views of one conversation, whole after Ctrl-C', async () => {
  const { url, stop } = await serving('--capture', path('served.pcap'), '--nanoseconds');
  const { exitCode } = await running([
    'connect',
    url,
    '--send',
    'pb.Ping {"seq":7}',
    '--capture',
    path('asked.pcapng'),
  ]);
  assert.equal(exitCode, 0);
  await stop();
  for (const name of ['served.pcap', 'asked.pcapng']) {
    const { exitCode, output } = wsdissect([path(name), ...registry]);
    assert.equal(exitCode, 0);
    assert.match(output, /1 pb\.Ping \{seq: 7\}/);
    assert.match(output, /2 messages, 2 control frames in 1 WebSocket connection; 1[89] packets/);
  }
});

test('replay exits 0 where the answers are as captured, and 1 where one is not, which it shows', async () => {
  const capture = join(exampleFolder, 'walkthrough.pcap');
  const alike = await serving();
  const same = await running(['replay', capture, alike.url, ...registry]);
  assert.deepEqual(same, { exitCode: 0, output: '2 sent, 1 answer, all as captured\n', errors: '' });
  await alike.stop();
  const other = await serving('--echo');
  const different = await running(['replay', capture, other.url, '--speed', 'max', ...registry]);
  assert.equal(different.exitCode, 1);
  assert.equal(
    different.output,
    'answer 1 (packet 10): captured "pb.Pong", now "pb.Ping"\n2 sent, 1 answer, 1 differs\n',
  );
  await other.stop();
});

test('replay reads a registry that it finds in the working directory once, and says so once', () => {
  const directory = mkdtempSync(join(folder, 'found-'));
  for (const name of ['walkthrough.pcap', 'demo.proto']) cpSync(join(exampleFolder, name), join(directory, name));
  cpSync(join(exampleFolder, 'walkthrough.registry.yaml'), join(directory, 'wsdissect.registry.yaml'));
  const { errors } = wsdissect(['replay', 'walkthrough.pcap', 'ws://127.0.0.1:1/'], { directory });
  assert.equal(errors.match(/using wsdissect\.registry\.yaml/g)?.length, 1);
  const framed = wsdissect(['replay', 'walkthrough.pcap', 'ws://127.0.0.1:1/', '--id-bytes', '4'], { directory });
  assert.match(framed.errors, /--id-bytes and --byte-order need types/);
});

/** Replays the walkthrough to a server that upgrades, and does as it is told when the first message comes. */
async function replayedTo(onMessage: (socket: Socket, replaying: ChildProcess) => void, ...words: string[]) {
  let child: ChildProcess;
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', (request) => {
      const key = /Sec-WebSocket-Key: (\S+)/i.exec(String(request))?.[1] ?? '';
      const fields = ['Upgrade: websocket', 'Connection: Upgrade', `Sec-WebSocket-Accept: ${acceptKey(key)}`];
      socket.write(`HTTP/1.1 101 Switching Protocols\r\n${fields.join('\r\n')}\r\n\r\n`);
      socket.once('data', () => onMessage(socket, child));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const run = await running(['replay', join(exampleFolder, 'walkthrough.pcap'), url, ...words], (started) => {
    child = started;
  });
  server.close();
  return run;
}

test('replay says who ended the connection before all was said, and why', async () => {
  const key = Uint8Array.of(1, 2, 3, 4);
  const hello = Buffer.from('hello');
  const ends: [how: string, onMessage: (socket: Socket) => void][] = [
    ['given up before all was said; websocket: bad MASK', (socket) => socket.write(writeFrame(TEXT, hello, { key }))],
    ['given up before all was said; websocket: bad opcode 5', (socket) => socket.write(writeFrame(5, hello))],
    [
      'given up before all was said; websocket: read limit exceeded',
      (socket) => socket.write(writeFrame(BINARY, hello, { statedLength: 2n ** 40n, lengthBits: 64 })),
    ],
    [
      'the server closed 1011 (internal error) before all was said',
      (socket) => socket.write(writeFrame(CLOSE, Uint8Array.of(0x03, 0xf3))),
    ],
    ['the server ended without a close frame before all was said; unexpected EOF', (socket) => socket.end()],
  ];
  for (const [how, onMessage] of ends) {
    const { exitCode, output } = await replayedTo(onMessage, '--patience', '30');
    assert.match(output, /^1 sent, 0 answers, \d differs?; .*\n$/m);
    assert.equal(/^1 sent, 0 answers, \d differs?; (.*)\n$/m.exec(output)?.[1], how);
    assert.equal(exitCode, 1);
  }
});

test('replay that is interrupted misses nothing that it did not wait for, and says that it was', async () => {
  const signals: [signal: NodeJS.Signals, exitCode: number][] = [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ];
  for (const [signal, interrupted] of signals) {
    const { exitCode, output, errors } = await replayedTo((_socket, replaying) => replaying.kill(signal));
    assert.equal(output, '');
    assert.equal(errors, 'wsdissect: interrupted; what was not said and answered by then is not compared\n');
    assert.equal(exitCode, interrupted);
  }
});

test('replay says in one line what is wrong', () => {
  const url = 'ws://127.0.0.1:1/';
  const capture = join(exampleFolder, 'walkthrough.pcap');
  const nothing = wsdissect(['replay', capture, url, '--connection', '9']);
  assert.equal(
    nothing.errors,
    'wsdissect: connection 9: there is no such conversation; conversations of the capture: 0\n',
  );
  assert.equal(nothing.exitCode, 2);
  const nobody = wsdissect(['replay', capture, url]);
  assert.match(
    nobody.errors,
    /^wsdissect: ws:\/\/127\.0\.0\.1:1\/: nothing listens there \(ECONNREFUSED\); start the server/,
  );
  const missing = wsdissect(['replay', program.replace('.js', '.pcap'), url]);
  assert.equal(missing.exitCode, 2);
  const idle = wsdissect(['replay', capture, url, '--via', 'tcpdump']);
  assert.equal(idle.errors, 'wsdissect: --via is for a capture; add --capture FILE\n');
  const own = wsdissect(['replay', capture, url, '--capture', capture]);
  assert.match(own.errors, /walkthrough\.pcap is the capture that is replayed; name another file\n$/);
});

test('record says of a folder that may not be written that it may not', { skip: withoutRights() }, () => {
  const closed = mkdtempSync(join(tmpdir(), 'wsdissect-closed-'));
  chmodSync(closed, 0o555);
  const file = join(closed, 'a.pcap');
  const { exitCode, errors } = wsdissect(['record', '-o', file], { isBound: true });
  rmSync(closed, { recursive: true });
  assert.equal(errors, `wsdissect: ${file}: cannot be written: permission denied; name another file\n`);
  assert.equal(exitCode, 2);
});

test('record says where it cannot listen', () => {
  const { exitCode, errors } = wsdissect(['record', '-o', join(folder, 'none.pcap'), '--host', '192.0.2.1']);
  assert.equal(errors, 'wsdissect: 192.0.2.1 is no address of this machine; name one with --host, such as 127.0.0.1\n');
  assert.equal(exitCode, 2);
});

test('replay says what is wrong with the capture, and exits 3 where nothing of it can be said', () => {
  const url = 'ws://127.0.0.1:1/';
  const text = join(folder, 'text.pcap');
  writeFileSync(text, 'no capture, but a text');
  const nothing = wsdissect(['replay', text, url]);
  assert.match(nothing.errors, /^wsdissect: .*text\.pcap: this is text, not a capture[^\n]*\n$/);
  assert.equal(nothing.exitCode, 3);
  const cut = join(folder, 'cut.pcap');
  writeFileSync(cut, readFileSync(join(exampleFolder, 'walkthrough.pcap')).subarray(0, -10));
  assert.match(
    wsdissect(['replay', cut, url]).errors,
    /^wsdissect: .*the capture ends inside .*; what was said until then is replayed\n/,
  );
});

async function running(words: string[], onStart: (child: ChildProcess) => void = () => {}) {
  const child = startWsdissect(words);
  onStart(child);
  const said = { output: '', errors: '' };
  child.stdout.setEncoding('utf8').on('data', (text) => {
    said.output += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text) => {
    said.errors += text;
  });
  return { exitCode: await event(child, 'close'), ...said };
}
