// Functions that a program gives, and that throw: each ends the connection that it was called for, is told, and never ends the
// process, where the runner would count it as a failure.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import {
  articleProtocol,
  type CapturedConversation,
  type ConnectedClient,
  type ConnectionEnd,
  connect,
  type ReplayOptions,
  replay,
  type ServeOptions,
  serve,
} from '../../src/endpoint/index.ts';
import { closePayload, writeFrame } from '../../src/ws/frame-writer.ts';
import { RawClient, upgradeRequest } from './raw-client.ts';

const mine = new Error('mine');
const throwing = () => {
  throw mine;
};
const rejecting = () => Promise.reject(mine);
/** How a function fails. */
const WAYS = [
  ['throws', throwing],
  ['rejects', rejecting],
] as const;
const FAILED: ConnectionEnd = { code: 1006, reason: '', sent: null, error: 'mine' };

interface Told {
  error: unknown;
  client: ConnectedClient | null;
}

/** A server that writes down what it is told, and a promise of the first. */
async function telling(options: ServeOptions) {
  const told: Told[] = [];
  let tell = () => {};
  const first = new Promise<void>((resolve) => {
    tell = resolve;
  });
  const onError = (error: unknown, client: ConnectedClient | null) => {
    told.push({ error, client });
    tell();
  };
  return { server: await serve({ port: 0, host: '127.0.0.1', onError, ...options }), told, first };
}

describe('a function of a server that fails', () => {
  for (const [how, fails] of WAYS) {
    for (const name of ['onConnection', 'onMessage', 'onAnswer', 'answer', 'converse'] as const) {
      it(`${name} that ${how}: its connection ends without a close frame, by its words, and the error is told`, async () => {
        const ends: ConnectionEnd[] = [];
        const onEnd = (_client: ConnectedClient, end: ConnectionEnd) => void ends.push(end);
        const { server, told } = await telling({ onEnd, [name]: fails });
        const { connection } = await connect(server.url, { protocol: await articleProtocol() });
        await connection.send('pb.Ping', { seq: 1 }).catch(() => {});
        assert.equal((await connection.ended).code, 1006);
        await server.close();
        assert.deepEqual(ends, [FAILED]);
        assert.deepEqual(
          told.map(({ error }) => error),
          [mine],
        );
        assert.equal(told[0].client?.ip, '127.0.0.1');
      });
    }

    it(`onEnd that ${how}: the error is told`, async () => {
      const { server, told, first } = await telling({ onEnd: fails });
      const { connection } = await connect(server.url);
      assert.equal((await connection.close()).error, null);
      await first;
      await server.close();
      assert.deepEqual(
        told.map(({ error, client }) => [error, client?.ip]),
        [[mine, '127.0.0.1']],
      );
    });

    it(`onRefusal that ${how}: the error is told, and the request is refused all the same`, async () => {
      const { server, told } = await telling({ onRefusal: fails });
      for (const [parts, answer] of [
        [{ target: '/nowhere' }, /^HTTP\/1\.1 404 /],
        [{ version: '8' }, /^HTTP\/1\.1 400 /],
        [{ upgrade: null }, /^HTTP\/1\.1 400 /],
      ] as const) {
        const client = new RawClient(server.port).send(upgradeRequest(parts));
        assert.match(await client.answer(), answer);
        await client.close();
      }
      const early = new RawClient(server.port).send(`${upgradeRequest()}\x81\x80\x01\x02\x03\x04`);
      assert.equal((await early.untilEnd()).length, 0);
      await server.close();
      assert.deepEqual(
        told,
        Array.from({ length: 4 }, () => ({ error: mine, client: null })),
      );
    });
  }

  it('a tap: the connection is none, and the error is told', async () => {
    const { server, told } = await telling({ socketTap: { attach: throwing } });
    const client = new RawClient(server.port).send(upgradeRequest());
    assert.equal((await client.untilEnd()).length, 0);
    await server.close();
    assert.deepEqual(told, [{ error: mine, client: null }]);
  });

  it('is told by close, once all is over, where nothing else is there to be told', async () => {
    const server = await serve({ port: 0, host: '127.0.0.1', onEnd: throwing });
    const { connection } = await connect(server.url);
    await connection.close();
    const { connection: open } = await connect(server.url);
    const { url } = server;
    await assert.rejects(server.close(), mine);
    assert.equal((await open.ended).code, 1001);
    await assert.rejects(connect(url), { code: 'ECONNREFUSED' });
    await server.close();
  });

  for (const [how, fails] of WAYS) {
    it(`is told by close also where onError ${how} itself`, async () => {
      const server = await serve({ port: 0, host: '127.0.0.1', onEnd: () => assert.fail('other'), onError: fails });
      const { connection } = await connect(server.url);
      await connection.close();
      await assert.rejects(server.close(), mine);
    });
  }

  it('because of what the other end said or did: no error of the program', async () => {
    const converse: ServeOptions['converse'] = async ({ connection }) => {
      for await (const message of connection) connection.unmarshal(message);
      await connection.sendText('too late');
    };
    const { server, told } = await telling({ converse });
    const key = { key: Uint8Array.of(1, 2, 3, 4) };
    for (const said of [writeFrame(2, Uint8Array.of(0), key), writeFrame(8, closePayload(1000), key)]) {
      const client = await new RawClient(server.port).upgrade();
      await client.send(said).untilEnd();
      await client.close();
    }
    await server.close();
    assert.deepEqual(told, []);
  });

  it('answer that gives no answer: in words that say what is one', async () => {
    const { server, told } = await telling({ answer: (() => undefined) as unknown as ServeOptions['answer'] });
    const { connection } = await connect(server.url, { protocol: await articleProtocol() });
    await connection.send('pb.Ping', { seq: 1 });
    await connection.ended;
    await server.close();
    const words = 'the answer must be a type and value, a text, data, or null, not undefined';
    assert.deepEqual(
      told.map(({ error }) => (error as Error).message),
      [words],
    );
  });
});

describe('a function of a client that fails', () => {
  const pinging: ServeOptions['converse'] = async ({ connection }) => {
    connection.ping();
    await connection.next();
  };

  for (const [how, fails] of WAYS) {
    it(`onControl that ${how}: the connection ends by its words, and the error is told`, async () => {
      const server = await serve({ port: 0, host: '127.0.0.1', converse: pinging });
      const told: unknown[] = [];
      const onError = (error: unknown) => void told.push(error);
      const { connection } = await connect(server.url, { onControl: fails, onError });
      assert.deepEqual(await connection.ended, FAILED);
      assert.deepEqual(await connection.close(), FAILED);
      assert.deepEqual(told, [mine]);
      await server.close();
    });
  }

  it('is told by close where nothing else is there to be told', async () => {
    const server = await serve({ port: 0, host: '127.0.0.1', converse: pinging });
    const { connection } = await connect(server.url, { onControl: throwing });
    assert.deepEqual(await connection.ended, FAILED);
    await assert.rejects(connection.close(), mine);
    await server.close();
  });

  it('a tap: there is no connection, and connect is rejected with it', async () => {
    const server = await serve({ port: 0, host: '127.0.0.1' });
    for (const url of [server.url, server.url.replace('ws:', 'wss:')]) {
      await assert.rejects(connect(url, { socketTap: { attach: throwing } }), mine);
    }
    assert.equal(server.clients.size, 0);
    await server.close();
  });
});

describe('a function that is given keys of TLS, and fails', () => {
  const folder = mkdtempSync(join(tmpdir(), 'wsdissect-handlers-'));
  after(() => rmSync(folder, { recursive: true }));

  function certificate(): { cert: Buffer; key: Buffer } | null {
    const [cert, key] = ['cert.pem', 'key.pem'].map((name) => join(folder, name));
    const words = `req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout ${key} -out ${cert} -days 2 -subj /CN=localhost`;
    try {
      execFileSync('openssl', words.split(' '), { stdio: 'ignore' });
    } catch {
      return null;
    }
    return { cert: readFileSync(cert), key: readFileSync(key) };
  }

  for (const [how, fails] of WAYS) {
    it(`${how}: its connection is none, and the error is told`, async (test) => {
      const files = certificate();
      if (files === null) return test.skip('openssl, which makes the certificate, is not installed');
      const { server, told } = await telling({ tls: { ...files, onKeyLog: fails } });
      await assert.rejects(connect(server.url, { tls: { insecure: true } }));
      await server.close();
      assert.ok(told.length > 0);
      for (const { error, client } of told) assert.deepEqual([error, client], [mine, null]);
      const sound = await serve({ port: 0, host: '127.0.0.1', tls: files });
      await assert.rejects(connect(sound.url, { tls: { insecure: true, onKeyLog: fails } }), mine);
      await sound.close();
    });
  }
});

describe('a function of replay that fails', () => {
  const said = {
    direction: 'c2s',
    kind: 'text',
    data: Buffer.from('x'),
    code: null,
    reason: '',
    packet: 1,
    seconds: 0,
  } as const;
  const answer = { ...said, direction: 's2c', packet: 2 } as const;
  const conversation: CapturedConversation = { connection: 0, handshake: null, said: [said, answer], damage: null };

  for (const [how, fails] of WAYS) {
    for (const name of ['onSent', 'onAnswer'] as const) {
      it(`${name} that ${how}: replay is rejected with it, and its connection over`, async () => {
        const server = await serve({ port: 0, host: '127.0.0.1', answer: () => ({ text: 'x' }) });
        const { connection } = await connect(server.url);
        const options: ReplayOptions = { [name]: fails, patience: 100 };
        await assert.rejects(replay(conversation, connection, options), mine);
        assert.notEqual((await connection.ended).code, 1000);
        await server.close();
      });
    }
  }
});
