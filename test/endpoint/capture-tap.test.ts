// The tap beside real sockets: what it writes is what went through them, as TCP that tshark has nothing to object to.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, connect as connectSocket, createServer, type Server, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it, test } from 'node:test';
import { type WebSocket as Client, WebSocket, WebSocketServer } from 'ws';
import { formatByName } from '../../src/capture/record-format.ts';
import { startCapture } from '../../src/endpoint/capture/running-capture.ts';
import { articleProtocol, connect, serve } from '../../src/endpoint/index.ts';
import type { SocketRole, SocketTap } from '../../src/endpoint/socket-tap.ts';
import { startWsdissect } from '../cli/command-line.ts';
import { Random } from '../support/random.ts';
import { tsharkObjections, tsharkRows, withoutTshark } from '../support/tshark.ts';
import { streamsIn } from './streams.ts';

const folder = mkdtempSync(join(tmpdir(), 'wsdissect-tap-'));
after(() => rmSync(folder, { recursive: true }));
let files = 0;
const newFile = (ending = 'pcap') => join(folder, `${++files}.${ending}`);

const listen = (server: Server, host: string) =>
  new Promise<number>((resolve) => server.listen(0, host, () => resolve((server.address() as AddressInfo).port)));
const event = (emitter: NodeJS.EventEmitter | Client, name: string) =>
  new Promise<void>((resolve) => (emitter as NodeJS.EventEmitter).once(name, () => resolve()));

/** A client and a server of `net`, one of them tapped; returns the server's port when both are done. */
async function talk(
  tap: SocketTap,
  role: SocketRole,
  client: (socket: Socket) => void,
  server: (socket: Socket) => void,
  host = '127.0.0.1',
): Promise<number> {
  const listener = createServer({ allowHalfOpen: true }, (socket) => {
    if (role === 'server') tap.attach(socket, 'server');
    socket.on('error', () => {});
    server(socket);
  });
  const port = await listen(listener, host);
  const socket = new Socket({ allowHalfOpen: true });
  if (role === 'client') tap.attach(socket, 'client');
  socket.on('error', () => {});
  socket.connect(port, host);
  client(socket);
  await event(socket, 'close');
  listener.close();
  await event(listener, 'close');
  return port;
}

const random = new Random(5);
const request = random.octets(100_003);
const answer = random.octets(70_001);

/** The client says all it has and ends; the server answers once it has heard all. */
const say = (socket: Socket) => {
  socket.write(request.subarray(0, 5));
  socket.write(request.subarray(5, 10));
  socket.end(request.subarray(10));
  socket.resume();
};
const reply = (socket: Socket) => {
  socket.resume();
  socket.once('end', () => socket.end(answer));
};

describe('a conversation over loopback', () => {
  const places = ['127.0.0.1', '::1'].flatMap((host) => [
    { host, role: 'client' as const },
    { host, role: 'server' as const },
  ]);
  const path = newFile();
  const ports: number[] = [];
  before(async () => {
    const { tap, stop } = await startCapture({ output: path });
    for (const { host, role } of places) ports.push(await talk(tap, role, say, reply, host));
    await stop();
  });

  places.forEach(({ host, role }, index) => {
    it(`is written whole by a tap at the ${role} of ${host}`, () => {
      const streams = streamsIn(path);
      assert.equal(streams.length, places.length);
      const { c2s, s2c, end } = streams[index];
      assert.ok(Buffer.from(request).equals(c2s), 'what the client said');
      assert.ok(Buffer.from(answer).equals(s2c), 'what the server said');
      assert.equal(end, 'fin');
    });
  });

  it('is TCP to which tshark has no objection, between the true addresses', { skip: withoutTshark }, () => {
    assert.deepEqual(tsharkObjections(path, ports), []);
    const addressed = tsharkRows(path, [], 'tcp.flags == 2', '_ws.col.Destination', 'tcp.dstport');
    assert.deepEqual(
      addressed,
      places.map(({ host }, index) => `${host}\t${ports[index]}`),
    );
    const completeness = new Map(
      tsharkRows(path, [], 'tcp', 'tcp.stream', 'tcp.completeness').map((row) => row.split('\t') as [string, string]),
    );
    // 31: SYN, SYN/ACK, ACK, data and both FINs were seen.
    assert.deepEqual([...completeness.values()], ['31', '31', '31', '31']);
  });
});

describe('formats', () => {
  for (const ending of ['pcap', 'pcapng']) {
    for (const resolution of [6, 9] as const) {
      it(`are the same to tshark: ${ending} with ${resolution} digits of the second`, {
        skip: withoutTshark,
      }, async () => {
        const path = newFile(ending);
        const { tap, stop } = await startCapture({ output: path, resolution });
        await talk(tap, 'client', say, reply);
        await stop();
        assert.equal(formatByName(path), ending);
        const times = tsharkRows(path, [], 'tcp', 'frame.time_epoch');
        assert.ok(times.length > 100);
        assert.ok(Math.abs(Number(times[0]) - Date.now() / 1000) < 60, 'real time');
        assert.ok(
          times.every((time, at) => at === 0 || time >= times[at - 1]),
          'time does not run backwards',
        );
        assert.equal(
          times.every((time) => time.endsWith('000')),
          resolution === 6,
        );
      });
    }
  }
});

describe('how connections end', () => {
  const ends: [what: string, end: string, client: (socket: Socket) => void, server: (socket: Socket) => void][] = [
    [
      'a reset by this side',
      'rst',
      (socket) => socket.once('data', () => socket.resetAndDestroy()),
      (socket) => socket.resume().write('x'),
    ],
    [
      'a reset by the other side',
      'rst',
      (socket) => socket.resume().write('x'),
      (socket) => socket.once('data', () => socket.resetAndDestroy()),
    ],
    [
      'a closing by both',
      'fin',
      (socket) => socket.resume().end('x'),
      (socket) => socket.resume().on('end', () => socket.end()),
    ],
  ];
  const path = newFile();
  const ports: number[] = [];
  before(async () => {
    const { tap, stop } = await startCapture({ output: path });
    for (const [, , client, server] of ends) ports.push(await talk(tap, 'client', client, server));
    await stop();
  });
  ends.forEach(([what, end], index) => {
    it(`shows ${what}`, () => assert.equal(streamsIn(path)[index].end, end));
  });

  it('as tshark knows it', { skip: withoutTshark }, () => {
    assert.deepEqual(tsharkObjections(path, ports), []);
  });

  it('shows a half-close: data after the other side has ended', async () => {
    const path = newFile();
    const { tap, stop } = await startCapture({ output: path });
    await talk(tap, 'server', (socket) => socket.resume().end('question'), reply);
    await stop();
    const [{ c2s, s2c }] = streamsIn(path);
    assert.equal(String(c2s), 'question');
    assert.equal(s2c.length, answer.length);
  });

  it('writes nothing of a connection that never came to be', async () => {
    const path = newFile();
    const capture = await startCapture({ output: path });
    const socket = new Socket();
    capture.tap.attach(socket, 'client');
    socket.connect(1, '127.0.0.1');
    await Promise.race([event(socket, 'error'), event(socket, 'close')]);
    await capture.stop();
    assert.deepEqual(streamsIn(path), []);
  });
});

test('sockets of a path are left alone, at either end', { skip: process.platform === 'win32' }, async () => {
  const [path, place] = [newFile(), newFile('socket')];
  const { tap, stop } = await startCapture({ output: path });
  const server = createServer((socket) => {
    tap.attach(socket, 'server');
    socket.end('hello');
  });
  await new Promise<void>((resolve) => server.listen(place, resolve));
  const socket = new Socket();
  tap.attach(socket, 'client');
  const heard: Buffer[] = [];
  socket.connect(place).on('data', (data) => heard.push(data));
  await event(socket, 'close');
  server.close();
  await stop();
  assert.equal(String(Buffer.concat(heard)), 'hello');
  assert.deepEqual(streamsIn(path), []);
});

describe('under a server of node:http and ws', () => {
  // Node reads beneath JavaScript there, unless the tap hinders it; it may come before Node or after.
  for (const when of ['before', 'after'] as const) {
    it(`reads all where the tap is attached ${when} Node's own listener`, async () => {
      const path = newFile();
      const capture = await startCapture({ output: path });
      const server = createHttpServer((_request, response) => response.end('plain'));
      const attach = (socket: Socket) => capture.tap.attach(socket, 'server');
      if (when === 'before') server.prependListener('connection', attach);
      else server.on('connection', attach);
      new WebSocketServer({ server }).on('connection', (socket) => {
        socket.on('message', (data) => socket.send(data));
      });
      const port = await listen(server, '127.0.0.1');
      assert.equal(
        await (await fetch(`http://127.0.0.1:${port}/`, { headers: { connection: 'close' } })).text(),
        'plain',
      );
      const client = new WebSocket(`ws://127.0.0.1:${port}/`);
      await event(client, 'open');
      client.send(request);
      await event(client, 'message');
      client.close(1000);
      await event(client, 'close');
      server.close();
      await event(server, 'close');
      await capture.stop();
      const [plain, upgraded] = streamsIn(path);
      assert.match(String(plain.c2s), /^GET \/ HTTP\/1\.1\r\n/);
      assert.match(String(plain.s2c), /plain/);
      assert.match(String(upgraded.c2s.subarray(0, 4)), /GET /);
      assert.ok(upgraded.c2s.length > request.length && upgraded.s2c.length > request.length);
      if (!withoutTshark) assert.deepEqual(tsharkObjections(path, [port]), []);
    });
  }
});

test('a capture is readable while it is written: each turn of the event loop leaves whole records', async () => {
  const path = newFile();
  const capture = await startCapture({ output: path });
  const server = createServer((socket) => {
    capture.tap.attach(socket, 'server');
    socket.resume();
  });
  const port = await listen(server, '127.0.0.1');
  const socket = connectSocket(port, '127.0.0.1');
  await new Promise<void>((resolve) => socket.write('said and written', () => resolve()));
  while (streamsIn(path)[0]?.c2s.length !== 16) await new Promise((resolve) => setTimeout(resolve, 5));
  assert.equal(String(streamsIn(path)[0].c2s), 'said and written');
  socket.destroy();
  server.close();
  await capture.stop();
});

test('a disk that is full is told at the end, and the conversation goes on', {
  skip: process.platform !== 'linux',
}, async () => {
  await assert.rejects(
    startCapture({ output: '/dev/full' }),
    /^CaptureWriteError: \/dev\/full: the capture could not be written: ENOSPC/,
  );
  let full = false;
  const output = {
    name: 'small disk',
    write: () => {
      if (full) throw new Error('ENOSPC: no space left on device, write');
    },
    close: () => {},
  };
  const capture = await startCapture({ output });
  full = true;
  const server = createServer((socket) => {
    capture.tap.attach(socket, 'server');
    socket.end('all the same');
  });
  const socket = connectSocket(await listen(server, '127.0.0.1'), '127.0.0.1');
  const heard: Buffer[] = [];
  socket.on('data', (data) => heard.push(data));
  await event(socket, 'close');
  server.close();
  assert.equal(String(Buffer.concat(heard)), 'all the same');
  await assert.rejects(capture.stop(), /small disk: the capture could not be written: ENOSPC/);
});

test('TLS is captured as plain text, at either end', async (context) => {
  const [key, cert] = [newFile('key'), newFile('cert')];
  const words = `req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout ${key} -out ${cert} -days 2 -subj /CN=localhost`;
  try {
    execFileSync('openssl', words.split(' '), { stdio: 'ignore' });
  } catch {
    return context.skip('openssl, which makes the certificate, is not installed');
  }
  const [served, asked] = [newFile(), newFile()];
  const serving = await startCapture({ output: served });
  const asking = await startCapture({ output: asked });
  const tls = { cert: readFileSync(cert), key: readFileSync(key) };
  const server = await serve({ host: '127.0.0.1', port: 0, tls, socketTap: serving.tap });
  const options = { protocol: server.protocol, tls: { insecure: true }, socketTap: asking.tap };
  const { connection } = await connect(server.url, options);
  await connection.send('pb.Ping', { seq: 150 });
  await connection.next();
  await connection.close(1000);
  const { port } = server;
  await server.close();
  await serving.stop();
  await asking.stop();
  for (const path of [served, asked]) {
    const [{ c2s, s2c, end }] = streamsIn(path);
    assert.match(String(c2s), /^GET \/connect HTTP\/1\.1\r\n/);
    assert.match(String(s2c), /^HTTP\/1\.1 101 /);
    assert.ok(s2c.includes('收到'));
    assert.equal(end, 'fin');
    if (!withoutTshark) assert.deepEqual(tsharkObjections(path, [port]), []);
  }
});

test('a process that is killed leaves what was said until then', async () => {
  const path = newFile();
  const child = startWsdissect(['serve', '--host', '127.0.0.1', '--port', '0', '--capture', path]);
  const started = await new Promise<string>((resolve) => child.stdout.once('data', (text) => resolve(String(text))));
  const { connection } = await connect(`ws://127.0.0.1:${/: (\d+)/.exec(started)?.[1]}/connect`, {
    protocol: await articleProtocol(),
  });
  for (const seq of [150, 151]) {
    await connection.send('pb.Ping', { seq });
    await connection.next();
  }
  // The last turn of its event loop may be lost, what was before is not.
  child.kill('SIGKILL');
  await connection.ended;
  const [{ c2s, s2c }] = streamsIn(path);
  assert.ok(c2s.length > 0 && s2c.includes('收到'));
});
