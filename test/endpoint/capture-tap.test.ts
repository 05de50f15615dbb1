// The tap beside real sockets: what it writes is what went through them, as TCP that tshark has nothing to object to.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, connect, createServer, type Server, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it, test } from 'node:test';
import { type WebSocket as Client, WebSocket, WebSocketServer } from 'ws';
import { formatByName } from '../../src/capture/record-format.ts';
import type { CaptureTap } from '../../src/endpoint/capture/capture-tap.ts';
import { type CaptureOptions, startCapture } from '../../src/endpoint/capture/running-capture.ts';
import type { SocketRole } from '../../src/endpoint/socket-tap.ts';
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

interface Talk {
  host: string;
  role: SocketRole;
  options?: Omit<CaptureOptions, 'output'>;
  path?: string;
}

/** A client and a server of `net`, one of them tapped; returns the capture's path and the server's port. */
async function talk(
  { host, role, options = {}, path = newFile() }: Talk,
  client: (socket: Socket) => void,
  server: (socket: Socket) => void,
): Promise<{ path: string; port: number }> {
  const capture = await startCapture({ output: path, ...options });
  const listener = createServer({ allowHalfOpen: true }, (socket) => {
    if (role === 'server') capture.tap.attach(socket, 'server');
    socket.on('error', () => {});
    server(socket);
  });
  const port = await listen(listener, host);
  const socket = new Socket({ allowHalfOpen: true });
  if (role === 'client') capture.tap.attach(socket, 'client');
  socket.on('error', () => {});
  socket.connect(port, host);
  client(socket);
  await event(socket, 'close');
  listener.close();
  await event(listener, 'close');
  await capture.stop();
  return { path, port };
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
  for (const host of ['127.0.0.1', '::1']) {
    for (const role of ['client', 'server'] as const) {
      it(`is written whole by a tap at the ${role} of ${host}`, async () => {
        const { path, port } = await talk({ host, role }, say, reply);
        const [connection, ...others] = streamsIn(path);
        assert.deepEqual(others, []);
        assert.ok(Buffer.from(request).equals(connection.c2s), 'what the client said');
        assert.ok(Buffer.from(answer).equals(connection.s2c), 'what the server said');
        assert.equal(connection.end, 'fin');
        if (withoutTshark) return;
        assert.deepEqual(tsharkObjections(path, [port]), []);
        const addressed = tsharkRows(path, [], 'tcp.flags == 2', '_ws.col.Destination', 'tcp.dstport');
        assert.deepEqual(addressed, [`${host}\t${port}`]);
        // 31: SYN, SYN/ACK, ACK, data and both FINs were seen.
        assert.equal(tsharkRows(path, [], 'tcp', 'tcp.completeness').at(-1), '31');
      });
    }
  }

  for (const ending of ['pcap', 'pcapng']) {
    for (const resolution of [6, 9] as const) {
      it(`is the same as ${ending} with ${resolution} digits of the second`, { skip: withoutTshark }, async () => {
        const options = { resolution };
        const { path } = await talk({ host: '127.0.0.1', role: 'client', options, path: newFile(ending) }, say, reply);
        assert.equal(formatByName(path), ending);
        const times = tsharkRows(path, [], 'tcp', 'frame.time_epoch').map(Number);
        assert.ok(times.length > 100);
        assert.ok(Math.abs(times[0] - Date.now() / 1000) < 60, 'real time');
        assert.ok(
          times.every((time, at) => at === 0 || time >= times[at - 1]),
          'time does not run backwards',
        );
        assert.deepEqual(tsharkObjections(path, []), []);
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
  for (const [what, end, client, server] of ends) {
    it(`shows ${what}`, async () => {
      const { path, port } = await talk({ host: '127.0.0.1', role: 'client' }, client, server);
      assert.equal(streamsIn(path)[0].end, end);
      if (!withoutTshark) assert.deepEqual(tsharkObjections(path, [port]), []);
    });
  }

  it('shows a half-close: data after the other side has ended', async () => {
    const { path } = await talk(
      { host: '127.0.0.1', role: 'server' },
      (socket) => socket.resume().end('question'),
      reply,
    );
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

describe('under a server of node:http and ws', () => {
  // Node reads beneath JavaScript there, unless the tap hinders it; it may come before Node or after.
  for (const when of ['before', 'after'] as const) {
    it(`reads all where the tap is attached ${when} Node's own listener`, async () => {
      const path = newFile();
      const capture = await startCapture({ output: path });
      const server = createHttpServer((_request, response) => response.end('plain'));
      const tap = capture.tap as CaptureTap;
      if (when === 'before') tap.watch(server);
      else server.on('connection', (socket) => tap.attach(socket, 'server'));
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
  const socket = connect(port, '127.0.0.1');
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
  const socket = connect(await listen(server, '127.0.0.1'), '127.0.0.1');
  const heard: Buffer[] = [];
  socket.on('data', (data) => heard.push(data));
  await event(socket, 'close');
  server.close();
  assert.equal(String(Buffer.concat(heard)), 'all the same');
  await assert.rejects(capture.stop(), /small disk: the capture could not be written: ENOSPC/);
});
