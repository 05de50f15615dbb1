// Ten thousand malformed handshakes and streams of frames, some reset, some left open, some never read; then an honest client
// is answered as ever.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { articleProtocol, connect, serve } from '../../src/endpoint/index.ts';
import { writeFrame } from '../../src/ws/frame-writer.ts';
import { Random } from '../support/random.ts';
import { RawClient, upgradeRequest } from './raw-client.ts';

const ATTACKS = 5000;
const AT_ONCE = 50;
const KEY = { key: Uint8Array.of(1, 2, 3, 4) };
/** Milliseconds for an attack; what the server leaves open is ended by the client. */
const PATIENCE = 30;

/** Requests, some of them right, with octets changed, cut and put in. */
function malformedHandshake(random: Random): Uint8Array {
  const requests = Array.from({ length: random.between(1, 5) }, () => {
    const request = upgradeRequest({
      method: random.pick(['GET', 'GET', 'GET', 'POST', 'CONNECT', 'PRI', 'G\0T', '']),
      target: random.pick(['/connect', '/connect', '/other', '*', '']),
      upgrade: random.pick(['websocket', 'websocket', null, 'h2c']),
      version: random.pick(['13', '8', null]),
      further: random.once(8) ? [`X: ${'x'.repeat(random.between(0, 100_000))}`] : [],
      body: random.once(4) ? 'body' : '',
    });
    const octets = Buffer.from(request, 'latin1');
    return random.once(3) ? octets : mutated(octets, random);
  });
  return Buffer.concat(requests);
}

/** Frames, right and wrong, with octets changed. */
function malformedFrames(random: Random): Uint8Array {
  const frames = Array.from({ length: 1 + random.between(0, 5) }, () =>
    writeFrame(random.between(0, 16), random.octets(random.between(0, 200)), {
      ...(random.once(4) ? {} : KEY),
      fin: random.once(2),
      rsv: random.once(3) ? random.between(0, 8) : 0,
      lengthBits: ([7, 16, 64] as const)[1 + random.between(0, 2)],
      ...(random.once(4) ? { statedLength: 2n ** BigInt(random.between(0, 64)) } : {}),
    }),
  );
  const octets = Buffer.concat(frames);
  return random.once(2) ? octets : mutated(octets, random);
}

function mutated(octets: Buffer, random: Random): Buffer {
  const changed = Buffer.from(octets);
  for (let count = random.between(0, 6); count > 0; count--)
    changed[random.between(0, changed.length)] = random.between(0, 256);
  return changed.subarray(0, random.once(4) ? random.between(0, changed.length) : changed.length);
}

async function attack(client: RawClient, octets: Uint8Array, random: Random): Promise<void> {
  client.send(octets);
  const how = random.between(0, 4);
  if (how === 0) client.socket.resetAndDestroy();
  else if (how === 1) client.socket.end();
  else if (how === 2) client.socket.pause();
  const patience = setTimeout(() => client.socket.destroy(), PATIENCE);
  await client.untilEnd();
  clearTimeout(patience);
  await client.close();
}

describe('a server', () => {
  for (const [what, isUpgraded] of [
    ['handshakes', false],
    ['frames', true],
  ] as const) {
    it(`survives ${ATTACKS} malformed ${what}`, async (test) => {
      const random = new Random(isUpgraded ? 2 : 1);
      const server = await serve({ port: 0, host: '127.0.0.1', compression: true, answer: (message) => message });
      test.after(() => server.close());
      const before = process.memoryUsage().heapUsed;
      let left = ATTACKS;
      const attacker = async () => {
        while (left-- > 0) {
          const client = new RawClient(server.port);
          const compressed = 'Sec-WebSocket-Extensions: permessage-deflate';
          if (isUpgraded) await client.upgrade('/connect', ...(random.once(2) ? [compressed] : []));
          await attack(client, isUpgraded ? malformedFrames(random) : malformedHandshake(random), random);
        }
      };
      await Promise.all(Array.from({ length: AT_ONCE }, attacker));
      const { connection } = await connect(server.url, { protocol: await articleProtocol() });
      await connection.send('pb.Ping', { seq: 150 });
      const message = await connection.next();
      assert.deepEqual(message && connection.unmarshal(message).value, { seq: 150 });
      assert.equal((await connection.close()).code, 1000);
      const grown = (process.memoryUsage().heapUsed - before) / 1024 / 1024;
      assert.ok(grown < 100, `the heap grew by ${grown.toFixed(0)} MiB`);
      for (const { connection: other } of server.clients) await other.ended;
      assert.equal(server.clients.size, 0);
    });
  }
});
