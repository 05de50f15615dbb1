// Records the article's conversation in real packets: `sudo node --import tsx scripts/record-walkthrough.ts`. Two network
// namespaces joined by a virtual Ethernet cable hold a server and a client of the `ws` package, and tcpdump listens at the
// server's end. It knows nothing of wsdissect: what it sends is the truth that the fixture is tested against.

import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { WebSocket, WebSocketServer } from 'ws';

const FIXTURE = fileURLToPath(new URL('../fixtures/walkthrough/', import.meta.url));
const CAPTURE = `${FIXTURE}walkthrough.pcap`;
const SERVER = { namespace: 'wsdissect-server', device: 'wsd-server', address: '10.8.0.1' };
const CLIENT = { namespace: 'wsdissect-client', device: 'wsd-client', address: '10.8.0.2' };
const PORT = 8888;

/** Id 1, big-endian, and a pb.Ping: field 1, varint 150. */
const PING = Uint8Array.of(0x00, 0x01, 0x08, 0x96, 0x01);
/** Id 2 and a pb.Pong: the same number, and in field 2 the six octets of "收到" ("received"). */
const PONG = Uint8Array.of(0x00, 0x02, 0x08, 0x96, 0x01, 0x12, 0x06, 0xe6, 0x94, 0xb6, 0xe5, 0x88, 0xb0);

/** What a reader has to find. */
const EXPECTED = {
  what: "The article's conversation in real packets: pb.Ping, pb.Pong, close 1000.",
  registry: 'walkthrough.registry.yaml',
  complete: true,
  connections: [
    {
      target: '/connect',
      status: 101,
      subprotocol: null,
      messages: [
        { direction: 'c2s', opcode: 'binary', length: 5, decoded: { id: 1, type: 'pb.Ping', value: { seq: 150 } } },
        {
          direction: 's2c',
          opcode: 'binary',
          length: 13,
          decoded: { id: 2, type: 'pb.Pong', value: { seq: 150, note: '收到' } },
        },
      ],
      controls: [
        { direction: 'c2s', opcode: 'close', length: 2, code: 1000, reason: '' },
        { direction: 's2c', opcode: 'close', length: 2, code: 1000, reason: '' },
      ],
      diagnostics: [],
    },
  ],
};

/** Milliseconds: longer than a delayed ACK waits, so that each step has its own packet as in the article. */
const THINKING = 150;

const wait = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

function serve(): void {
  const server = new WebSocketServer({ port: PORT, path: '/connect', perMessageDeflate: false });
  server.on('connection', (socket) => {
    socket.on('message', async () => {
      await wait(THINKING);
      socket.send(PONG);
    });
    socket.on('close', () => server.close());
  });
  server.on('listening', () => console.log('listening'));
}

async function connect(): Promise<void> {
  const socket = new WebSocket(`ws://${SERVER.address}:${PORT}/connect`, { perMessageDeflate: false });
  await once(socket, 'open');
  await wait(THINKING);
  socket.send(PING);
  await once(socket, 'message');
  await wait(THINKING);
  socket.close(1000);
  await once(socket, 'close');
}

function ip(...words: string[]): void {
  execFileSync('ip', words, { stdio: ['ignore', 'ignore', 'inherit'] });
}

function inNamespace(namespace: string, command: string, words: string[]): ChildProcess {
  return spawn('ip', ['netns', 'exec', namespace, command, ...words], { stdio: ['ignore', 'pipe', 'pipe'] });
}

function thisScriptAs(role: 'serve' | 'connect', namespace: string): ChildProcess {
  return inNamespace(namespace, process.execPath, ['--import', 'tsx', fileURLToPath(import.meta.url), role]);
}

async function record(): Promise<void> {
  for (const { namespace } of [SERVER, CLIENT]) ip('netns', 'add', namespace);
  try {
    ip(
      'link',
      'add',
      SERVER.device,
      'netns',
      SERVER.namespace,
      'type',
      'veth',
      'peer',
      'name',
      CLIENT.device,
      'netns',
      CLIENT.namespace,
    );
    for (const { namespace, device, address } of [SERVER, CLIENT]) {
      ip('-n', namespace, 'address', 'add', `${address}/24`, 'dev', device);
      ip('-n', namespace, 'link', 'set', device, 'up');
    }
    const filter = ['-i', SERVER.device, '-U', '--immediate-mode', '-Z', 'root', '-w', CAPTURE, `tcp port ${PORT}`];
    const tcpdump = inNamespace(SERVER.namespace, 'tcpdump', filter);
    await once(tcpdump.stderr!, 'data');
    const server = thisScriptAs('serve', SERVER.namespace);
    await once(server.stdout!, 'data');
    await once(thisScriptAs('connect', CLIENT.namespace), 'exit');
    await wait(500);
    tcpdump.kill('SIGINT');
    await once(tcpdump, 'exit');
    writeFileSync(`${FIXTURE}expected.json`, `${JSON.stringify(EXPECTED, null, 2)}\n`);
  } finally {
    for (const { namespace } of [SERVER, CLIENT]) ip('netns', 'delete', namespace);
  }
}

const [role] = process.argv.slice(2);
if (role === 'serve') serve();
else if (role === 'connect') await connect();
else await record();
