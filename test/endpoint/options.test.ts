// What `serve`, `connect` and `record` may be told: what does not fit is refused before anything is opened.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import {
  type ConnectOptions,
  connect,
  type RecordOptions,
  record,
  type ServeOptions,
  serve,
} from '../../src/endpoint/index.ts';

const TOO_LONG = 2 ** 31;

describe('serve', () => {
  const REFUSED: [options: object, message: RegExp][] = [
    [{ port: '8888' }, /^port must be a number from 0 to 65535, not "8888"$/],
    [{ queueLength: 0 }, /^queueLength must be a number from 1 on, not 0$/],
    [{ readLimit: Number.NaN }, /^readLimit must be a number from 1 on, not NaN$/],
    [{ readDeadline: TOO_LONG }, /^readDeadline must be a number from 0 to 2147483647, not 2147483648$/],
    [{ handshakeTimeout: 0 }, /^handshakeTimeout must be a number from 1 to 2147483647, not 0$/],
  ];
  for (const [options, message] of REFUSED) {
    test(`refuses ${JSON.stringify(options)}`, async () => {
      await assert.rejects(serve({ port: 0, ...options } as ServeOptions), { name: 'TypeError', message });
    });
  }
});

describe('connect', () => {
  const REFUSED: [options: object, message: RegExp][] = [
    [{ headers: [['X', 'a\nb']] }, /^HTTP cannot carry the field "X" with the value "a\\nb"$/],
    [{ headers: [['X y', 'v']] }, /^HTTP cannot carry the field "X y" with the value "v"$/],
    [{ origin: 'http://a\r\nX: y' }, /^HTTP cannot carry the field "Origin" /],
    [{ handshakeTimeout: TOO_LONG }, /^handshakeTimeout must be a number from 1 to 2147483647, /],
    [{ readDeadline: TOO_LONG }, /^readDeadline must be a number from 0 to 2147483647, /],
  ];
  for (const [options, message] of REFUSED) {
    test(`refuses ${JSON.stringify(options)}, and opens no socket`, async () => {
      const server = createServer().listen(0, '127.0.0.1');
      await once(server, 'listening');
      let connections = 0;
      server.on('connection', (socket) => {
        connections++;
        socket.destroy();
      });
      const { port } = server.address() as { port: number };
      const url = `ws://127.0.0.1:${port}/`;
      await assert.rejects(connect(url, options as ConnectOptions), { name: 'TypeError', message });
      // One that comes later shows that none came before.
      await assert.rejects(connect(url));
      assert.equal(connections, 1);
      server.close();
    });
  }
});

describe('record', () => {
  const REFUSED: [options: object, message: RegExp][] = [
    [{ format: 'bogus' }, /^format must be "pcap" or "pcapng", not "bogus"$/],
    [{ resolution: 7 }, /^resolution must be 6 or 9, not 7$/],
    [{ via: 'dumpcap' }, /^via must be "tap" or "tcpdump", not "dumpcap"$/],
  ];
  for (const [options, message] of REFUSED) {
    test(`refuses ${JSON.stringify(options)}`, async () => {
      const all = { output: join(tmpdir(), 'wsdissect-never-written.pcap'), scenario: 'walkthrough', ...options };
      await assert.rejects(record(all as RecordOptions), { name: 'TypeError', message });
    });
  }
});
