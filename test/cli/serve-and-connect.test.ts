// `serve` and `connect` as scripts use them: what they print, how they end, and with which exit code.

import assert from 'node:assert/strict';
import { type ChildProcessWithoutNullStreams, execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect as connectTo, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { complete } from '../../src/cli/prompt.ts';
import { ServeReport } from '../../src/cli/serve-report.ts';
import { articleProtocol, type ConnectedClient, type Refusal } from '../../src/endpoint/index.ts';
import { acceptKey } from '../../src/http/accept-key.ts';
import { eventsOf, exampleFolder, type Run, startWsdissect, wsdissect } from './command-line.ts';

const folder = mkdtempSync(join(tmpdir(), 'wsdissect-serve-'));
after(() => rmSync(folder, { recursive: true }));

class RunningProgram {
  readonly child: ChildProcessWithoutNullStreams;
  output = '';
  errors = '';
  readonly ended: Promise<Run>;
  #changed: () => void = () => {};

  constructor(words: readonly string[], input?: string) {
    this.child = startWsdissect(words);
    this.child.stdout.setEncoding('utf8').on('data', (text) => {
      this.output += text;
      this.#changed();
    });
    this.child.stderr.setEncoding('utf8').on('data', (text) => {
      this.errors += text;
    });
    this.ended = new Promise((done) => {
      this.child.on('close', (exitCode) => {
        this.#changed();
        done({ exitCode, output: this.output, errors: this.errors });
      });
    });
    if (input !== undefined) this.child.stdin.end(input);
  }

  async until(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const found = pattern.exec(this.output);
      if (found !== null) return found;
      if (this.child.exitCode !== null) throw new Error(`it ended: ${this.errors}`);
      await new Promise<void>((changed) => {
        this.#changed = changed;
      });
    }
  }
}

async function startServer(...words: string[]): Promise<{ program: RunningProgram; port: number }> {
  const program = new RunningProgram(['serve', '--host', '127.0.0.1', '--port', '0', ...words]);
  const [, port] = await program.until(/^启动WS服务器成功 : (\d+)\n/);
  return { program, port: Number(port) };
}

const connect = (url: string, words: readonly string[], input = '') =>
  new RunningProgram(['connect', url, ...words], input).ended;

/** Times are not the same twice. */
const timeless = (text: string) => text.replace(/\d+(\.\d+)? (µs|ms|s)\b/g, 'N ms');

describe('connect, with a server that tells all', () => {
  let server: RunningProgram;
  let url: string;

  before(async () => {
    const started = await startServer('--verbose', '--compression', '--subprotocol', 'demo.v2,demo.v1');
    server = started.program;
    url = `ws://127.0.0.1:${started.port}/connect`;
  });
  after(async () => {
    server.child.kill('SIGTERM');
    assert.equal((await server.ended).exitCode, 0);
  });

  it('sends a message, shows the answer and the round trip, and closes', async () => {
    const { exitCode, output, errors } = await connect(url, ['--send', 'pb.Ping {"seq":150}']);
    assert.equal(errors, '');
    assert.equal(
      timeless(output),
      `connected to ${url}\n→ 1 pb.Ping {seq: 150}\n← 2 pb.Pong {seq: 150, note: "收到"}  N ms\n` +
        'closed 1000 (normal closure)\n1 sent, 1 received; round trip N ms\n',
    );
    assert.equal(exitCode, 0);
    const [, id] = await server.until(/^connection ([0-9a-f]{8})[0-9a-f-]{28} ip 127\.0\.0\.1 uid \d{10}$/m);
    await server.until(new RegExp(`^${id} closed 1000 \\(normal closure\\)$`, 'm'));
    assert.match(server.output, new RegExp(`^${id} ← 1 pb\\.Ping {seq: 150}$`, 'm'));
    assert.match(server.output, new RegExp(`^${id} → 2 pb\\.Pong {seq: 150, note: "收到"}$`, 'm'));
  });

  it('reads lines of standard input, and ends with the code it is told', async () => {
    const lines = '# a comment\npb.Ping {"seq":1}\n\n/ping are you there\n/close 3001 bye\npb.Ping\n';
    const { exitCode, output } = await connect(url, [], lines);
    assert.match(timeless(output), /← pong are you there {2}N ms\n/);
    assert.match(output, /\nclosed 3001 \(for registration at IANA\)\n1 sent, 1 received/);
    assert.equal(exitCode, 0);
    await server.until(/closed 3001 \(for registration at IANA\): bye$/m);
  });

  it('receives, and heeds Ctrl-C, however much it is to send', async () => {
    for (const what of ['/ping', 'pb.Ping {"seq":1}']) {
      const program = new RunningProgram(['connect', url, '--send', what, '--count', '1000000000']);
      await program.until(/^← .*pong/im);
      program.child.kill('SIGINT');
      assert.equal((await program.ended).exitCode, 130);
    }
  });

  it('refuses a line without end', { skip: existsSync('/dev/zero') ? false : 'there is no /dev/zero' }, async () => {
    const { exitCode, errors } = await connect(url, ['--file', '/dev/zero']);
    assert.match(errors, /^wsdissect: \/dev\/zero:1: a line of more than 128 Mi characters/m);
    assert.equal(exitCode, 2);
  });

  it('reads messages of a file, again and again', async () => {
    const file = join(folder, 'messages.ndjson');
    writeFileSync(file, '{"type":"pb.Ping","value":{"seq":1}}\n{"type":"pb.Ping"}\n{"data":"AAEIAg=="}\n');
    const { exitCode, output } = await connect(url, [
      '--file',
      file,
      '--count',
      '2',
      '--interval',
      '0.01',
      '-f',
      'ndjson',
    ]);
    const events = eventsOf(output);
    const said = events
      .filter(({ direction }) => direction === 'c2s')
      .map(({ decoded }) => (decoded as { value: object }).value);
    assert.deepEqual(said, [{ seq: 1 }, {}, { seq: 2 }, { seq: 1 }, {}, { seq: 2 }]);
    const heard = events.filter(({ direction }) => direction === 's2c');
    assert.equal(heard.length, 6);
    for (const { roundTrip } of heard) assert.ok((roundTrip as number) > 0);
    const { time, ...end } = events.at(-1) as Record<string, unknown>;
    assert.match(time as string, /^\d{4}-/);
    const expected = {
      type: 'end',
      code: 1000,
      reason: '',
      closeSent: 1000,
      error: null,
      messagesSent: 6,
      messagesReceived: 6,
    };
    assert.deepEqual(end, expected);
    assert.equal(exitCode, 0);
  });

  it('ends where standard input, or an empty file, has nothing to be said again', async () => {
    const empty = join(folder, 'empty.ndjson');
    writeFileSync(empty, '');
    const said = connect(url, ['--file', '-', '--interval', '0.01'], '{"type":"pb.Ping"}\n{"type":"pb.Ping"}\n');
    const nothing = connect(url, ['--file', empty, '--interval', '0.01']);
    assert.match((await said).output, /\n2 sent, 2 received; round trip .*\n$/);
    assert.match((await nothing).output, /\n0 sent, 0 received\n$/);
    assert.deepEqual([(await said).exitCode, (await nothing).exitCode], [0, 0]);
  });

  it('offers subprotocols, compression and fields', async () => {
    const words = ['--subprotocol', 'demo.v1', '--compression', '-H', 'Cookie: a=b', '--count', '1'];
    const { output, exitCode } = await connect(url, words);
    assert.match(output, new RegExp(`^connected to ${url}, subprotocol demo.v1, compressed\n`));
    assert.match(output, /← 2 pb\.Pong {seq: 1, note: "收到"}/);
    assert.equal(exitCode, 0);
  });

  const faults: [what: string, words: string[], input: string, exitCode: number, errors: RegExp][] = [
    [
      'a type that is not registered',
      ['--send', 'pb.Pign'],
      '',
      2,
      /^wsdissect: --send: pb\.Pign is not registered; did you mean pb\.Ping\?\n$/,
    ],
    [
      'a value that does not fit',
      ['--send', 'pb.Ping {"seq":-1}'],
      '',
      2,
      /^wsdissect: --send: pb\.Ping, field seq: -1 is outside of 0…4294967295\n$/,
    ],
    ['JSON that is none', ['--send', 'pb.Ping {seq}'], '', 2, /^wsdissect: .*what follows pb\.Ping is no JSON .*\n$/],
    [
      'a line that is no message',
      [],
      'pb.Ping\n!\n',
      2,
      /^wsdissect: standard input:2: "!" is no message; write pb\.Ping .*\n$/,
    ],
    [
      'a line of JSON that says too much',
      ['--file', '-'],
      '{"text":"a","data":""}\n',
      2,
      /^wsdissect: standard input:1: a line needs one of .*\n$/,
    ],
    [
      'a file that is not there',
      ['--file', 'none.ndjson'],
      '',
      2,
      /^wsdissect: none\.ndjson: there is no such file; check its name\n$/,
    ],
    ['a code that may not be sent', ['--close', '1006'], '', 2, /^wsdissect: .*--close.*may be sent.*\n$/],
    [
      'the same on a line',
      [],
      '/close 1006\n',
      2,
      /^wsdissect: standard input:1: 1006 may not be sent; those that may are 1000 .*\n$/,
    ],
    [
      'a ping that is too long',
      [],
      `/ping ${'x'.repeat(126)}\n`,
      2,
      /^wsdissect: .*:1: a ping holds 125 octets; 126 are .*\n$/,
    ],
    [
      'a reason that is too long',
      ['--reason', `${'x'.repeat(122)}é`],
      '',
      2,
      /^wsdissect: .*'--reason <text>'.* a reason holds 123 octets; 124 are too many\.?\n$/,
    ],
    [
      'the same on a line',
      [],
      `/close 3001 ${'x'.repeat(124)}\n`,
      2,
      /^wsdissect: standard input:1: a reason holds 123 octets; 124 are too many\n$/,
    ],
    [
      'JSON that is nested too deep',
      ['--send', `pb.Ping {"seq":${'['.repeat(9000)}${']'.repeat(9000)}}`],
      '',
      2,
      /^wsdissect: --send: .*\[…\] is no .*\n$/,
    ],
    [
      'a foreign origin',
      ['--origin', 'http://elsewhere'],
      '',
      1,
      /^wsdissect: .*bad handshake \(403 Forbidden\), it says "Forbidden"; check --origin\n$/,
    ],
    ['a server that ends without a close frame', ['--send', '/text hi'], '', 1, /^$/],
    ['a message that is too long', ['--send', `/hex ${'00'.repeat(1025)}`], '', 1, /^$/],
  ];
  for (const [what, words, input, exitCode, errors] of faults) {
    it(`tells of ${what}`, async () => {
      const run = await connect(url, words, input);
      assert.match(run.errors, errors);
      assert.equal(run.exitCode, exitCode);
    });
  }

  it('tells of what is no WebSocket server', async () => {
    const cases: [url: string, exitCode: number, errors: RegExp][] = [
      [url.replace('/connect', '/other'), 1, /404 Not Found\), it says "404 page not found"; check the path\n$/],
      [url.replace('ws:', 'wss:'), 1, /no TLS is spoken there \(EPROTO\); check whether it is ws or wss\n$/],
      ['ws://127.0.0.1:1/', 1, /nothing listens there \(ECONNREFUSED\); start the server/],
      ['127.0.0.1:8888', 2, /malformed ws or wss URL: 127\.0\.0\.1:8888; write it as ws:/],
    ];
    for (const [place, exitCode, errors] of cases) {
      const run = await connect(place, []);
      assert.match(run.errors, errors);
      assert.equal(run.exitCode, exitCode);
    }
  });

  it('closes with 1001 where it is interrupted', async () => {
    const program = new RunningProgram(['connect', url, '--wait', '60'], '');
    await program.until(/connected/);
    program.child.kill('SIGINT');
    const { exitCode, output } = await program.ended;
    assert.match(output, /closed 1001 \(going away\)/);
    assert.equal(exitCode, 130);
  });
});

describe('serve', () => {
  it('closes its connections with 1001 where it is interrupted', async () => {
    const { program, port } = await startServer();
    const client = new RunningProgram(['connect', `ws://127.0.0.1:${port}/connect`, '--interval', '0.1']);
    await client.until(/pb\.Pong {seq: 2/);
    program.child.kill('SIGINT');
    assert.match((await client.ended).output, /\nclosed 1001 \(going away\)\n/);
    const { exitCode, output } = await program.ended;
    assert.equal(exitCode, 130);
    // The start line, and a line for the connection.
    assert.equal(output.split('\n').length, 3);
  });

  it('ends where nobody reads what it prints any more', async () => {
    const { program, port } = await startServer();
    program.child.stdout.destroy();
    await connect(`ws://127.0.0.1:${port}/connect`, []);
    assert.deepEqual((await program.ended).exitCode, 0);
  });

  it('sends back what it does not understand with --echo', async () => {
    const { program, port } = await startServer('--echo', '--path', '/echo', '--read-limit', '64k');
    const words = ['--send', '/text grüß dich', '--send', '/hex ff'];
    const { output } = await connect(`ws://127.0.0.1:${port}/echo`, words);
    assert.match(output, /← grüß dich/);
    assert.match(output, /← ErrMsgShort: the payload has 1 octet, but the id takes 2; ff \|\.\|/);
    program.child.kill('SIGTERM');
    await program.ended;
  });

  it('speaks the registry and byte order it is given', async () => {
    const { program, port } = await startServer('--byte-order', 'little', '-v');
    const { output } = await connect(`ws://127.0.0.1:${port}/connect`, ['--byte-order', 'little', '--count', '1']);
    assert.match(output, /← 2 pb\.Pong {seq: 1/);
    program.child.kill('SIGTERM');
    await program.ended;
  });

  it('speaks TLS, and logs the keys of sessions', async (test) => {
    const [cert, key, log] = ['cert.pem', 'key.pem', 'keys.log'].map((name) => join(folder, name));
    const words = `req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout ${key} -out ${cert} -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost`;
    try {
      execFileSync('openssl', words.split(' '), { stdio: 'ignore' });
    } catch {
      return test.skip('openssl, which makes the certificate, is not installed');
    }
    const { program, port } = await startServer('--cert', cert, '--key', key, '--keylog', log);
    const url = `wss://localhost:${port}/connect`;
    const trusted = await connect(url, ['--ca', cert, '--count', '1']);
    assert.equal(trusted.errors, '');
    assert.match(trusted.output, /← 2 pb\.Pong {seq: 1/);
    assert.match((await connect(url, ['--insecure', '--count', '1'])).output, /← 2 pb\.Pong {seq: 1/);
    const distrusted = await connect(url, []);
    assert.match(distrusted.errors, /self-signed certificate.*--ca FILE.*--insecure\n$/);
    assert.equal(distrusted.exitCode, 1);
    assert.match(readFileSync(log, 'utf8'), /^SERVER_HANDSHAKE_TRAFFIC_SECRET [0-9a-f]+ [0-9a-f]+$/m);
    assert.equal(statSync(log).mode & 0o077, 0);
    // It says nothing, and never begins TLS; it is closed with the server all the same.
    const silent = connectTo({ port, host: '127.0.0.1' }).on('error', () => {});
    await once(silent, 'connect');
    const begun = performance.now();
    program.child.kill('SIGTERM');
    await program.ended;
    assert.ok(performance.now() - begun < 4000);
    if (!existsSync('/dev/full')) return;
    const full = await startServer('--cert', cert, '--key', key, '--keylog', '/dev/full');
    const answered = await connect(`wss://localhost:${full.port}/connect`, ['--ca', cert, '--count', '1']);
    assert.match(answered.output, /← 2 pb\.Pong {seq: 1/);
    full.program.child.kill('SIGTERM');
    assert.match(
      (await full.program.ended).errors,
      /^wsdissect: --keylog \/dev\/full: no space is left; no more keys are written\n$/,
    );
  });

  it('says why it cannot start', async () => {
    const { program, port } = await startServer();
    const cases: [words: string[], errors: RegExp][] = [
      [['--port', String(port), '--host', '127.0.0.1'], /is taken already; name another with --port/],
      [['--port', '0', '--host', '192.0.2.1'], /is no address of this machine/],
      [['--port', '65536'], /--port.*whole number 0…65535/],
      [['--cert', 'none.pem'], /--cert and --key go together/],
      [['--cert', 'none.pem', '--key', 'none.pem'], /--cert none\.pem: there is no such file/],
      [['--keylog', 'x'], /--keylog is for TLS/],
      [['--path', 'connect'], /must begin with a slash/],
      [['--header', 'nonsense'], /must be a field, such as/],
    ];
    for (const [words, errors] of cases) {
      const run = await new RunningProgram(['serve', ...words]).ended;
      assert.match(run.errors, errors);
      assert.equal(run.exitCode, 2);
      assert.equal(run.errors.split('\n').length, 2);
    }
    assert.ok(!existsSync(join(exampleFolder, 'x')), 'a key log was begun that nobody writes to');
    program.child.kill('SIGTERM');
    await program.ended;
  });
});

it('says of a client that was gone before its address was asked for that it is unknown', async () => {
  const lines: string[] = [];
  const report = new ServeReport((line) => lines.push(line), await articleProtocol());
  report.connection({ id: '44f011d5', ip: '', port: 0, uid: 7, target: '/connect' } as ConnectedClient);
  report.refusal({ status: 400, words: 'Bad Request' } as Refusal, { ip: '', port: 0 });
  report.refusal({ status: 400, words: 'Bad Request' } as Refusal, { ip: '::1', port: 5 });
  assert.deepEqual(lines, [
    'connection 44f011d5 ip unknown uid 7',
    'unknown refused with 400: Bad Request',
    '[::1]:5 refused with 400: Bad Request',
  ]);
});

it("leaves a capture that is decoded by the article's registry", async () => {
  const capture = join(folder, 'served.pcap');
  const { program, port } = await startServer('--capture', capture);
  await connect(`ws://127.0.0.1:${port}/connect`, ['--send', 'pb.Ping {"seq":150}']);
  program.child.kill('SIGTERM');
  assert.match((await program.ended).errors, /^wsdissect: \S+served\.pcap: 1\d packets written\n$/);
  const { output, exitCode } = wsdissect([capture, '--registry', 'article']);
  assert.match(output, /1 pb\.Ping {seq: 150}.*2 pb\.Pong {seq: 150, note: "收到"}/s);
  assert.equal(exitCode, 0);
});

describe('a capture that is there already', () => {
  const capture = join(folder, 'before.pcap');
  const before = readFileSync(join(exampleFolder, 'walkthrough.pcap'));

  it('stays where nobody can listen, or nothing comes of connecting', async () => {
    const { program, port } = await startServer();
    writeFileSync(capture, before);
    for (const [words, exitCode] of [
      [['serve', '--host', '127.0.0.1', '--port', String(port)], 2],
      [['connect', 'ws://127.0.0.1:1/'], 1],
      [['connect', 'http://127.0.0.1/'], 2],
      [['replay', join(exampleFolder, 'walkthrough.pcap'), 'ws://127.0.0.1:1/'], 1],
    ] as [string[], number][]) {
      const run = await new RunningProgram([...words, '--capture', capture], '').ended;
      assert.equal(run.exitCode, exitCode, run.errors);
      assert.equal(run.errors.split('\n').length, 2, run.errors);
      assert.ok(readFileSync(capture).equals(before), words.join(' '));
    }
    program.child.kill('SIGTERM');
    await program.ended;
  });

  it('is written over by the first packet, and by an end without any', async () => {
    writeFileSync(capture, before);
    const idle = await startServer('--capture', capture);
    assert.ok(readFileSync(capture).equals(before));
    idle.program.child.kill('SIGTERM');
    assert.match((await idle.program.ended).errors, /: 0 packets written\n$/);
    assert.equal(readFileSync(capture).length, 24);
    writeFileSync(capture, before);
    const { program, port } = await startServer('--capture', capture);
    await connect(`ws://127.0.0.1:${port}/connect`, ['--send', 'pb.Ping {"seq":1}']);
    program.child.kill('SIGTERM');
    await program.ended;
    assert.match(wsdissect([capture, '--registry', 'article']).output, /pb\.Ping {seq: 1}/);
  });
});

describe('connect, with a server that closes at once', () => {
  const answer = (key: string) =>
    `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${acceptKey(key)}\r\n\r\n`;
  const CLOSE_1000 = Uint8Array.of(0x88, 2, 0x03, 0xe8);

  async function talkTo(onRequest: (socket: Socket, key: string) => void, words: readonly string[]) {
    const server = createServer((socket) => {
      socket.on('error', () => {});
      socket.once('data', (request) => onRequest(socket, /Sec-WebSocket-Key: (\S+)/i.exec(String(request))?.[1] ?? ''));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const run = await connect(`ws://127.0.0.1:${(server.address() as AddressInfo).port}/`, words);
    server.close();
    return run;
  }

  it('says that not all was sent, and counts nothing that was not', async () => {
    const run = await talkTo(
      (socket, key) => socket.write(Buffer.concat([Buffer.from(answer(key)), CLOSE_1000])),
      ['--send', '/text one', '--send', '/text two'],
    );
    assert.equal(run.errors, 'wsdissect: the connection was over before all was sent\n');
    assert.match(run.output, /\nclosed 1000 \(normal closure\)\n0 sent, 0 received\n$/);
    assert.equal(run.exitCode, 1);
  });

  it('says so too where the server closes before the next is due, whatever is sent', async () => {
    const five = join(folder, 'five.ndjson');
    writeFileSync(five, '{"text":"one"}\n'.repeat(5));
    const one = ['--send', '/text one'];
    const cases: [words: string[], exitCode: number][] = [
      [[...one, ...one, ...one, '--interval', '0.4'], 1],
      [[...one, '--count', '2', '--interval', '0.4'], 1],
      [['--count', '5', '--interval', '0.4'], 1],
      [['--file', five, '--interval', '0.4'], 1],
      // All was sent, or is never sent.
      [[...one, '--interval', '0.4', '--count', '1', '--wait', '0.4'], 0],
      [['--interval', '0.4'], 0],
    ];
    const runs = cases.map(([words]) =>
      talkTo((socket, key) => {
        socket.write(answer(key));
        socket.once('data', () => socket.write(CLOSE_1000));
      }, words),
    );
    for (const [at, run] of (await Promise.all(runs)).entries()) {
      const [words, exitCode] = cases[at];
      const errors = exitCode === 0 ? '' : 'wsdissect: the connection was over before all was sent\n';
      assert.deepEqual([run.exitCode, run.errors], [exitCode, errors], words.join(' '));
      assert.match(run.output, /\nclosed 1000 \(normal closure\)\n1 sent, 0 received\n$/);
    }
  });

  it('prints messages, pings and pongs in the order in which they came', async () => {
    const run = await talkTo(
      (socket, key) => {
        socket.write(`${answer(key)}\x89\x01e`, 'latin1');
        socket.once('data', () => {
          const octets = Buffer.from('\x81\x01a\x81\x01b\x89\x01p\x81\x01c\x8a\x01x\x81\x01d', 'latin1');
          socket.write(Buffer.concat([octets, CLOSE_1000]));
        });
      },
      ['--send', '/ping x', '--wait', '1', '--format', 'ndjson'],
    );
    const came = eventsOf(run.output).filter(({ direction }) => direction === 's2c');
    assert.deepEqual(
      came.map(({ opcode, text }) => text ?? opcode),
      ['ping', 'a', 'b', 'ping', 'c', 'pong', 'd'],
    );
  });

  it('fails where the server answers and closes with an error of its own', async () => {
    const ends: [code: number, octets: Uint8Array, exitCode: number][] = [
      [1011, Uint8Array.of(0x88, 2, 0x03, 0xf3), 1],
      [4000, Uint8Array.of(0x88, 2, 0x0f, 0xa0), 1],
      [1000, CLOSE_1000, 0],
      [1001, Uint8Array.of(0x88, 2, 0x03, 0xe9), 0],
    ];
    for (const [code, octets, exitCode] of ends) {
      // It leaves TCP open, so that the close frame is answered long before the connection is over.
      const run = await talkTo(
        (socket, key) => {
          socket.write(answer(key));
          socket.once('data', () => socket.write(Buffer.concat([Uint8Array.of(0x81, 2, 0x6f, 0x6b), octets])));
        },
        ['--send', '/text one'],
      );
      assert.match(run.output, new RegExp(`\\nclosed ${code}\\b.*\\n1 sent, 1 received`));
      assert.equal(run.exitCode, exitCode, `${code}`);
    }
  });

  it('calls an end clean that both have closed, though a reset follows', async () => {
    const run = await talkTo(
      (socket, key) => {
        socket.write(answer(key));
        socket.once('data', () => {
          socket.write(CLOSE_1000);
          socket.once('data', () => socket.resetAndDestroy());
        });
      },
      ['--send', '/text one'],
    );
    assert.match(run.output, /\nclosed 1000 \(normal closure\)\n1 sent, 0 received\n$/);
    assert.equal(run.exitCode, 0);
  });

  it('says what an answer of 101 lacks, and where a redirection points to', async () => {
    const bare = await talkTo((socket) => socket.end('HTTP/1.1 101 Switching Protocols\r\n\r\n'), []);
    assert.match(bare.errors, /bad handshake \(the answer has no Upgrade field/);
    const found = await talkTo(
      (socket) => socket.end('HTTP/1.1 302 Found\r\nLocation: ws://elsewhere/\r\nContent-Length: 0\r\n\r\n'),
      [],
    );
    const other = await talkTo((socket) => socket.end('SSH-2.0-x\r\n'), []);
    assert.match(other.errors, /^wsdissect: ws:\S+: what came is no HTTP; check that it is a WebSocket server\n$/);
    assert.match(found.errors, /connect to where it points to, "ws:\/\/elsewhere\/"\n$/);
  });
});

describe('completion at the prompt', () => {
  const completions = { types: ['pb.Ping', 'pb.Pong', 'chat.Say'], fieldsOf: () => ['seq', 'note'] };
  const cases: [line: string, found: string[], word: string][] = [
    ['pb.P', ['pb.Ping ', 'pb.Pong '], 'pb.P'],
    ['pi', ['pb.Ping '], 'pi'],
    ['/te', ['/text '], '/te'],
    ['pb.Ping {"s', ['"seq":'], '"s'],
    ['pb.Ping {"seq":1,"', ['"seq":', '"note":'], '"'],
    ['pb.Ping {', ['"seq":', '"note":'], ''],
    ['zzz', [], 'zzz'],
  ];
  for (const [line, found, word] of cases) {
    it(`of ${line}`, () => assert.deepEqual(complete(line, completions), [found, word]));
  }
});
