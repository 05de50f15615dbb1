// A browser as the client of our server: one page tries everything, so that Chromium starts but once.

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type ConnectionEnd, serve, type WebSocketServer } from '../../src/endpoint/index.ts';
import { Chromium, whyNoChromium } from './chromium.ts';

interface Seen {
  protocol: string;
  extensions: string;
  pong: number[];
  long: { length: number; same: boolean };
  closed: { code: number; reason: string; wasClean: boolean };
  tooLong: { code: number; wasClean: boolean };
  refused: { code: number; opened: boolean };
  away: { code: number; wasClean: boolean };
}

describe('headless Chromium as a client', { skip: whyNoChromium ?? false }, () => {
  let chromium: Chromium;
  const servers: WebSocketServer[] = [];
  const ends: ConnectionEnd[] = [];
  let seen: Seen;

  before(async () => {
    chromium = await Chromium.start();
    const options = { port: 0, host: '127.0.0.1', origins: [chromium.origin] };
    const generous = await serve({
      ...options,
      compression: true,
      subprotocols: ['demo.v2'],
      readLimit: 1_000_000,
      answer: (message) => (message.type === 'pb.Ping' ? { type: 'pb.Pong', value: message.value } : message),
      onEnd: (_client, end) => ends.push(end),
    });
    const strict = await serve({ ...options, onEnd: (_client, end) => ends.push(end) });
    const closed = await serve({ ...options, origins: [] });
    const leaving: WebSocketServer = await serve({
      ...options,
      onMessage: () => void leaving.close(),
      answer: () => null,
    });
    servers.push(generous, strict, closed, leaving);
    seen = (await chromium.run(`
      const open = (url, protocols = []) => new Promise((resolve, reject) => {
        const socket = new WebSocket(url, protocols);
        socket.binaryType = 'arraybuffer';
        socket.onopen = () => resolve(socket);
        socket.onclose = (event) => reject(event);
      });
      const next = (socket) => new Promise((resolve) => { socket.onmessage = ({ data }) => resolve(new Uint8Array(data)); });
      const over = (socket) => new Promise((resolve) => {
        socket.onclose = ({ code, reason, wasClean }) => resolve({ code, reason, wasClean });
      });
      const ask = (socket, octets) => { const answer = next(socket); socket.send(octets); return answer; };

      const socket = await open('${generous.url}', ['demo.v1', 'demo.v2']);
      const { protocol, extensions } = socket;
      const pong = [...await ask(socket, Uint8Array.of(0, 1, 8, 0x96, 1))];
      // A Pong whose note has 200,000 letters; compressed it fits into the read limit.
      const note = new Uint8Array(200_000).map((_, at) => 97 + (at * at) % 26);
      const sent = new Uint8Array(await new Blob([Uint8Array.of(0, 2, 0x12, 0xc0, 0x9a, 0x0c), note]).arrayBuffer());
      const back = await ask(socket, sent);
      const long = { length: back.length, same: back.every((octet, at) => octet === sent[at]) };
      const end = over(socket);
      socket.close(3001, 'bye');
      const closed = await end;

      const strict = await open('${strict.url}');
      const strictEnd = over(strict);
      strict.send(new Uint8Array(1025));
      const tooLong = await strictEnd;

      const refused = await open('${closed.url}').then(() => ({ code: 0, opened: true }), ({ code }) => ({ code, opened: false }));

      const leaving = await open('${leaving.url}');
      const leavingEnd = over(leaving);
      leaving.send(Uint8Array.of(0, 1));
      return { protocol, extensions, pong, long, closed, tooLong, refused, away: await leavingEnd };
    `)) as Seen;
    assert.ok(!('error' in seen), JSON.stringify(seen));
  });
  after(async () => {
    for (const server of servers) await server.close();
    await chromium.close();
  });

  it('agrees upon a subprotocol and on compression', () => {
    assert.equal(seen.protocol, 'demo.v2');
    assert.match(seen.extensions, /^permessage-deflate/);
  });

  it('hears the Pong to its Ping', () => assert.deepEqual(seen.pong, [0, 2, 8, 0x96, 1]));

  it('gets back what it sent in fragments', () => assert.deepEqual(seen.long, { length: 200_006, same: true }));

  it('closes, and is answered', () => {
    assert.deepEqual(seen.closed, { code: 3001, reason: '', wasClean: true });
    assert.deepEqual(ends[0], { code: 3001, reason: 'bye', sent: 3001, error: null });
  });

  it('hears 1009 where a message is too long', () => {
    assert.deepEqual({ ...seen.tooLong, reason: undefined }, { code: 1009, reason: undefined, wasClean: true });
  });

  it('is refused where its page comes from elsewhere', () =>
    assert.deepEqual(seen.refused, { code: 1006, opened: false }));

  it('hears 1001 where the server goes away', () => {
    assert.deepEqual({ ...seen.away, reason: undefined }, { code: 1001, reason: undefined, wasClean: true });
  });
});
