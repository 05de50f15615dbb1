// What HTTP costs a short connection, in nanoseconds: one upgrade request and its 101, each whole in its segment. Knows
// nothing of packets and events.
//
//   npx esbuild bench/http.ts --bundle --platform=node --format=esm --outfile=/tmp/bench-http.mjs && node /tmp/bench-http.mjs

import { acceptKey } from '../src/http/accept-key.ts';
import type { HttpHead, RequestHead, ResponseHead } from '../src/http/head.ts';
import type { HttpSink } from '../src/http/http-sink.ts';
import { HttpReader } from '../src/http/message-reader.ts';
import { isUpgradeAttempt, judgeUpgrade } from '../src/http/upgrade.ts';

const CONNECTIONS = 4000;
const BATCH = 100;
const ROUNDS = 120;

/** The heads of many connections one after the other, as in a block of a capture. */
class Conversations {
  readonly octets: Uint8Array;
  /** Where the heads begin: request and answer by turns, and the end at last. */
  readonly offsets: number[] = [];

  constructor(connections: number) {
    const texts: string[] = [];
    let length = 0;
    const add = (text: string) => {
      this.offsets.push(length);
      texts.push(text);
      length += text.length;
    };
    for (let connection = 0; connection < connections; connection++) {
      const key = btoa(String(connection).padStart(16, 'k'));
      add(
        `GET /connect HTTP/1.1\r\nHost: 10.7.0.1:8888\r\nUser-Agent: Go-http-client/1.1\r\nConnection: Upgrade\r\nSec-WebSocket-Key: ${key}\r\nSec-WebSocket-Version: 13\r\nUpgrade: websocket\r\n\r\n`,
      );
      add(
        `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${acceptKey(key)}\r\n\r\n`,
      );
    }
    this.offsets.push(length);
    this.octets = new Uint8Array(Buffer.from(texts.join(''), 'latin1'));
  }
}

/** Keeps the last head, as an opening does that of a request. */
class LastHead implements HttpSink {
  head: HttpHead | null = null;

  onHead(head: HttpHead): 'stop' {
    head.text.keep();
    this.head = head;
    return 'stop';
  }

  onBody(): void {}

  onMessageEnd(): 'go-on' {
    return 'go-on';
  }
}

const { octets, offsets } = new Conversations(CONNECTIONS);
/** Used again, as openings are. */
const readers = Array.from({ length: BATCH }, () => [new HttpReader('request'), new HttpReader('response')] as const);
const requests: RequestHead[] = [];
const responses: ResponseHead[] = [];

/** Reads `connections[first, end)`. */
function parse(first: number, end: number): void {
  const sink = new LastHead();
  requests.length = 0;
  responses.length = 0;
  for (let connection = first; connection < end; connection++) {
    const at = 2 * connection;
    const [client, server] = readers[connection - first];
    client.restart(0);
    server.restart(0);
    client.feed(octets, offsets[at], offsets[at + 1], sink);
    const request = sink.head as RequestHead;
    server.expect(request.method);
    server.feed(octets, offsets[at + 1], offsets[at + 2], sink);
    requests.push(request);
    responses.push(sink.head as ResponseHead);
  }
}

function checkAttempts(): void {
  for (const request of requests) if (!isUpgradeAttempt(request)) throw new Error('an attempt is missed');
}

function judge(): void {
  for (let at = 0; at < requests.length; at++) {
    if (judgeUpgrade(requests[at], responses[at]).accept !== 'ok') throw new Error('a sound handshake is refused');
  }
}

function listFields(): void {
  for (let at = 0; at < requests.length; at++) {
    if (requests[at].headers.length + responses[at].headers.length !== 9) throw new Error('fields are missing');
  }
}

const STEPS = Object.entries({ parse, 'attempt check': checkAttempts, judge, 'list of fields': listFields });
const rounds = STEPS.map((): number[] => []);
for (let round = 0; round < ROUNDS; round++) {
  const totals = STEPS.map(() => 0);
  // In batches, so that heads die young, as they do in a capture.
  for (let first = 0; first < CONNECTIONS; first += BATCH) {
    for (const [index, [, step]] of STEPS.entries()) {
      const start = performance.now();
      step(first, Math.min(first + BATCH, CONNECTIONS));
      totals[index] += performance.now() - start;
    }
  }
  for (const [index, total] of totals.entries()) rounds[index].push((total * 1e6) / CONNECTIONS);
}
for (const [index, [name]] of STEPS.entries()) {
  const taken = rounds[index].sort((a, b) => a - b);
  const [least, median] = [taken[0], taken[ROUNDS >> 1]].map((time) => time.toFixed(0).padStart(6));
  console.log(`${name.padEnd(16)} ${median} ns a connection, at least ${least}`);
}
