// A client whose server answers with anything: it connects or says why not, ends or goes on, and never throws elsewhere.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { describe, it } from 'node:test';
import { connect, type HandshakeError } from '../../src/endpoint/index.ts';
import { acceptKey } from '../../src/http/accept-key.ts';
import { writeFrame } from '../../src/ws/frame-writer.ts';
import { Random } from '../support/random.ts';

/** Of so many at least 230 connections came about; of a thousand there were once 99, which depends on who is served first. */
const ANSWERS = 2000;
const AT_ONCE = 20;

/** A right answer, or one that was changed, with frames behind it. */
function answerTo(request: string, random: Random): Buffer {
  const key = /Sec-WebSocket-Key: (\S+)/.exec(request)?.[1] ?? '';
  const lines = [
    random.pick([
      'HTTP/1.1 101 Switching Protocols',
      'HTTP/1.1 101',
      'HTTP/1.1 200 OK',
      'HTTP/1.1 999 \x1b[31m',
      'nonsense',
    ]),
    'Upgrade: websocket',
    'Connection: Upgrade',
    `Sec-WebSocket-Accept: ${random.once(4) ? 'wrong' : acceptKey(key)}`,
    ...(random.once(3) ? ['Sec-WebSocket-Extensions: permessage-deflate'] : []),
    ...(random.once(8) ? [`X: ${'x'.repeat(random.between(0, 100_000))}`] : []),
  ];
  const frames = Array.from({ length: random.between(0, 4) }, () =>
    writeFrame(random.between(0, 16), random.octets(random.between(0, 300)), {
      fin: random.once(2),
      rsv: random.once(3) ? random.between(0, 8) : 0,
      ...(random.once(4) ? { statedLength: 2n ** BigInt(random.between(0, 64)), lengthBits: 64 as const } : {}),
    }),
  );
  const octets = Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), ...frames]);
  if (random.once(2)) octets[random.between(0, octets.length)] = random.between(0, 256);
  return octets.subarray(0, random.once(4) ? random.between(0, octets.length) : octets.length);
}

describe('a client', () => {
  it(`survives ${ANSWERS} answers of a server that means no good`, async () => {
    const random = new Random(7);
    const server = createServer((socket) => {
      socket.on('error', () => {});
      socket.once('data', (request) => {
        socket.write(answerTo(request.toString('latin1'), random));
        if (random.once(3)) socket.resetAndDestroy();
        else if (random.once(2)) socket.end();
        else setTimeout(() => socket.destroy(), 10);
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const outcomes = { refused: 0, ended: 0 };
    let left = ANSWERS;
    const client = async () => {
      while (left-- > 0) {
        try {
          const { connection } = await connect(url, { compression: random.once(2), readLimit: 100_000 });
          await connection.sendText('hello').catch(() => {});
          for await (const message of connection) assert.ok(message.data.length <= 100_000);
          await connection.ended;
          outcomes.ended++;
        } catch (error) {
          assert.ok(error instanceof Error && error.message !== '', String(error));
          outcomes.refused++;
        }
      }
    };
    try {
      await Promise.all(Array.from({ length: AT_ONCE }, client));
    } finally {
      server.close();
    }
    assert.ok(outcomes.refused > 100 && outcomes.ended > 100, JSON.stringify(outcomes));
  });

  it('takes an answer with a head of up to 64 KiB, as our server and dissector do, and says of more that it is', async () => {
    const lengths = [100, 20_000, 64_000, 70_000];
    const left = [...lengths];
    const server = createServer((socket) => {
      socket.on('error', () => {});
      socket.once('data', (request) => {
        const key = /Sec-WebSocket-Key: (\S+)/.exec(String(request))?.[1] ?? '';
        const lines = [
          'HTTP/1.1 101 Switching Protocols',
          'Upgrade: websocket',
          'Connection: Upgrade',
          `Set-Cookie: a=${'b'.repeat(left.shift() ?? 0)}`,
          `Sec-WebSocket-Accept: ${acceptKey(key)}`,
        ];
        socket.end(`${lines.join('\r\n')}\r\n\r\n`);
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const faults: (string | null)[] = [];
    for (const _ of lengths) {
      const fault = await connect(url).then(
        ({ connection }) => connection.close().then(() => null),
        (error: HandshakeError) => error.message,
      );
      faults.push(fault);
    }
    server.close();
    const more = 'the head of the answer to the upgrade request has more than 64 KiB';
    assert.deepEqual(faults, [null, null, null, more]);
  });

  it('is told the status of a refusal whose body goes on and on', async () => {
    const server = createServer((socket) => {
      socket.on('error', () => {});
      socket.once('data', () => {
        socket.write('HTTP/1.1 503 Service Unavailable\r\n\r\nbu');
        const more = setInterval(() => socket.write('t'), 20);
        socket.on('close', () => clearInterval(more));
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    try {
      await assert.rejects(connect(url, { handshakeTimeout: 200 }), (error: HandshakeError) => {
        assert.match(error.message, /bad handshake \(503 Service Unavailable\)/);
        assert.match(error.response?.body ?? '', /^but/);
        return true;
      });
    } finally {
      server.close();
    }
  });
});
