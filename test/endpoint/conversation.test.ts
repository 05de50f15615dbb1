// What server and client say to each other once they are connected, and how their connections end.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { constants, deflateRawSync } from 'node:zlib';
import {
  articleProtocol,
  type ConnectedClient,
  type ConnectionEnd,
  connect,
  type ServeOptions,
  serve,
  type WebSocketServer,
} from '../../src/endpoint/index.ts';
import { closePayload, writeFrame } from '../../src/ws/frame-writer.ts';
import { RawClient } from './raw-client.ts';

const KEY = { key: Uint8Array.of(1, 2, 3, 4) };

interface Running {
  server: WebSocketServer;
  /** How the connections ended, in the order in which they did. */
  nextEnd(): Promise<ConnectionEnd>;
}

async function running(options: ServeOptions, use: (running: Running) => Promise<void>): Promise<void> {
  const ends: ConnectionEnd[] = [];
  let changed = () => {};
  const onEnd = (_client: ConnectedClient, end: ConnectionEnd) => {
    ends.push(end);
    changed();
  };
  const server = await serve({ port: 0, host: '127.0.0.1', onEnd, ...options });
  const nextEnd = async () => {
    for (;;) {
      const end = ends.shift();
      if (end !== undefined) return end;
      await new Promise<void>((resolve) => {
        changed = resolve;
      });
    }
  };
  try {
    await use({ server, nextEnd });
  } finally {
    await server.close();
  }
}

/** What a server says to the octets, after its 101, until it ends. */
async function reply(server: WebSocketServer, ...octets: (Uint8Array | string)[]): Promise<string> {
  const client = await new RawClient(server.port).upgrade();
  for (const each of octets) client.send(each);
  const answer = await client.untilEnd();
  await client.close();
  return answer.toString('hex');
}

const hex = (octets: Uint8Array) => Buffer.from(octets).toString('hex');
const closeFrame = (code: number, reason = '') => hex(writeFrame(8, closePayload(code, reason)));

describe('a conversation', () => {
  it('answers each Ping with its Pong, in order', async () => {
    await running({}, async ({ server }) => {
      const { connection } = await connect(server.url, { protocol: await articleProtocol() });
      for (let seq = 1; seq <= 100; seq++) await connection.send('pb.Ping', { seq });
      const end = connection.close(1000, 'bye');
      const answers = [];
      for await (const message of connection) answers.push(connection.unmarshal(message).value);
      assert.deepEqual(
        answers,
        Array.from({ length: 100 }, (_, index) => ({ seq: index + 1, note: '收到' })),
      );
      assert.deepEqual(await end, { code: 1000, reason: '', sent: 1000, error: null });
    });
  });

  it('goes on where a message is to have no answer', async () => {
    const answer: ServeOptions['answer'] = (message) => (message.value.seq === 1 ? null : { text: 'heard' });
    await running({ answer }, async ({ server, nextEnd }) => {
      const { connection } = await connect(server.url, { protocol: await articleProtocol() });
      for (const seq of [1, 2]) await connection.send('pb.Ping', { seq });
      assert.equal(String(Buffer.from((await connection.next())?.data ?? [])), 'heard');
      await connection.close();
      assert.deepEqual(await nextEnd(), { code: 1000, reason: '', sent: 1000, error: null });
    });
  });

  it('sends no text that is none', async () => {
    await running({}, async ({ server }) => {
      const { connection } = await connect(server.url);
      const refusal = { name: 'TypeError', message: 'text must be a text, not 5' };
      await assert.rejects(connection.sendText(5 as never), refusal);
      assert.equal((await connection.close()).code, 1000);
    });
  });

  it('does not begin where nobody listens, and the error is that of the system', async () => {
    const server = await serve({ port: 0, host: '127.0.0.1' });
    const { url } = server;
    await server.close();
    await assert.rejects(connect(url), { code: 'ECONNREFUSED' });
  });

  it("leaves on the wire what the article's capture shows", async () => {
    await running({}, async ({ server }) => {
      const ping = writeFrame(2, Uint8Array.of(0, 1, 8, 0x96, 1), KEY);
      const answer = await reply(server, ping, writeFrame(8, closePayload(1000), KEY));
      assert.equal(answer, `820d${'00020896011206e694b6e588b0'}${'880203e8'}`);
    });
  });

  it('is over where its server and client are disposed of', async () => {
    let ended: Promise<ConnectionEnd>;
    {
      await using server = await serve({ port: 0, host: '127.0.0.1' });
      await using connection = (await connect(server.url)).connection;
      ended = connection.ended;
    }
    assert.deepEqual(await ended, { code: 1000, reason: '', sent: 1000, error: null });
  });

  it('is compressed where both want that', async () => {
    await running({ compression: true, readLimit: 4096 }, async ({ server }) => {
      const { connection } = await connect(server.url, { protocol: await articleProtocol(), compression: true });
      assert.equal(connection.compression, true);
      await connection.send('pb.Ping', { seq: 150 });
      const message = await connection.next();
      assert.ok(message?.compressed);
      assert.deepEqual(connection.unmarshal(message).value, { seq: 150, note: '收到' });
      await connection.close();
    });
  });

  it('is compressed also where messages may be of any length', async () => {
    await running({ compression: true, readLimit: Number.POSITIVE_INFINITY }, async ({ server }) => {
      const options = { protocol: await articleProtocol(), compression: true, readLimit: Number.POSITIVE_INFINITY };
      const { connection } = await connect(server.url, options);
      await connection.send('pb.Ping', { seq: 150 });
      assert.ok((await connection.next())?.compressed);
      assert.deepEqual(await connection.close(), { code: 1000, reason: '', sent: 1000, error: null });
    });
  });

  it('knows its clients by id, ip and uid', async () => {
    const clients: ConnectedClient[] = [];
    await running({ onConnection: (client) => clients.push(client) }, async ({ server, nextEnd }) => {
      const before = Math.floor(Date.now() / 1000);
      const peers = await Promise.all([connect(server.url), connect(`${server.url}?who=2`)]);
      assert.equal(server.clients.size, 2);
      for (const { id, ip, uid } of clients) {
        assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
        assert.equal(ip, '127.0.0.1');
        assert.ok(uid >= before && uid <= before + 5);
      }
      assert.notEqual(clients[0].id, clients[1].id);
      for (const { connection } of peers) await connection.close();
      await nextEnd();
      await nextEnd();
      assert.equal(server.clients.size, 0);
    });
  });
});

describe('what a client sends in fragments', () => {
  it('is cut at 4,096 octets, as gorilla cuts it', async () => {
    await running({ readLimit: 1 << 20, answer: (message) => message }, async ({ server }) => {
      const note = 'x'.repeat(10_000);
      const { connection } = await connect(server.url, { protocol: await articleProtocol() });
      await connection.send('pb.Pong', { note });
      const message = await connection.next();
      // The server's single write of more than twice the buffer: all of it, then an empty final frame.
      assert.equal(message?.frames, 2);
      assert.equal((message && connection.unmarshal(message).value.note) as string, note);
      await connection.close();
    });
  });
});

describe('a connection ends', () => {
  it('by a close frame, answered with the same code', async () => {
    await running({}, async ({ server, nextEnd }) => {
      for (const code of [1000, 1001, 3000, 4999]) {
        assert.equal(await reply(server, writeFrame(8, closePayload(code, 'bye'), KEY)), closeFrame(code));
        assert.deepEqual(await nextEnd(), { code, reason: 'bye', sent: code, error: null });
      }
    });
  });

  it('by an empty close frame, answered with an empty one', async () => {
    await running({}, async ({ server, nextEnd }) => {
      assert.equal(await reply(server, writeFrame(8, new Uint8Array(0), KEY)), '8800');
      assert.deepEqual(await nextEnd(), { code: 1005, reason: '', sent: 1005, error: null });
    });
  });

  it('with 1009 where a message is longer than 1,024 octets', async () => {
    await running({}, async ({ server, nextEnd }) => {
      assert.equal(await reply(server, writeFrame(2, new Uint8Array(1025), KEY)), closeFrame(1009));
      assert.equal((await nextEnd()).error, 'websocket: read limit exceeded');
      const first = writeFrame(2, new Uint8Array(1000), { ...KEY, fin: false });
      assert.equal(await reply(server, first, writeFrame(0, new Uint8Array(25), KEY)), closeFrame(1009));
      const whole = writeFrame(2, Uint8Array.from([0, 2, 0x12, 0xfb, 7, ...new Uint8Array(1019).fill(0x61)]), KEY);
      assert.equal(await reply(server, whole, writeFrame(8, closePayload(1000), KEY)), closeFrame(1000));
    });
  });

  it('with 1009 where a message inflates to more than is allowed, and without a word where it does not inflate', async () => {
    await running({ compression: true, readLimit: 100_000 }, async ({ server, nextEnd }) => {
      const extension = 'Sec-WebSocket-Extensions: permessage-deflate';
      const bomb = deflateRawSync(new Uint8Array(20 * 1024 * 1024), { finishFlush: constants.Z_SYNC_FLUSH });
      for (const [payload, sent] of [
        [bomb.subarray(0, -4), 1009],
        [Uint8Array.of(7, 7, 7), null],
      ] as const) {
        const client = await new RawClient(server.port).upgrade('/connect', extension);
        client.send(writeFrame(2, payload, { ...KEY, rsv: 4 }));
        await client.untilEnd();
        await client.close();
        assert.equal((await nextEnd()).sent, sent);
      }
    });
  });

  it('never with a code that may not be sent, nor with half a character', async () => {
    await running({}, async ({ server, nextEnd }) => {
      const { connection } = await connect(server.url);
      await assert.rejects(connection.close(1006), RangeError);
      await connection.close(3000, `${'收'.repeat(41)}到到`);
      assert.equal((await nextEnd()).reason, '收'.repeat(41));
    });
  });

  it('when its time is over, without a word', async () => {
    await running({ readDeadline: 150 }, async ({ server, nextEnd }) => {
      const begun = performance.now();
      assert.equal(await reply(server), '');
      assert.ok(performance.now() - begun >= 140);
      assert.deepEqual(await nextEnd(), { code: 1006, reason: '', sent: null, error: 'i/o timeout' });
    });
  });

  it('when a message is not understood, without a word', async () => {
    await running({}, async ({ server, nextEnd }) => {
      const cases: [payload: number[], error: string][] = [
        [[0], 'ErrMsgShort: the payload has 1 octet, but the id takes 2'],
        [[0, 9], 'ErrNotRegister: id 9 is not in the registry'],
        [[0, 1, 8], 'ErrProtobuf: pb.Ping, field seq, octet 3: a varint is cut off'],
      ];
      for (const [payload, error] of cases) {
        assert.equal(await reply(server, writeFrame(2, Uint8Array.from(payload), KEY)), '');
        assert.equal((await nextEnd()).error, error);
      }
    });
  });

  it('when the client is gone', async () => {
    await running({}, async ({ server, nextEnd }) => {
      const half = await new RawClient(server.port).upgrade();
      half.socket.end();
      assert.equal((await half.untilEnd()).length, 0);
      assert.deepEqual(await nextEnd(), { code: 1006, reason: '', sent: null, error: 'unexpected EOF' });
      const reset = await new RawClient(server.port).upgrade();
      reset.socket.resetAndDestroy();
      assert.match((await nextEnd()).error ?? '', /ECONNRESET|unexpected EOF/);
    });
  });

  it('with 1001 when the server goes away, also where the client says nothing', async () => {
    await running({}, async ({ server, nextEnd }) => {
      const polite = await connect(server.url);
      const silent = await new RawClient(server.port).upgrade();
      const idle = new RawClient(server.port);
      const heard = silent.untilEnd();
      const begun = performance.now();
      await server.close();
      assert.ok(performance.now() - begun < 5000);
      assert.deepEqual(await polite.connection.ended, { code: 1001, reason: '', sent: 1001, error: null });
      assert.equal((await heard).toString('hex'), closeFrame(1001));
      assert.deepEqual((await nextEnd()).sent, 1001);
      await silent.close();
      await idle.close();
    });
  });
});

describe('a reader complains', () => {
  const cases: [complaint: string, frame: Uint8Array][] = [
    ['RSV1 set', writeFrame(2, new Uint8Array(2), { ...KEY, rsv: 4 })],
    ['RSV2 set', writeFrame(2, new Uint8Array(2), { ...KEY, rsv: 2 })],
    ['RSV3 set', writeFrame(2, new Uint8Array(2), { ...KEY, rsv: 1 })],
    ['len > 125 for control', writeFrame(9, new Uint8Array(126), KEY)],
    ['len > 125 for control', Uint8Array.of(0x89, 0xfe)],
    ['RSV2 set, len > 125 for control', writeFrame(9, new Uint8Array(2), { ...KEY, rsv: 2, lengthBits: 16 })],
    ['FIN not set on control', writeFrame(9, new Uint8Array(2), { ...KEY, fin: false })],
    ['continuation after FIN', writeFrame(0, new Uint8Array(2), KEY)],
    ['bad opcode 3', writeFrame(3, new Uint8Array(2), KEY)],
    ['bad opcode 3', Uint8Array.of(0x83, 0xff)],
    ['bad opcode 11', writeFrame(11, new Uint8Array(2), KEY)],
    ['bad MASK', writeFrame(2, new Uint8Array(2))],
    [
      'RSV1 set, RSV2 set, RSV3 set, FIN not set on control, bad MASK',
      writeFrame(9, new Uint8Array(2), { rsv: 7, fin: false }),
    ],
    ['bad close code 1005', writeFrame(8, closePayload(1005), KEY)],
    ['invalid utf8 payload in close frame', writeFrame(8, closePayload(1000, Uint8Array.of(0xff)), KEY)],
  ];
  for (const [complaint, frame] of cases) {
    it(`${complaint}: 1002, of ${hex(frame.subarray(0, 8))}`, async () => {
      await running({}, async ({ server, nextEnd }) => {
        assert.equal(await reply(server, frame), closeFrame(1002, complaint));
        assert.deepEqual(await nextEnd(), { code: 1006, reason: '', sent: 1002, error: `websocket: ${complaint}` });
      });
    });
  }

  it('data before FIN: 1002', async () => {
    await running({}, async ({ server }) => {
      const first = writeFrame(2, new Uint8Array(2), { ...KEY, fin: false });
      assert.equal(
        await reply(server, first, writeFrame(2, new Uint8Array(2), KEY)),
        closeFrame(1002, 'data before FIN'),
      );
    });
  });

  it('of a length with its top bit set, before the key, and says nothing', async () => {
    await running({}, async ({ server, nextEnd }) => {
      assert.equal(await reply(server, Uint8Array.of(0x82, 0xff, 0x80, 0, 0, 0, 0, 0, 0, 5)), '');
      assert.deepEqual(await nextEnd(), {
        code: 1006,
        reason: '',
        sent: null,
        error: 'websocket: read limit exceeded',
      });
    });
  });

  it('not of a length that is not minimal', async () => {
    await running({}, async ({ server }) => {
      const ping = writeFrame(2, Uint8Array.of(0, 1, 8, 1), { ...KEY, lengthBits: 64 });
      const answer = await reply(server, ping, writeFrame(8, closePayload(1000), KEY));
      assert.ok(answer.endsWith(closeFrame(1000)), answer);
    });
  });
});

describe('control frames', () => {
  it('pings are answered with their payload, also inside a message', async () => {
    await running({}, async ({ server }) => {
      const answer = await reply(
        server,
        writeFrame(2, Uint8Array.of(0, 1), { ...KEY, fin: false }),
        writeFrame(9, Buffer.from('hi'), KEY),
        writeFrame(0, Uint8Array.of(8, 1), KEY),
        writeFrame(10, Buffer.from('unasked'), KEY),
        writeFrame(8, closePayload(1000), KEY),
      );
      assert.ok(answer.startsWith(hex(writeFrame(10, Buffer.from('hi')))), answer);
      assert.ok(answer.endsWith(closeFrame(1000)), answer);
    });
  });

  it('a pong comes back to who sent the ping', async () => {
    await running({}, async ({ server }) => {
      let heard: (words: string) => void = () => {};
      const words = new Promise<string>((resolve) => {
        heard = resolve;
      });
      const onControl = (opcode: string, payload: Uint8Array) => heard(`${opcode} ${Buffer.from(payload)}`);
      const { connection } = await connect(server.url, { onControl });
      connection.ping(Buffer.from('are you there?'));
      assert.equal(await words, 'pong are you there?');
      assert.throws(() => connection.ping(new Uint8Array(126)), RangeError);
      await connection.close();
    });
  });
});

describe('slow peers', () => {
  it('a server reads no more than its queue while it is busy, and loses nothing', async () => {
    let taken = 0;
    const answer = async () => {
      taken++;
      await wait(1);
      return null;
    };
    await running({ answer, readLimit: 1 << 20 }, async ({ server }) => {
      const { connection } = await connect(server.url, { protocol: await articleProtocol() });
      const note = 'x'.repeat(60_000);
      for (let count = 0; count < 300; count++) await connection.send('pb.Pong', { note });
      const seen = taken;
      assert.ok(seen < 300, `${seen} of 300 taken before all were sent`);
      await connection.close();
      assert.equal(taken, 300);
    });
  });

  it('who takes no answers is not read any further, and holds no memory', async () => {
    const data = new Uint8Array(100_000);
    let answered = 0;
    const answer = () => {
      answered++;
      return { data };
    };
    await running({ answer, readDeadline: 1500 }, async ({ server, nextEnd }) => {
      const client = await new RawClient(server.port).upgrade();
      client.socket.pause();
      const ping = writeFrame(2, Uint8Array.of(0, 1, 8, 1), KEY);
      for (let count = 0; count < 5000; count++) client.send(ping);
      assert.equal((await nextEnd()).error, 'i/o timeout');
      assert.ok(answered < 200, `${answered} answered`);
      await client.close();
    });
  });
});
