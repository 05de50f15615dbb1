// Side by side with the real thing: gorilla/websocket and Go's protobuf. Our client with a Go server, a Go client with our
// server, and the octets of both servers' answers compared.

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { articleProtocol, connect, serve, type WebSocketServer } from '../../src/endpoint/index.ts';
import { closePayload, writeFrame } from '../../src/ws/frame-writer.ts';
import { GoPeer, whyNoGo } from './go-peer.ts';
import { RawClient, type RequestParts, upgradeRequest } from './raw-client.ts';
import { RecordingProxy } from './recording-proxy.ts';
import type { TellingProgram } from './telling-program.ts';

const reason = whyNoGo();
const KEY = { key: Uint8Array.of(1, 2, 3, 4) };
const PING = writeFrame(2, Uint8Array.of(0, 1, 8, 0x96, 1), KEY);
const CLOSE = writeFrame(8, closePayload(1000), KEY);
/** Around gorilla's buffer, and twice that with its room for headers. */
const LENGTHS = [0, 1, 125, 126, 4095, 4096, 4097, 8191, 8192, 8193, 8220, 8221, 12_288, 65_535, 65_536, 70_000];

/** The length in the second octet, and in those that follow it, with so many octets of payload behind. */
const LENGTH_FORMS: readonly (readonly [form: number, further: readonly number[], octets: number])[] = [
  [0, [], 0],
  [125, [], 125],
  [126, [0, 0], 0],
  [126, [0, 126], 126],
  [127, [0, 0, 0, 0, 0, 0, 0, 1], 1],
  [127, [0x80, 0, 0, 0, 0, 0, 0, 1], 1],
];

interface FrameKind {
  /** What is sent, and what of it as far as the second octet of the frame in question. */
  octets: Uint8Array;
  begun: Uint8Array;
  /** Whether it goes on behind the frame, where that breaks no rule. */
  goesOn: boolean;
}

/** Opcodes, reserved bits, FIN and MASK by all forms of the length, between messages and in the middle of one. */
function frameKinds(): FrameKind[] {
  const kinds: FrameKind[] = [];
  const fragment = writeFrame(2, Uint8Array.of(0), { ...KEY, fin: false });
  for (const opcode of [0, 1, 2, 3, 8, 9, 10, 11]) {
    for (const highBits of [0x00, 0x80, 0x10, 0xa0, 0x70, 0xf0]) {
      for (const [form, further, length] of LENGTH_FORMS) {
        for (const key of [[], KEY.key]) {
          for (const before of [new Uint8Array(0), fragment]) {
            const begun = Uint8Array.of(...before, highBits | opcode, form | (key.length === 0 ? 0 : 0x80));
            // Zeros, which are the key where they are masked: no message of the article, and no code of a close frame.
            const payload = Uint8Array.from({ length }, (_, at) => key[at % 4] ?? 0);
            const octets = Uint8Array.of(...begun, ...further, ...key, ...payload);
            kinds.push({ octets, begun, goesOn: opcode > 8 || highBits < 0x80 });
          }
        }
      }
    }
  }
  return kinds;
}

describe('beside gorilla/websocket', { skip: reason ?? false }, () => {
  const go = new GoPeer();
  before(() => go.build());
  after(() => go.remove());

  describe('our client and a Go server', () => {
    let program: TellingProgram;
    let url: string;
    before(async () => {
      ({ program, url } = await go.serve('-compress', '-subprotocol', 'demo.v2', '-limit', '1000000'));
    });
    after(() => program.stop());

    for (const compression of [false, true]) {
      it(`talk${compression ? ', compressed' : ''}`, async () => {
        const pongs: string[] = [];
        const { connection } = await connect(url, {
          protocol: await articleProtocol(),
          subprotocols: ['demo.v1', 'demo.v2'],
          compression,
          onControl: (opcode, payload) => pongs.push(`${opcode} ${Buffer.from(payload)}`),
        });
        assert.equal(connection.subprotocol, 'demo.v2');
        assert.equal(connection.compression, compression);
        connection.ping(Buffer.from('are you there?'));
        for (let seq = 1; seq <= 20; seq++) {
          await connection.send('pb.Ping', { seq });
          const message = await connection.next();
          assert.deepEqual(message && connection.unmarshal(message).value, { seq, note: '收到' });
          assert.match(await program.next('message'), new RegExp(`^pb.Ping {"seq":${seq}}$`));
        }
        for (const length of LENGTHS) {
          const note = Array.from({ length }, (_, at) => String.fromCharCode(97 + ((at * at) % 26))).join('');
          await connection.send('pb.Pong', { seq: 1, note });
          const message = await connection.next();
          assert.deepEqual(message && connection.unmarshal(message).value, {
            seq: 1,
            ...(note === '' ? {} : { note }),
          });
          await program.next('message');
        }
        assert.deepEqual(pongs, ['pong are you there?']);
        assert.deepEqual(await connection.close(1000, 'bye'), { code: 1000, reason: '', sent: 1000, error: null });
        assert.equal(await program.next('error'), 'websocket: close 1000 (normal): bye');
      });
    }

    it('hear of what the other does not understand', async () => {
      const { connection } = await connect(url);
      await connection.sendBinary(Uint8Array.of(0, 9));
      assert.equal((await connection.ended).code, 1006);
      assert.equal(await program.next('error'), 'ErrNotRegister');
    });
  });

  describe('a Go client and our server', () => {
    let server: WebSocketServer;
    before(async () => {
      const options = { compression: true, subprotocols: ['demo.v2'], readLimit: 1_000_000 };
      const answer: Parameters<typeof serve>[0] = {
        answer: (message) =>
          message.type === 'pb.Ping' ? { type: 'pb.Pong', value: { ...message.value, note: '收到' } } : message,
      };
      server = await serve({ port: 0, host: '127.0.0.1', ...options, ...answer });
    });
    after(() => server.close());

    for (const compress of [false, true]) {
      it(`talk${compress ? ', compressed' : ''}`, async () => {
        const words = ['-count', '20', '-note', '70000', '-subprotocol', 'demo.v1,demo.v2', '-close', '4000'];
        const client = go.connect(server.url, ...words, ...(compress ? ['-compress'] : []));
        assert.equal(await client.next('connected'), 'demo.v2');
        for (let seq = 1; seq <= 20; seq++) {
          assert.match(await client.next('message'), new RegExp(`^pb.Pong {"seq":${seq},"note":"收到"}$`));
        }
        assert.equal((await client.next('message')).replace(/x+/, 'x'), 'pb.Pong {"note":"x"}');
        assert.equal(await client.next('pong'), 'are you there?');
        assert.equal(await client.next('error'), 'websocket: close 4000');
        await client.ended;
      });
    }

    it('part where the origin is foreign', async () => {
      const client = go.connect(server.url, '-origin', 'http://elsewhere.example');
      assert.equal(await client.next('refused'), '403 Forbidden');
      assert.equal(await client.next('failed'), 'websocket: bad handshake');
    });

    it('part with 1009 where a message is too long', async () => {
      const small = await serve({ port: 0, host: '127.0.0.1' });
      const client = go.connect(small.url, '-note', '2000');
      assert.equal(await client.next('message'), 'pb.Pong {"seq":1,"note":"收到"}');
      assert.equal(await client.next('error'), 'websocket: close 1009 (message too big)');
      await client.ended;
      await small.close();
    });

    it('part with 1001 where the server goes away', async () => {
      const leaving = await serve({
        port: 0,
        host: '127.0.0.1',
        onMessage: () => void leaving.close(),
        answer: () => null,
      });
      const client = go.connect(leaving.url);
      assert.equal(await client.next('error'), 'websocket: close 1001 (going away)');
      await client.ended;
    });
  });

  describe('both servers', () => {
    let theirs: { program: TellingProgram; port: number };
    let ours: WebSocketServer;
    before(async () => {
      theirs = await go.serve();
      ours = await serve({ port: 0, host: '127.0.0.1' });
    });
    after(async () => {
      await theirs.program.stop();
      await ours.close();
    });

    async function answers(send: (client: RawClient) => Promise<string>): Promise<[ours: string, theirs: string]> {
      const both = [ours.port, theirs.port].map(async (port) => {
        const client = new RawClient(port);
        const answer = await send(client);
        await client.close();
        return answer.replace(/^Date: .*GMT/m, 'Date: then');
      });
      return Promise.all(both) as Promise<[string, string]>;
    }

    const handshakes: [what: string, parts: RequestParts][] = [
      ['is right', {}],
      ['has other fields around it', { further: ['Cookie: a=b', 'X-Forwarded-For: 10.0.0.1'] }],
      ['has its tokens in lists', { connection: 'keep-alive, upgrade', upgrade: 'h2c, WEBSOCKET', version: '7, 13' }],
      ['has its tokens in several fields', { connection: 'keep-alive', further: ['Connection: Upgrade'] }],
      ['has nothing between two commas', { connection: 'keep-alive,,Upgrade' }],
      ['has nothing before a comma', { connection: ',upgrade' }],
      ['has nothing behind a comma', { connection: 'upgrade,', upgrade: 'websocket,' }],
      ['has no token before its tokens', { connection: '@, upgrade', version: '"x", 13' }],
      ['has a version of a protocol before its token', { upgrade: 'foo/1, websocket' }],
      ['has a lone token in a second field', { connection: '"x"', further: ['Connection: Upgrade'] }],
      ['is refused and asks to close', { connection: 'close, Upgrade', further: ['Origin: http://elsewhere.example'] }],
      ['asks to close, and is taken', { connection: 'close, Upgrade' }],
      ['has no Connection', { connection: null }],
      ['has another Connection', { connection: 'keep-alive' }],
      ['has a token that only contains upgrade', { connection: 'upgraded' }],
      ['has no Upgrade', { upgrade: null }],
      ['has another Upgrade', { upgrade: 'h2c' }],
      ['is a POST', { method: 'POST', further: ['Content-Length: 0'] }],
      ['is a PUT without Upgrade', { method: 'PUT', upgrade: null, further: ['Content-Length: 0'] }],
      ['has version 8', { version: '8' }],
      ['has no version', { version: null }],
      ['has an empty version', { version: '' }],
      ['comes from elsewhere', { further: ['Origin: http://elsewhere.example'] }],
      ['comes from the same host', { further: ['Origin: http://server.example:8888'] }],
      ['comes from the same host in capitals', { further: ['Origin: HTTP://SERVER.EXAMPLE:8888/path'] }],
      ['comes from the same host at another port', { further: ['Origin: http://server.example'] }],
      ['comes from nowhere', { further: ['Origin: null'] }],
      ['has an origin without scheme', { further: ['Origin: server.example:8888'] }],
      ['has a user in its origin', { further: ['Origin: http://user@server.example:8888'] }],
      ['has no key', { key: null }],
      ['has an empty key', { key: '' }],
      ['fails twice', { version: '8', further: ['Origin: http://elsewhere.example'] }],
      ['asks for another path', { target: '/nowhere' }],
      ['has a query', { target: '/connect?a=b' }],
      [
        'offers what is not spoken',
        { further: ['Sec-WebSocket-Protocol: x', 'Sec-WebSocket-Extensions: permessage-deflate'] },
      ],
    ];
    for (const [what, parts] of handshakes) {
      it(`answer alike a request that ${what}`, async () => {
        const [our, their] = await answers((client) => client.send(upgradeRequest(parts)).answer());
        assert.equal(our, their);
      });
    }

    it('differ, as the article does from gorilla 1.5.0, on a key that is not base64 of 16 octets', async () => {
      const [our, their] = await answers((client) => client.send(upgradeRequest({ key: 'c2hvcnQ=' })).answer());
      assert.match(our, /^HTTP\/1\.1 400 Bad Request\r\n/);
      assert.match(their, /^HTTP\/1\.1 101 Switching Protocols\r\n/);
    });

    it('close behind a refusal where they are asked to', async () => {
      const parts = { connection: 'close, Upgrade', version: '8' };
      const [our, their] = await answers(async (client) => String(await client.send(upgradeRequest(parts)).untilEnd()));
      assert.equal(our, their);
      assert.match(our, /^HTTP\/1\.1 400 Bad Request\r\n(.*\r\n)*Connection: close\r\n/);
    });

    it('close without an answer where the client speaks before it', async () => {
      const early = `${upgradeRequest()}${Buffer.from(PING).toString('latin1')}`;
      const [our, their] = await answers(async (client) =>
        String(await client.send(Buffer.from(early, 'latin1')).untilEnd()),
      );
      assert.equal(our, their);
      assert.equal(our, '');
    });

    it('answer alike what is no HTTP', async () => {
      const [our, their] = await answers(async (client) => String(await client.send('nonsense\r\n\r\n').untilEnd()));
      assert.equal(our, their);
    });

    /** Where there are answers, the close frame is sent once they are there: Go's two goroutines race otherwise. */
    const conversations: [what: string, frames: Uint8Array[], octets?: number][] = [
      ['Ping and close', [PING], 15],
      ['an empty close', [writeFrame(8, new Uint8Array(0), KEY)]],
      ['a close with a reason', [writeFrame(8, closePayload(3999, 'reason'), KEY)]],
      ['a close of one octet', [writeFrame(8, Uint8Array.of(3), KEY)]],
      ['a close with a code that may not be sent', [writeFrame(8, closePayload(1006), KEY)]],
      ['a close with a code of no range', [writeFrame(8, closePayload(999), KEY)]],
      ['a close whose reason is not UTF-8', [writeFrame(8, closePayload(1000, Uint8Array.of(0xc3)), KEY)]],
      ['pings', [writeFrame(9, new Uint8Array(0), KEY), writeFrame(9, new Uint8Array(125), KEY), CLOSE]],
      ['a pong that nobody asked for', [writeFrame(10, Buffer.from('x'), KEY), CLOSE]],
      ['RSV1', [writeFrame(2, new Uint8Array(1), { ...KEY, rsv: 4 })]],
      ['RSV2 and RSV3', [writeFrame(2, new Uint8Array(1), { ...KEY, rsv: 3 })]],
      ['a long ping', [writeFrame(9, new Uint8Array(126), KEY)]],
      ['a short ping with a long length', [writeFrame(9, new Uint8Array(3), { ...KEY, lengthBits: 16 })]],
      ['a ping in fragments', [writeFrame(9, new Uint8Array(1), { ...KEY, fin: false })]],
      ['data inside data', [writeFrame(2, Uint8Array.of(0), { ...KEY, fin: false }), PING]],
      ['a continuation of nothing', [writeFrame(0, new Uint8Array(1), KEY)]],
      ['opcode 3', [writeFrame(3, new Uint8Array(1), KEY)]],
      ['opcode 15', [writeFrame(15, new Uint8Array(1), KEY)]],
      ['no mask', [writeFrame(2, new Uint8Array(1))]],
      ['all at once', [writeFrame(11, new Uint8Array(1), { rsv: 7, fin: false })]],
      ['a length that is not minimal', [writeFrame(2, Uint8Array.of(0, 1, 8, 1), { ...KEY, lengthBits: 64 })], 14],
      ['a length without meaning, before the key', [Uint8Array.of(0x82, 0xff, 0x80, 0, 0, 0, 0, 0, 0, 5)]],
      ['a message that is too long', [writeFrame(2, new Uint8Array(1025), KEY)]],
      [
        'a message that grows too long',
        [writeFrame(2, new Uint8Array(1000), { ...KEY, fin: false }), writeFrame(0, new Uint8Array(25), KEY)],
      ],
      ['an id that nobody has', [writeFrame(2, Uint8Array.of(0, 9), KEY)]],
      ['half an id', [writeFrame(2, Uint8Array.of(0), KEY)]],
      ['a broken body', [writeFrame(2, Uint8Array.of(0, 1, 8), KEY)]],
      ['text', [writeFrame(1, Buffer.from('\0\u0001\b\u0007'), KEY)], 14],
      ['text that is not UTF-8', [writeFrame(1, Uint8Array.of(0, 1, 8, 0xff, 1), KEY)], 15],
      [
        'fragments with a ping between',
        [
          writeFrame(2, Uint8Array.of(0), { ...KEY, fin: false }),
          writeFrame(9, Buffer.from('between'), KEY),
          writeFrame(0, Uint8Array.of(1, 8), { ...KEY, fin: false }),
          writeFrame(0, new Uint8Array(0), { ...KEY, fin: false }),
          writeFrame(0, Uint8Array.of(5), KEY),
        ],
        9 + 14,
      ],
    ];
    for (const [what, frames, octets] of conversations) {
      it(`say the same to ${what}`, async () => {
        const [our, their] = await answers(async (client) => {
          await client.upgrade();
          for (const frame of frames) client.send(frame);
          if (octets !== undefined) {
            await client.until((_, heard) => heard.length >= octets);
            client.send(CLOSE);
          }
          return (await client.untilEnd()).toString('hex');
        });
        assert.equal(our, their);
      });
    }

    it('take RSV1 on any frame where compression was agreed upon', async () => {
      const compressing = await go.serve('-compress');
      const server = await serve({ port: 0, host: '127.0.0.1', compression: true });
      const control = { ...KEY, rsv: 4 };
      const frames = [writeFrame(9, Buffer.from('x'), control), writeFrame(8, closePayload(1000), control)];
      const heard = [server.port, compressing.port].map(async (port) => {
        const client = await new RawClient(port).upgrade('/connect', 'Sec-WebSocket-Extensions: permessage-deflate');
        for (const frame of frames) client.send(frame);
        const answer = await client.untilEnd();
        await client.close();
        return answer.toString('hex');
      });
      const [our, their] = await Promise.all(heard);
      await compressing.program.stop();
      await server.close();
      assert.deepEqual([our, their], Array(2).fill('8a0178' + '880203e8'));
    });

    it('say the same to each kind of frame header, ours as soon as its first two octets are wrong', async () => {
      const heard = async (port: number, octets: Uint8Array) => {
        const client = await new RawClient(port).upgrade();
        const answer = await client.send(octets).untilEnd();
        await client.close();
        return answer.toString('latin1');
      };
      const kinds = frameKinds().values();
      let [complaints, others] = [0, 0];
      const compare = async () => {
        for (const { octets, begun, goesOn } of kinds) {
          const said = goesOn ? Buffer.concat([octets, CLOSE]) : octets;
          const answer = await heard(theirs.port, said);
          const ofWhat = Buffer.from(octets.subarray(0, begun.length + 12)).toString('hex');
          assert.equal(await heard(ours.port, said), answer, ofWhat);
          if (/^\x88.\x03\xea(?!bad close code)/s.test(answer)) {
            complaints++;
            assert.equal(await heard(ours.port, begun), answer, ofWhat);
          } else others++;
        }
      };
      await Promise.all(Array.from({ length: 8 }, compare));
      assert.ok(complaints > 1000 && others > 40, `${complaints} complaints, ${others} others`);
    });
  });

  describe('both write in the same shapes', () => {
    it('as servers', async () => {
      const theirs = await go.serve('-limit', '1000000');
      const ours = await serve({ port: 0, host: '127.0.0.1', readLimit: 1_000_000, answer: (message) => message });
      const protocol = await articleProtocol();
      const frames = LENGTHS.map((length) => {
        const payload = protocol.marshal('pb.Pong', { note: 'x'.repeat(Math.max(0, length - 4)) });
        return writeFrame(2, payload, KEY);
      });
      const [our, their] = [await new RawClient(ours.port).upgrade(), await new RawClient(theirs.port).upgrade()];
      for (const client of [our, their]) for (const frame of frames) client.send(frame);
      const heard = await our.send(CLOSE).untilEnd();
      await their.until((_, octets) => octets.length >= heard.length - 4);
      const heardThere = await their.send(CLOSE).untilEnd();
      await our.close();
      await their.close();
      await theirs.program.stop();
      await ours.close();
      assert.ok(heard.equals(heardThere), `${heard.length} and ${heardThere.length} octets differ`);
    });

    it('as clients', async () => {
      const server = await serve({ port: 0, host: '127.0.0.1', readLimit: 1_000_000, answer: (message) => message });
      const proxy = await RecordingProxy.start(server.port);
      for (const length of [10, 4000, 4096, 5000, 70_000]) {
        const client = go.connect(proxy.url, '-count', '1', '-note', String(length));
        await client.ended;
        const theirs = proxy.takeFrames('c2s');
        const { connection } = await connect(proxy.url, { protocol: await articleProtocol() });
        connection.ping(Buffer.from('are you there?'));
        await connection.send('pb.Ping', { seq: 1 });
        await connection.next();
        await connection.send('pb.Pong', { note: 'x'.repeat(length) });
        await connection.next();
        await connection.close(1000, 'bye');
        assert.deepEqual(proxy.takeFrames('c2s'), theirs);
      }
      await proxy.stop();
      await server.close();
    });

    it('as clients that ask to be upgraded', async () => {
      const server = await serve({ port: 0, host: '127.0.0.1' });
      const proxy = await RecordingProxy.start(server.port);
      const words = ['-compress', '-subprotocol', 'demo.v1,demo.v2', '-origin', 'http://127.0.0.1'];
      await go.connect(proxy.url, ...words).ended;
      const theirs = proxy.takeRequest();
      const headers = [['User-Agent', 'Go-http-client/1.1']] as const;
      const options = { compression: true, subprotocols: ['demo.v1', 'demo.v2'], origin: 'http://127.0.0.1', headers };
      await connect(proxy.url, options).catch(() => {});
      const keyless = (request: string) => request.replace(/^(Sec-WebSocket-Key: ).*$/m, '$1…');
      assert.equal(keyless(proxy.takeRequest()), keyless(theirs));
      await proxy.stop();
      await server.close();
    });
  });
});
