// Statistics: what is counted, and how it is shown.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import stringWidth from 'string-width';
import { Origin } from '../../src/capture/packet.ts';
import type { PayloadCodec } from '../../src/codec/codec.ts';
import { CaptureClock } from '../../src/dissect/clock.ts';
import type {
  ControlView,
  ConversationView,
  DirectionIndex,
  EndView,
  HandshakeView,
  MessageView,
} from '../../src/dissect/sink.ts';
import type { RequestHead } from '../../src/http/head.ts';
import { Histogram } from '../../src/output/stats/histogram.ts';
import { PingClock } from '../../src/output/stats/ping-clock.ts';
import { formatStats } from '../../src/output/stats/report-text.ts';
import { StatsOutput } from '../../src/output/stats/stats-output.ts';
import { at, end, handshake, summary } from './sample-events.ts';

const START = 1_700_000_000;

function origin(packet: number, microseconds: number): Origin {
  const moment = new Origin();
  moment.number = packet;
  moment.seconds = START + Math.floor(microseconds / 1e6);
  moment.nanoseconds = (microseconds % 1e6) * 1000;
  return moment;
}

function makeStats(codec: PayloadCodec | null = null, connectionRows?: number): StatsOutput {
  const clock = new CaptureClock();
  clock.start(origin(1, 0));
  return new StatsOutput({ codec, ...(connectionRows === undefined ? {} : { connectionRows }) }, clock);
}

function conversation(connection = 0): ConversationView {
  const client = { address: '10.7.0.2', port: 41001 };
  return { connection, place: connection, client, server: { address: 'fd00::1', port: 8888 } };
}

function upgrade(
  of: ConversationView,
  asked: number,
  answered: number,
  status: number | null = 101,
  unreadAnswer: HandshakeView['unreadAnswer'] = null,
): HandshakeView {
  return {
    conversation: of,
    origin: origin(2, answered),
    requestOrigin: origin(1, asked),
    target: '/',
    status,
    request: {} as RequestHead,
    response: null,
    unreadAnswer,
    body: '',
    get verdict(): never {
      throw new Error('a handshake was judged that nobody asked of');
    },
    event: () => handshake(2),
  };
}

function ended(packet: number, of = conversation()): EndView {
  const event = end(packet, { connection: of.connection });
  return {
    conversation: of,
    origin: origin(packet, packet * 1000),
    how: event.how,
    counts: () => event.c2s,
    event: () => event,
  };
}

interface Said {
  of?: ConversationView;
  direction?: DirectionIndex;
  opcode?: number;
  length?: number;
  payload?: number[];
  at?: number;
}

function view(said: Said): MessageView & ControlView {
  const octets = Uint8Array.from(said.payload ?? []);
  return {
    conversation: said.of ?? conversation(),
    direction: said.direction ?? 0,
    origin: origin(3, said.at ?? 0),
    index: 0,
    opcode: said.opcode ?? 2,
    length: said.length ?? octets.length,
    wireLength: said.length === -1 ? 7 : (said.length ?? octets.length),
    frames: 1,
    compressed: said.length === -1,
    opaque: false,
    firstPacket: 3,
    readable: true,
    wellFormed: true,
    read: () => {
      if (said.payload === undefined) throw new Error('a payload was read that nobody needs');
    },
    octets,
    start: 0,
    end: octets.length,
  };
}

test('a histogram is exact below 1,024', () => {
  const histogram = new Histogram();
  for (let value = 0; value <= 1000; value++) histogram.record(value);
  assert.deepEqual(
    [0, 0.5, 0.95, 1].map((share) => histogram.quantile(share)),
    [0, 500, 950, 1000],
  );
});

test('a histogram is within 0.4 % of any value up to 2^53', () => {
  for (let value = 1; value < 2 ** 53; value = Math.ceil(value * 1.37)) {
    const histogram = new Histogram();
    histogram.record(0);
    histogram.record(value);
    histogram.record(Number.MAX_SAFE_INTEGER);
    const found = histogram.quantile(0.5);
    assert.ok(Math.abs(found - value) <= value * 0.004, `${value} is told as ${found}`);
    assert.equal(histogram.sum, value + Number.MAX_SAFE_INTEGER);
  }
});

test('histograms add up', () => {
  const [small, large] = [new Histogram(), new Histogram()];
  for (let value = 0; value < 100; value++) small.record(value);
  for (let value = 0; value < 101; value++) large.record(5000);
  small.add(large);
  assert.deepEqual([small.count, small.min, small.max, small.quantile(0.25)], [201, 0, 5000, 50]);
  assert.ok(Number.isNaN(new Histogram().quantile(0.5)));
});

test('a pong answers the ping of the same payload, and gives up those before', () => {
  const clock = new PingClock();
  const payload = (octet: number) => Uint8Array.of(octet);
  clock.onPing(payload(1), 0, 1, origin(1, 0));
  clock.onPing(payload(2), 0, 1, origin(2, 10));
  clock.onPing(payload(3), 0, 1, origin(3, 20));
  assert.equal(clock.onPong(payload(9), 0, 1, origin(4, 30)), Number.NaN);
  assert.equal(clock.onPong(payload(2), 0, 1, origin(5, 40)), 30_000);
  assert.equal(clock.onPong(payload(1), 0, 1, origin(6, 50)), Number.NaN);
  assert.equal(clock.onPong(payload(2), 0, 1, origin(7, 60)), Number.NaN);
  assert.equal(clock.onPong(payload(3), 0, 1, origin(8, 70)), 50_000);
});

test('a pong answers the earliest of equal pings, and pings that none is for are no part of what comes later', () => {
  const clock = new PingClock();
  const pongAt = (microseconds: number) => clock.onPong(new Uint8Array(0), 0, 0, origin(1, microseconds));
  const pingAt = (microseconds: number) => clock.onPing(new Uint8Array(0), 0, 0, origin(1, microseconds));
  for (const microseconds of [0, 10, 20]) pingAt(microseconds);
  assert.deepEqual([pongAt(100), pongAt(110), pongAt(120), pongAt(130)], [100_000, 100_000, 100_000, Number.NaN]);
  // The first is never answered by itself.
  for (const microseconds of [1000, 2000]) pingAt(microseconds);
  assert.equal(pongAt(2005), 1_005_000);
  for (const microseconds of [3000, 4000]) {
    pingAt(microseconds);
    assert.equal(pongAt(microseconds + 5), 5000);
  }
});

test('a pong finds its ping among the last 64, however many there were', () => {
  const clock = new PingClock();
  for (let count = 0; count < 100; count++) clock.onPing(Uint8Array.of(count), 0, 1, origin(1, count));
  assert.equal(clock.onPong(Uint8Array.of(35), 0, 1, origin(2, 100)), Number.NaN);
  assert.equal(clock.onPong(Uint8Array.of(36), 0, 1, origin(2, 100)), 64_000);
});

test("a type's rate is over the time from its earliest message to its latest, in whichever order they are told", () => {
  const stats = makeStats();
  // As of a connection that began before the capture, of which one direction is understood after the other.
  for (const at of [5_000, 900_000, 1_000_000, 0]) stats.onMessage(view({ at }));
  assert.equal(stats.report().types[0].rate, 3);
});

test('counts messages, octets and sizes by connection, direction and type', () => {
  const stats = makeStats();
  stats.onHandshake(upgrade(conversation(), 0, 2000));
  for (let count = 1; count <= 100; count++) stats.onMessage(view({ length: count, at: count * 1000 }));
  stats.onMessage(view({ direction: 1, opcode: 1, length: 7 }));
  stats.onEnd(ended(1002));
  const { connections, types, total } = stats.report();
  assert.equal(connections[0].c2s.messages, 100);
  assert.equal(connections[0].c2s.octets, 5050);
  assert.deepEqual(connections[0].c2s.sizes, { min: 1, median: 50, p95: 95, max: 100 });
  assert.equal(connections[0].duration, 1);
  assert.equal(connections[0].c2s.rate, 100);
  assert.equal(connections[0].handshake, 0.002);
  assert.deepEqual(
    types.map(({ direction, name, messages }) => [direction, name, messages]),
    [
      ['c2s', 'binary', 100],
      ['s2c', 'text', 1],
    ],
  );
  assert.equal(types[0].rate, 1000);
  assert.equal(types[1].rate, null);
  assert.equal(total.c2s.octets, 5050);
});

test('reads payloads only where a registry names their types', () => {
  assert.equal(makeStats().needs.payloads, false);
  makeStats().onMessage(view({ length: 5 }));
  const codec: PayloadCodec = {
    write: () => null,
    typeOf: (octets, start) => (octets[start] === 1 ? 'pb.Ping' : null),
  };
  const stats = makeStats(codec);
  assert.equal(stats.needs.payloads, true);
  stats.onMessage(view({ payload: [1] }));
  stats.onMessage(view({ payload: [9] }));
  stats.onMessage(view({ opcode: 1, length: 3 }));
  assert.deepEqual(
    stats.report().types.map((type) => type.name),
    ['pb.Ping', 'binary, not in the registry', 'text'],
  );
});

test('a message that was not inflated counts by its octets on the wire', () => {
  const stats = makeStats();
  stats.onMessage(view({ length: -1 }));
  assert.deepEqual([stats.report().notInflated, stats.report().total.c2s.octets], [1, 7]);
});

test("times each first answer: from the client's message to the server's next", () => {
  const stats = makeStats();
  for (const [direction, microseconds] of [
    [1, 0],
    [0, 100],
    [0, 150],
    [1, 300],
    [1, 400],
    [0, 1000],
    [1, 1500],
  ] as const) {
    stats.onMessage(view({ direction, opcode: direction === 0 ? 1 : 2, length: 1, at: microseconds }));
  }
  const [exchange] = stats.report().exchanges;
  assert.deepEqual([exchange.asked, exchange.answered, exchange.count], ['text', 'binary', 2]);
  assert.deepEqual([exchange.time.min, exchange.time.max], [200e-6, 500e-6]);
});

test('exchanges of different connections do not mix', () => {
  const stats = makeStats();
  stats.onMessage(view({ of: conversation(0), length: 1 }));
  stats.onMessage(view({ of: conversation(1), direction: 1, length: 1, at: 50 }));
  assert.deepEqual(stats.report().exchanges, []);
});

test('ping round trips are found in both directions', () => {
  const stats = makeStats();
  stats.onControl(view({ opcode: 9, payload: [1], at: 0 }));
  stats.onControl(view({ opcode: 9, direction: 1, payload: [1], at: 10 }));
  stats.onControl(view({ opcode: 10, direction: 1, payload: [1], at: 100 }));
  stats.onControl(view({ opcode: 10, direction: 0, payload: [1], at: 310 }));
  const { pings } = stats.report().connections[0];
  assert.deepEqual([pings.sent, pings.answered], [2, 2]);
  assert.deepEqual([pings.roundTrip?.min, pings.roundTrip?.max], [100e-6, 300e-6]);
});

test('a pong captured before its ping answers it, and the pings behind are timed by their own', () => {
  const stats = makeStats();
  // Of every pair the pong stands first, in the order of the capture; of the last its time is earlier too.
  for (const at of [1000, 2000]) {
    stats.onControl(view({ opcode: 10, direction: 1, payload: [1], at: at + 50 }));
    stats.onControl(view({ opcode: 9, payload: [1], at }));
  }
  stats.onControl(view({ opcode: 10, direction: 1, payload: [1], at: 2999 }));
  stats.onControl(view({ opcode: 9, payload: [1], at: 3000 }));
  const { pings } = stats.report().connections[0];
  assert.deepEqual([pings.sent, pings.answered], [3, 3]);
  assert.deepEqual([pings.roundTrip?.min, pings.roundTrip?.max], [50e-6, 50e-6]);
});

test('of pings that all say the same each has its own pong, also where the first ping was not captured', () => {
  const stats = makeStats();
  for (let number = 0; number < 5; number++) {
    const at = number * 1_000_000;
    if (number > 0) stats.onControl(view({ opcode: 9, payload: [7], at }));
    stats.onControl(view({ opcode: 10, direction: 1, payload: [7], at: at + 50_000 }));
  }
  const { pings } = stats.report().connections[0];
  assert.deepEqual([pings.sent, pings.answered], [4, 4]);
  assert.deepEqual([pings.roundTrip?.min, pings.roundTrip?.max], [0.05, 0.05]);
});

test('a pong without payload is no answer to a ping that is captured later', () => {
  const stats = makeStats();
  stats.onControl(view({ opcode: 10, direction: 1, payload: [], at: 100 }));
  stats.onControl(view({ opcode: 9, payload: [], at: 200 }));
  const { pings } = stats.report().connections[0];
  assert.deepEqual([pings.sent, pings.answered, pings.roundTrip], [1, 0, null]);
});

test('pings are not called unanswered where answers may be hidden by a selection', () => {
  const stats = new StatsOutput({ codec: null, isWhole: false }, new CaptureClock());
  stats.onControl(view({ opcode: 9, payload: [1], at: 0 }));
  const report = stats.report();
  assert.deepEqual([report.total.pings.sent, report.total.pings.answered], [1, null]);
  assert.ok(formatStats(report, { width: 80, colour: false }).some((line) => line.includes('– of 1')));
});

test('a connection whose upgrade was not captured begins with what it says first', () => {
  const stats = makeStats();
  stats.onMessage(view({ length: 5, at: 1000 }));
  stats.onMessage(view({ length: 5, at: 2000 }));
  stats.onEnd(ended(3));
  assert.equal(stats.report().connections[0].duration, 0.002);
});

test('a duration has no digits behind the nanoseconds, which the difference of two doubles would have', () => {
  assert.notEqual(0.027 - 0.006, 0.021);
  const stats = makeStats();
  stats.onMessage(view({ length: 5, at: 6000 }));
  stats.onEnd(ended(27));
  assert.equal(stats.report().connections[0].duration, 0.021);
});

test('connections stand by their numbers, also where a later one speaks first', () => {
  const stats = makeStats();
  for (const connection of [2, 0, 1]) stats.onMessage(view({ of: conversation(connection), length: 1 }));
  assert.deepEqual(
    stats.report().connections.map(({ connection }) => connection),
    [0, 1, 2],
  );
});

test('connections beyond the limit are in the totals only', () => {
  const stats = makeStats(null, 2);
  for (let connection = 0; connection < 5; connection++) {
    stats.onHandshake(upgrade(conversation(connection), 0, 1000));
    stats.onMessage(view({ of: conversation(connection), length: 10 }));
    stats.onEnd(ended(5, conversation(connection)));
  }
  const report = stats.report();
  assert.deepEqual([report.connections.length, report.connectionsOmitted, report.total.c2s.messages], [2, 3, 5]);
  assert.match(
    formatStats(report, { width: 80, colour: false }).join('\n'),
    /3 further connections only in the totals/,
  );
});

test('where no connection has a row, the totals stand with a word of them', () => {
  const stats = makeStats(null, 0);
  stats.onHandshake(upgrade(conversation(), 0, 1000));
  stats.onMessage(view({ of: conversation(), length: 10 }));
  const text = formatStats(stats.report(), { width: 80, colour: false }).join('\n');
  assert.match(text, /all {2}→ {2}clients .*\n.*\n1 further connection only in the totals\./);
});

test('handshakes that were refused, and those without an answer, are counted, and are no connections', () => {
  const stats = makeStats();
  stats.onHandshake(upgrade(conversation(), 0, 1, 403));
  stats.onHandshake(upgrade(conversation(), 0, 1, null));
  stats.onHandshake(upgrade(conversation(), 0, 1, null, 'tls'));
  stats.onEnd(ended(5));
  const report = stats.report();
  const { refusedHandshakes, unansweredHandshakes, unreadAnswers, webSocketConnections } = report;
  assert.deepEqual([refusedHandshakes, unansweredHandshakes, unreadAnswers, webSocketConnections], [1, 2, 1, 0]);
  const text = formatStats(report, { width: 80, colour: false }).join('\n');
  assert.match(
    text,
    /^1 upgrade request refused by the server\.\n1 upgrade request without an answer in the capture\.\n1 upgrade request answered with no HTTP that can be read\.$/m,
  );
});

test('prints tables on 80 columns', () => {
  const stats = makeStats();
  stats.onHandshake(upgrade(conversation(), 0, 2000));
  stats.onMessage(view({ length: 5, at: 2500 }));
  stats.onMessage(view({ length: 20_000, direction: 1, at: 2800 }));
  stats.onControl(view({ opcode: 9, payload: [1], at: 3000 }));
  stats.onControl(view({ opcode: 10, direction: 1, payload: [1], at: 3079 }));
  stats.onEvent({
    type: 'diagnostic',
    ...at(4),
    code: 'masking-key-zero',
    severity: 'warning',
    direction: 'c2s',
    message: '',
    reference: '',
  });
  stats.onEnd(ended(502));
  stats.onEvent(summary());
  assert.equal(
    formatStats(stats.report(), { width: 80, colour: false }).join('\n'),
    `Messages by connection
#     from            messages  octets  per s    min  median    p95    max
──────────────────────────────────────────────────────────────────────────
0  →  10.7.0.2:41001         1     5 B   2.00      5       5      5      5
   ←  [fd00::1]:8888         1   20 kB   2.00  20 kB   20 kB  20 kB  20 kB

Times by connection
#  ended by      open for  handshake   pongs  round trip      max
─────────────────────────────────────────────────────────────────
0  close frames    500 ms    2.00 ms  1 of 1     79.0 µs  79.0 µs
Handshake: from the upgrade request to its answer. Round trip: median from ping
to pong.

Messages by type
   type    messages  octets  per s    min  median    p95    max
───────────────────────────────────────────────────────────────
→  binary         1     5 B      –      5       5      5      5
←  binary         1   20 kB      –  20 kB   20 kB  20 kB  20 kB
Sizes are exact below 1,024 octets; above, median and p95 are within 0.4 %.

Request to answer
client  server  times     min  median     p95     max
─────────────────────────────────────────────────────
binary  binary      1  300 µs  300 µs  300 µs  300 µs
From a client's message to the server's next; what the client sends between is
not counted.

Diagnostics
severity  code              times
─────────────────────────────────
warning   masking-key-zero      1

Handshakes, closings and UTF-8 are not judged here, but by \`wsdissect FILE\`.
2 messages, 2 control frames in 1 WebSocket connection; 16 packets, 1.7 kB,
  nothing skipped; 1 warning`,
  );
});

test('no line of the tables is too wide, and type names are escaped', () => {
  const codec: PayloadCodec = { write: () => null, typeOf: () => '消息\x1b[2J'.repeat(40) };
  const stats = makeStats(codec);
  stats.onMessage(view({ payload: [1] }));
  stats.onMessage(view({ payload: [1], direction: 1 }));
  const lines = formatStats(stats.report(), { width: 80, colour: false });
  for (const line of lines) {
    assert.ok(stringWidth(line) <= 80, line);
    assert.doesNotMatch(line, /\x1b/);
  }
});

test('a capture without WebSocket says so', () => {
  const stats = makeStats();
  stats.onEvent(summary({ webSocketConnections: 0, messages: 0, tcpConnections: 0 }));
  assert.match(formatStats(stats.report(), { width: 80, colour: false })[0], /^No WebSocket conversation/);
});
