// What the functions of the library but `dissect` may be told: what does not fit is refused before anything is opened.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, mkdtempSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import type { RegistryOptions } from '../../src/codec/index.ts';
import {
  articleProtocol,
  type CapturedConversation,
  type CaptureOptions,
  type ConnectOptions,
  connect,
  conversationOf,
  ignoring,
  loadRegistry,
  loadScenario,
  MessageProtocol,
  type MessageProtocolOptions,
  type RecordOptions,
  type ReplayOptions,
  record,
  registryFromOptions,
  replay,
  type ServeOptions,
  serve,
  startCapture,
  subprotocolsOf,
} from '../../src/endpoint/index.ts';
import {
  type ExpectOptions,
  expectCapture,
  type RecordOptions as RecordForTestOptions,
  record as recordForTest,
} from '../../src/testing.ts';

const TOO_LONG = 2 ** 31;

describe('serve', () => {
  const REFUSED: [options: object, message: RegExp][] = [
    [{ port: '8888' }, /^port must be a whole number from 0 to 65535, not "8888"$/],
    [{ port: 80.5 }, /^port must be a whole number from 0 to 65535, not 80\.5$/],
    [{ host: 5 }, /^host must be a text, not 5$/],
    [{ path: 'connect' }, /^path must be a path that begins with a slash, not "connect"$/],
    [{ queueLength: 0 }, /^queueLength must be a whole number from 1 on, not 0$/],
    [{ readLimit: Number.NaN }, /^readLimit must be a whole number from 1 on, not NaN$/],
    [{ maxHeaderSize: Number.POSITIVE_INFINITY }, /^maxHeaderSize must be a whole number from 1 to \d+, not Infinity$/],
    [{ protocol: {} }, /^protocol must be a MessageProtocol, not an object$/],
    [{ origins: '*' }, /^origins must be a list, each of it a text, not "\*"$/],
    [{ headers: { a: 'b' } }, /^headers must be a list, each of it a field as \[name, value\], not an object$/],
    [{ headers: ['a: b'] }, /^headers must be a list, each of it a field as \[name, value\], not \["a: b"\]$/],
    [{ tls: {} }, /^tls\.cert must be PEM, as a text or octets, not undefined$/],
    [{ tls: { cert: 'x', key: 5 } }, /^tls\.key must be PEM, as a text or octets, not 5$/],
    [{ socketTap: {} }, /^socketTap must be a tap, with attach\(socket, role\), not an object$/],
    [{ onEnd: 'x' }, /^onEnd must be a function, not "x"$/],
    [{ answer: { text: 'x' } }, /^answer must be a function, not an object$/],
    [{ readDeadline: TOO_LONG }, /^readDeadline must be a number from 0 to 2147483647, not 2147483648$/],
    [{ handshakeTimeout: 0 }, /^handshakeTimeout must be a number from 1 to 2147483647, not 0$/],
    [{ readlimit: 1 }, /^there is no option "readlimit"; did you mean readLimit\?$/],
    [{ tls: { crt: 'x', key: 'y' } }, /^there is no option "tls\.crt"; did you mean tls\.cert\?$/],
  ];
  for (const [options, message] of REFUSED) {
    test(`refuses ${JSON.stringify(options)}`, async () => {
      await assert.rejects(serve({ port: 0, ...options } as ServeOptions), { name: 'TypeError', message });
    });
  }

  test('refuses what are no options', async () => {
    const message = 'options must be an object of options, not 8888';
    await assert.rejects(serve(8888 as ServeOptions), { name: 'TypeError', message });
  });
});

describe('connect', () => {
  const REFUSED: [options: object, message: RegExp][] = [
    [{ headers: [['X', 'a\nb']] }, /^HTTP cannot carry the field "X" with the value "a\\nb"$/],
    [{ headers: [['X y', 'v']] }, /^HTTP cannot carry the field "X y" with the value "v"$/],
    [{ origin: 'http://a\r\nX: y' }, /^HTTP cannot carry the field "Origin" /],
    [{ headers: [['X', 5]] }, /^headers must be a list, each of it a field as \[name, value\], not \[a list\]$/],
    [{ subprotocols: 'a' }, /^subprotocols must be a list, each of it a text, not "a"$/],
    [{ tls: { ca: 5 } }, /^tls\.ca must be PEM, as a text or octets, not 5$/],
    [{ signal: {} }, /^signal must be an AbortSignal, not an object$/],
    [{ onControl: 5 }, /^onControl must be a function, not 5$/],
    [{ path: '/x' }, /^there is no option "path"; known here: protocol, .*, onControl$/],
    [{ tls: { insecur: true } }, /^there is no option "tls\.insecur"; did you mean tls\.insecure\?$/],
    [{ queueLength: 1.5 }, /^queueLength must be a whole number from 1 on, not 1\.5$/],
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
    [{ output: undefined }, /^output must be a path, or an output with write\(octets\) and close\(\), not undefined$/],
    [{ output: {} }, /^output must be a path, or an output with write\(octets\) and close\(\), not an object$/],
    [{ scenario: 5 }, /^scenario must be a name, a path, a scenario, or a list of them, not 5$/],
    [{ scenario: {} }, /^scenario must be a name, a path, a scenario, or a list of them, not an object$/],
    [{ run: 5 }, /^run must be a function, not 5$/],
    [{ scenarios: 'walkthrough' }, /^there is no option "scenarios"; did you mean scenario\?$/],
    [{ port: 'x' }, /^port must be a whole number from 0 to 65535, not "x"$/],
  ];
  for (const [options, message] of REFUSED) {
    test(`refuses ${JSON.stringify(options)}`, async () => {
      const output = join(mkdtempSync(join(tmpdir(), 'wsdissect-')), 'never-written.pcap');
      const all = { output, scenario: 'walkthrough', ...options };
      await assert.rejects(record(all as RecordOptions), { name: 'TypeError', message });
      assert.equal(existsSync(output), false);
    });
  }

  test('is refused by startCapture in the same words', async () => {
    const message = /^output must be a path, or an output with write\(octets\) and close\(\), not undefined$/;
    await assert.rejects(startCapture({} as CaptureOptions), { name: 'TypeError', message });
    await assert.rejects(startCapture({ output: join(tmpdir(), 'a.pcap'), formt: 'pcap' } as CaptureOptions), {
      name: 'TypeError',
      message: 'there is no option "formt"; did you mean format?',
    });
    await assert.rejects(startCapture('a.pcap' as unknown as CaptureOptions), {
      name: 'TypeError',
      message: 'options must be an object of options, not "a.pcap"',
    });
  });

  test('is refused by the record of wsdissect/testing in the same words', async () => {
    const run = async () => {};
    const cases: [options: object, message: RegExp][] = [
      [{ format: 'bogus' }, /^format must be "pcap" or "pcapng", not "bogus"$/],
      [{ output: 5 }, /^output must be a path, not 5$/],
      [{ run }, /^there is no option "run"; known here: /],
    ];
    for (const [options, message] of cases) {
      await assert.rejects(recordForTest(run, options as RecordForTestOptions), { name: 'TypeError', message });
    }
  });
});

describe('replay', () => {
  const REFUSED: [options: object, message: RegExp][] = [
    [{ direction: 'up' }, /^direction must be "c2s" or "s2c", not "up"$/],
    [{ speed: 0 }, /^speed must be a number above 0, not 0$/],
    [{ patience: Number.NaN }, /^patience must be a number from 0 on, not NaN$/],
    [{ pace: 2 }, /^there is no option "pace"; known here: direction, speed, patience, /],
    [{ onAnswer: 5 }, /^onAnswer must be a function, not 5$/],
    [{ ignored: ['note'] }, /^ignored must be a function, such as ignoring\(\['note'\]\), not \["note"\]$/],
  ];
  for (const [options, message] of REFUSED) {
    test(`refuses ${JSON.stringify(options)}, and ends its connection all the same`, async () => {
      const server = await serve({ port: 0, host: '127.0.0.1' });
      const { connection } = await connect(server.url);
      const conversation: CapturedConversation = { connection: 0, handshake: null, said: [], damage: null };
      const refused = replay(conversation, connection, options as ReplayOptions);
      await assert.rejects(refused, { name: 'TypeError', message });
      assert.equal((await connection.ended).error, 'given up');
      await server.close();
    });
  }
});

describe('what a replay is made of', () => {
  const EVENTS = "events, such as dissect('capture.pcap', { payload: 'always' })";
  const none: CapturedConversation = { connection: 0, handshake: null, said: [], damage: null };
  const cases: [what: string, call: () => Promise<unknown>, message: string][] = [
    ['conversationOf a path', () => conversationOf('x.pcap' as never), `events must be ${EVENTS}, not "x.pcap"`],
    ['conversationOf nothing', () => conversationOf(undefined as never), `events must be ${EVENTS}, not undefined`],
    [
      'conversationOf octets',
      () => conversationOf(new Uint8Array(1) as never),
      'each of events must be an event, as dissect gives it, not 0',
    ],
    [
      'conversationOf a connection by name',
      () => conversationOf([], '0' as never),
      'connection must be a whole number from 0 on, or null, not "0"',
    ],
    [
      'replay of a path',
      () => replay('x.pcap' as never, 'ws://127.0.0.1:1/' as never),
      'connection must be a connection, as connect gives it, not "ws://127.0.0.1:1/"',
    ],
    [
      'replay over what connect gives, with the connection inside',
      () => replay(none, { connection: {} } as never),
      'connection must be a connection, as connect gives it, not an object',
    ],
    [
      'ignoring one path that is no list',
      async () => ignoring('x' as never),
      'patterns must be a list, each of it a path, such as "items.*.id", not "x"',
    ],
    [
      'subprotocolsOf a path',
      async () => subprotocolsOf('x.pcap' as never),
      'conversation must be a conversation, as conversationOf gives it, not "x.pcap"',
    ],
  ];
  for (const [what, call, message] of cases) {
    test(`is refused: ${what}`, () => assert.rejects(call, { name: 'TypeError', message }));
  }

  test('a conversation that is none ends the connection, as all that replay refuses', async () => {
    await using server = await serve({ port: 0, host: '127.0.0.1' });
    const { connection } = await connect(server.url);
    await assert.rejects(replay('x.pcap' as never, connection), {
      name: 'TypeError',
      message: 'conversation must be a conversation, as conversationOf gives it, not "x.pcap"',
    });
    assert.equal((await connection.ended).error, 'given up');
  });
});

describe('a path of a registry or a scenario', () => {
  for (const given of [42, undefined, new URL('file:///a.yaml')]) {
    test(`is refused where it is ${given}`, async () => {
      const shown = given instanceof URL ? 'an instance of URL' : given;
      await assert.rejects(loadRegistry(given as unknown as string), {
        name: 'TypeError',
        message: `the registry must be a path, not ${shown}`,
      });
      await assert.rejects(loadScenario(given as unknown as string), {
        name: 'TypeError',
        message: `the scenario must be a name or a path, not ${shown}`,
      });
    });
  }
});

describe('a registry of options', () => {
  const REFUSED: [options: unknown, message: string][] = [
    [undefined, 'options must be an object of options, not undefined'],
    [{}, 'proto must be a list, each of it a path, not undefined'],
    [{ proto: 'a.proto', messages: [] }, 'proto must be a list, each of it a path, not "a.proto"'],
    [{ proto: ['a.proto'], messages: [], idbytes: 1 }, 'there is no option "idbytes"; did you mean idBytes?'],
    [
      { proto: [], messages: { 1: 'A' } },
      'messages must be a list, each of it as { id: 1, type: "pb.Ping" }, not an object',
    ],
    [
      { proto: [], messages: [{ id: '1', type: 'A' }] },
      'messages must be a list, each of it as { id: 1, type: "pb.Ping" }, not [an object]',
    ],
  ];
  for (const [options, message] of REFUSED) {
    test(`is refused where they are ${JSON.stringify(options)}`, async () => {
      await assert.rejects(registryFromOptions(options as RegistryOptions), { name: 'TypeError', message });
    });
  }
});

describe('the message protocol', () => {
  const REFUSED: [options: unknown, message: string][] = [
    [{ useBigEndain: false }, 'there is no option "useBigEndain"; did you mean useBigEndian?'],
    [{ useBigEndian: 'no' }, 'useBigEndian must be true or false, not "no"'],
    [{ idBytes: '2' }, 'idBytes must be a number, not "2"'],
    [null, 'options must be an object of options, not null'],
  ];
  for (const [options, message] of REFUSED) {
    test(`refuses ${JSON.stringify(options)}, also as the article's`, async () => {
      const refusal = { name: 'TypeError', message };
      assert.throws(() => new MessageProtocol(options as MessageProtocolOptions), refusal);
      await assert.rejects(articleProtocol(options as MessageProtocolOptions), refusal);
    });
  }
});

describe('expectCapture', () => {
  const REFUSED: [options: unknown, message: RegExp][] = [
    [null, /^options must be an object of options, not null$/],
    [{ kept: { events: Number.NaN } }, /^kept\.events must be a number from 1 on, not NaN$/],
    [{ limits: { message: -1 } }, /^limits\.message must be a number from 0 on, not -1$/],
  ];
  for (const [options, message] of REFUSED) {
    test(`refuses ${JSON.stringify(options)}`, async () => {
      const expected = expectCapture(new Uint8Array(0), [{ connections: { webSocket: 1 } }], options as ExpectOptions);
      await assert.rejects(expected, { name: 'TypeError', message });
    });
  }

  test('refuses what is no capture', async () => {
    const message = /^the source must be a path, octets, a stream, or a list of paths and streams, not 42$/;
    await assert.rejects(expectCapture(42 as unknown as string, [{ connections: { webSocket: 1 } }]), {
      name: 'TypeError',
      message,
    });
  });
});
