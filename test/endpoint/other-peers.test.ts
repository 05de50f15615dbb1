// The server and client with peers that were not written after gorilla: the `ws` package and Debian's python3-websockets.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { WebSocket, WebSocketServer as WsServer } from 'ws';
import { articleProtocol, connect, serve, type WebSocketServer } from '../../src/endpoint/index.ts';
import { Random } from '../support/random.ts';
import { TellingProgram } from './telling-program.ts';

const PYTHON = '/usr/bin/python3';
const PEER = fileURLToPath(new URL('./python/peer.py', import.meta.url));
const LENGTHS = [0, 1, 125, 126, 4096, 4097, 65_535, 65_536, 200_000];

/** Our client with a server that sends back what it is sent. */
async function talkToEcho(url: string, compression: boolean, protocol: string): Promise<void> {
  const pongs: string[] = [];
  const { connection } = await connect(url, {
    compression,
    subprotocols: ['demo.v1', 'demo.v2'],
    onControl: (opcode, payload) => pongs.push(`${opcode} ${Buffer.from(payload)}`),
  });
  assert.equal(connection.compression, compression);
  assert.equal(connection.subprotocol, protocol);
  connection.ping(Buffer.from('are you there?'));
  await connection.sendText('grüß dich, 收到');
  assert.equal(Buffer.from((await connection.next())?.data ?? []).toString(), 'grüß dich, 收到');
  for (const length of LENGTHS) {
    const data = Uint8Array.from({ length }, (_, at) => (at * at) >> 3);
    await connection.sendBinary(data);
    const message = await connection.next();
    assert.equal(message?.opcode, 'binary');
    assert.ok(Buffer.from(data).equals(message.data), `${length} octets come back as they were`);
    assert.equal(message.compressed, compression);
  }
  assert.deepEqual(pongs, ['pong are you there?']);
  assert.deepEqual(await connection.close(3001, 'bye'), { code: 3001, reason: 'bye', sent: 3001, error: null });
}

async function startServer(): Promise<WebSocketServer> {
  const answer: Parameters<typeof serve>[0] = {
    answer: (message) => (message.type === 'pb.Ping' ? { type: 'pb.Pong', value: message.value } : message),
  };
  const options = { port: 0, host: '127.0.0.1', compression: true, subprotocols: ['demo.v2'], readLimit: 100_000 };
  return serve({ ...options, ...answer });
}

describe('the ws package', () => {
  for (const compression of [false, true]) {
    it(`as a server${compression ? ', compressed' : ''}`, async () => {
      const server = new WsServer({
        port: 0,
        host: '127.0.0.1',
        perMessageDeflate: { threshold: 0 },
        handleProtocols: () => 'demo.v1',
      });
      await once(server, 'listening');
      const closed = new Promise((done) => {
        server.on('connection', (socket) => {
          socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary }));
          socket.on('close', (code, reason) => done(`${code} ${reason}`));
        });
      });
      const url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}/`;
      // `ws` answers a close frame with its reason.
      await talkToEcho(url, compression, 'demo.v1');
      assert.equal(await closed, '3001 bye');
      server.close();
    });

    it(`as a client${compression ? ', compressed' : ''}`, async () => {
      const server = await startServer();
      const protocol = await articleProtocol();
      const socket = new WebSocket(server.url, ['demo.v1', 'demo.v2'], {
        perMessageDeflate: compression && { threshold: 0 },
      });
      await once(socket, 'open');
      assert.equal(socket.protocol, 'demo.v2');
      assert.equal(socket.extensions, compression ? 'permessage-deflate' : '');
      socket.ping('are you there?');
      assert.equal(String((await once(socket, 'pong'))[0]), 'are you there?');
      for (let seq = 1; seq <= 20; seq++) {
        socket.send(protocol.marshal('pb.Ping', { seq }));
        const [data] = await once(socket, 'message');
        assert.deepEqual(protocol.unmarshal(data).value, { seq });
      }
      const note = 'x'.repeat(70_000);
      socket.send(protocol.marshal('pb.Pong', { note }).subarray(0, 100), { fin: false });
      socket.send(protocol.marshal('pb.Pong', { note }).subarray(100));
      const [data] = await once(socket, 'message');
      assert.deepEqual(protocol.unmarshal(data).value, { note });
      socket.close(3001, 'bye');
      const [code] = await once(socket, 'close');
      assert.equal(code, 3001);
      await server.close();
    });
  }

  it('as a client that keeps a small window', async () => {
    const server = await startServer();
    const protocol = await articleProtocol();
    const perMessageDeflate = { threshold: 0, serverMaxWindowBits: 9 };
    const socket = new WebSocket(server.url, { perMessageDeflate });
    await once(socket, 'open');
    // What comes again is further away than 512 octets, so that the window of ws does not reach it.
    const note = new Random(9)
      .octets(2000)
      .reduce((text, octet) => text + String.fromCharCode(0x21 + (octet & 63)), '');
    socket.send(protocol.marshal('pb.Pong', { note: note + note }));
    const [data] = await once(socket, 'message');
    assert.deepEqual(protocol.unmarshal(data).value, { note: note + note });
    socket.close();
    await once(socket, 'close');
    await server.close();
  });

  it('as a client of a server that goes away', async () => {
    const server = await startServer();
    const socket = new WebSocket(server.url);
    await once(socket, 'open');
    const closed = once(socket, 'close');
    await server.close();
    assert.equal((await closed)[0], 1001);
  });

  it('as a server that goes away, or is impolite', async () => {
    const server = new WsServer({ port: 0, host: '127.0.0.1' });
    await once(server, 'listening');
    const url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    server.once('connection', (socket) => socket.close(1011, 'sorry'));
    const { connection } = await connect(url);
    assert.deepEqual(await connection.ended, { code: 1011, reason: 'sorry', sent: 1011, error: null });
    server.once('connection', (socket) => socket.terminate());
    assert.equal((await (await connect(url)).connection.ended).code, 1006);
    server.close();
  });
});

const hasPython = spawnSync(PYTHON, ['-c', 'import websockets']).status === 0;
const skip = hasPython ? false : "Debian's python3-websockets is not installed";

describe('python3-websockets', { skip }, () => {
  for (const compression of ['none', 'deflate']) {
    describe(compression === 'none' ? 'without compression' : 'with permessage-deflate', () => {
      let server: WebSocketServer;
      before(async () => {
        server = await startServer();
      });
      after(() => server.close());

      it('as a server', async () => {
        const program = new TellingProgram(PYTHON, [PEER, 'serve', compression]);
        const port = await program.next('listening');
        await talkToEcho(`ws://127.0.0.1:${port}/`, compression === 'deflate', 'demo.v2');
        assert.equal(await program.next('closed'), '3001 bye');
        await program.stop();
      });

      it('as a client', async () => {
        const program = new TellingProgram(PYTHON, [PEER, 'connect', compression, server.url]);
        const extensions = compression === 'deflate' ? "['permessage-deflate']" : '[]';
        assert.equal(await program.next('connected'), `demo.v2 ${extensions}`);
        await program.next('pong');
        assert.equal(await program.next('message'), '00020801');
        assert.equal(await program.next('message'), '0002087f');
        assert.equal(await program.next('message'), '00020805');
        assert.equal(await program.next('length'), '70006');
        assert.equal(await program.next('closed'), '3001 ');
        await program.ended;
      });
    });
  }
});
