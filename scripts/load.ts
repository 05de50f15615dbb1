// Load on a server of its own on loopback: so many clients, each with so many Pings a second, for so long; then whether every
// Ping was answered, how memory went, and whether the capture holds it all. `npm run load`; a test runs a smaller one.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn, setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { articleProtocol, connect, type WebSocketConnection } from '../src/endpoint/index.ts';
import { dissect } from '../src/index.ts';

const PROGRAM = fileURLToPath(new URL('../bin/wsdissect.js', import.meta.url));
const REGISTRY = fileURLToPath(new URL('../fixtures/walkthrough/walkthrough.registry.yaml', import.meta.url));
/** Clients that connect at once, and messages that are sent in one turn of the event loop. */
const AT_ONCE = 50;
/** Milliseconds without any answer that are taken for the end of them. */
const SILENCE = 10_000;
const LOOK = 100;
const ENOUGH_SAMPLES = 20;
const MEBIBYTE = 1024 * 1024;

export interface LoadOptions {
  clients: number;
  seconds: number;
  /** Messages a second and client. */
  rate: number;
}

export interface LoadReport {
  sent: number;
  answered: number;
  /** Answers that were not the next one expected. */
  wrong: number;
  /** Seconds from the first message to the last answer. */
  seconds: number;
  /** Resident memory of the server in MiB, about once a second. */
  memory: number[];
  /** Round trips in milliseconds. */
  median: number;
  slowest: number;
  capture: { octets: number; pings: number; pongs: number; diagnostics: number; complete: boolean };
}

class LoadClient {
  readonly #connection: WebSocketConnection;
  readonly #sentAt: number[] = [];
  readonly over: Promise<void>;
  sent = 0;
  answered = 0;
  wrong = 0;
  readonly roundTrips: number[] = [];

  constructor(connection: WebSocketConnection) {
    this.#connection = connection;
    this.over = this.#listen();
  }

  async send(): Promise<void> {
    this.sent++;
    this.#sentAt.push(performance.now());
    await this.#connection.send('pb.Ping', { seq: this.sent });
  }

  /** Closes when all is answered, or nothing more seems to come. */
  async close(): Promise<void> {
    let answered = this.answered;
    for (let silence = 0; this.answered < this.sent && silence < SILENCE; silence += LOOK) {
      await wait(LOOK);
      if (this.answered > answered) silence = 0;
      answered = this.answered;
    }
    await this.#connection.close();
    await this.over;
  }

  async #listen(): Promise<void> {
    for await (const message of this.#connection) {
      this.answered++;
      this.roundTrips.push(performance.now() - (this.#sentAt.shift() ?? 0));
      if (this.#connection.unmarshal(message).value.seq !== this.answered) this.wrong++;
    }
  }
}

/** @throws where the server does not start or a client cannot connect */
export async function runLoad({ clients: count, seconds, rate }: LoadOptions): Promise<LoadReport> {
  const folder = mkdtempSync(join(tmpdir(), 'wsdissect-load-'));
  const capture = join(folder, 'load.pcap');
  const words = ['serve', '--host', '127.0.0.1', '--port', '0', '--deadline', '0', '--capture', capture];
  const server = spawn(process.execPath, [PROGRAM, ...words], { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    const url = `ws://127.0.0.1:${await portOf(server)}/connect`;
    const protocol = await articleProtocol();
    const clients: LoadClient[] = [];
    while (clients.length < count) {
      const crowd = Array.from({ length: Math.min(AT_ONCE, count - clients.length) }, () => connect(url, { protocol }));
      for (const { connection } of await Promise.all(crowd)) clients.push(new LoadClient(connection));
    }
    const memory: number[] = [];
    const sampling = setInterval(() => memory.push(residentMemory(server)), 1000);
    const begun = performance.now();
    await sendAll(clients, seconds, rate);
    await Promise.all(clients.map((client) => client.close()));
    const lasted = (performance.now() - begun) / 1000;
    clearInterval(sampling);
    const ended = once(server, 'close');
    server.kill('SIGTERM');
    await ended;
    const roundTrips = Float64Array.from(clients.flatMap((client) => client.roundTrips)).sort();
    return {
      sent: sum(clients, 'sent'),
      answered: sum(clients, 'answered'),
      wrong: sum(clients, 'wrong'),
      seconds: lasted,
      memory,
      median: roundTrips[roundTrips.length >> 1],
      slowest: roundTrips[roundTrips.length - 1],
      capture: { octets: statSync(capture).size, ...(await read(capture)) },
    };
  } finally {
    server.kill('SIGKILL');
    rmSync(folder, { recursive: true });
  }
}

/** What it prints later is read as well, so that the pipe does not fill. */
function portOf(server: ChildProcess): Promise<number> {
  let text = '';
  return new Promise((started, failed) => {
    server.stdout?.on('data', (octets) => {
      if (text.includes('\n')) return;
      text += octets;
      const port = /^启动WS服务器成功 : (\d+)\n/.exec(text)?.[1];
      if (port !== undefined) started(Number(port));
    });
    server.once('close', () => failed(new Error('the server did not start')));
  });
}

/** One after the other, spread over the time between two messages of a client; answers are read between. */
async function sendAll(clients: readonly LoadClient[], seconds: number, rate: number): Promise<void> {
  const total = Math.round(seconds * rate) * clients.length;
  const pause = 1000 / (rate * clients.length);
  const begun = performance.now();
  for (let count = 0; count < total; count++) {
    const early = begun + count * pause - performance.now();
    if (early >= 1) await wait(early);
    else if (count % AT_ONCE === 0) await nextTurn();
    await clients[count % clients.length].send();
  }
}

function residentMemory({ pid }: ChildProcess): number {
  try {
    const kibibytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return Math.round(Number(kibibytes) / 1024);
  } catch {
    return Number.NaN;
  }
}

async function read(path: string): Promise<Omit<LoadReport['capture'], 'octets'>> {
  const found = { pings: 0, pongs: 0, diagnostics: 0, complete: false };
  for await (const event of dissect(path, { registry: REGISTRY })) {
    if (event.type === 'message' && event.decoded?.type === 'pb.Ping') found.pings++;
    if (event.type === 'message' && event.decoded?.type === 'pb.Pong') found.pongs++;
    if (event.type === 'diagnostic') found.diagnostics++;
    if (event.type === 'summary') found.complete = event.complete;
  }
  return found;
}

function sum(clients: readonly LoadClient[], what: 'sent' | 'answered' | 'wrong'): number {
  return clients.reduce((total, client) => total + client[what], 0);
}

/** Why the run was not as it must be; empty where it was. */
export function faultsOf({ sent, answered, wrong, memory, capture }: LoadReport): string[] {
  const faults: string[] = [];
  if (answered !== sent) faults.push(`${sent - answered} of ${sent} messages were not answered`);
  if (wrong > 0) faults.push(`${wrong} answers were not the next one`);
  if (capture.pings !== sent) faults.push(`the capture has ${capture.pings} of ${sent} Pings`);
  if (capture.pongs !== answered) faults.push(`the capture has ${capture.pongs} of ${answered} Pongs`);
  if (capture.diagnostics > 0) faults.push(`the capture has ${capture.diagnostics} diagnostics`);
  if (!capture.complete) faults.push('the capture is not complete');
  // A run of a few seconds has not come to rest yet.
  if (memory.length < ENOUGH_SAMPLES) return faults;
  const third = Math.floor(memory.length / 3);
  const early = Math.max(...memory.slice(third, 2 * third));
  const late = Math.max(...memory.slice(2 * third));
  if (late > early * 1.25) faults.push(`memory grew from ${early} to ${late} MiB in the last third`);
  return faults;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      clients: { type: 'string', default: '1000' },
      seconds: { type: 'string', default: '30' },
      rate: { type: 'string', default: '20' },
    },
  });
  const options = { clients: Number(values.clients), seconds: Number(values.seconds), rate: Number(values.rate) };
  const report = await runLoad(options);
  const { sent, answered, seconds, median, slowest, memory, capture } = report;
  console.log(`${options.clients} clients, ${sent} messages sent, ${answered} answered in ${seconds.toFixed(1)} s`);
  console.log(`round trip: median ${median.toFixed(1)} ms, slowest ${slowest.toFixed(0)} ms`);
  console.log(`memory of the server, MiB a second: ${memory.join(' ')}`);
  const size = (capture.octets / MEBIBYTE).toFixed(0);
  console.log(
    `capture: ${size} MiB, ${capture.pings} Pings, ${capture.pongs} Pongs, ${capture.diagnostics} diagnostics`,
  );
  const faults = faultsOf(report);
  for (const fault of faults) console.log(`not as it must be: ${fault}`);
  if (faults.length > 0) process.exitCode = 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
