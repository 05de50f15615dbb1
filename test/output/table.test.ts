// The table as it is printed.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import stringWidth from 'string-width';
import type {
  FrameEvent,
  FurtherConnections,
  MidstreamEvent,
  OtherConnections,
  WsdissectEvent,
} from '../../src/dissect/events.ts';
import { type TableOptions, TableOutput } from '../../src/output/table.ts';
import {
  article,
  at,
  binary,
  close,
  end,
  feed,
  handshake,
  incomplete,
  message,
  summary,
  TextRecord,
  text,
} from './sample-events.ts';

const PLAIN: TableOptions = { width: 80, colour: false, time: 'relative', hasRegistry: true };

function print(events: WsdissectEvent[], options: Partial<TableOptions> = {}): TextRecord {
  const out = new TextRecord();
  feed(new TableOutput(out, { ...PLAIN, ...options }), events);
  return out;
}

/** As events are made without `--payload always`. */
const articleDecoded = article.map((event): WsdissectEvent => {
  if (event.type !== 'message' || !event.decoded) return event;
  const { data, ...others } = event;
  return others;
});

test('shows payloads behind decoded values where they were asked for', () => {
  const lines = print(article, { width: 100 }).lines.slice(4, 6);
  assert.deepEqual(lines, [
    '     8  0.008000  →  binary       5  1 pb.Ping {seq: 150}; 00 01 08 96 01 |.....|',
    '     9  0.009000  ←  binary      13  2 pb.Pong {seq: 150, note: "收到"}; 00 00 00 00 00 … |.....|',
  ]);
});

test("prints the article's conversation on 80 columns", () => {
  assert.equal(
    print(articleDecoded).text,
    `connection 0  10.7.0.2:41001 → 10.7.0.1:8888
  GET /connect → 101 Switching Protocols, accept key ok
packet  time (s)     opcode  length  payload
───────────────────────────────────────────────────────────────────────
     8  0.008000  →  binary       5  1 pb.Ping {seq: 150}
     9  0.009000  ←  binary      13  2 pb.Pong {seq: 150, note: "收到"}
    11  0.011000  →  close        5  1000 normal closure "bye"
    12  0.012000  ←  close        2  1000 normal closure
  closed by close frames, packet 15, 0.015000 s
  → 1 message, 1 control frame, 210 B; ← 1 message, 1 control frame, 148 B

2 messages, 2 control frames in 1 WebSocket connection; 16 packets, 1.7 kB,
  nothing skipped
`,
  );
});

const crowded = [
  handshake(1, { subprotocol: 'chat.v2', extensions: 'permessage-deflate' }),
  text(2, '漢字かな交じり文'.repeat(20)),
  text(3, '👩‍👩‍👧‍👦🏳️‍🌈🫠'.repeat(30), { direction: 's2c' }),
  text(4, 'x\x1b]0;owned\x07\u202e'.repeat(50)),
  binary(
    5,
    Array.from({ length: 500 }, (_, index) => index % 256),
  ),
  {
    type: 'diagnostic',
    ...at(5),
    code: 'unmasked-client-frame',
    severity: 'error',
    direction: 'c2s',
    message: 'the client sent a frame without a mask',
    reference: 'RFC 6455 §5.1',
    peerWords: 'bad MASK',
  },
  { type: 'gap', ...at(6), direction: 's2c', length: 1460, reason: 'not-captured' },
  {
    type: 'frame',
    ...at(7),
    direction: 'c2s',
    opcode: 'text',
    fin: true,
    rsv: 4,
    masked: true,
    key: '37fa213d',
    length: 5,
    headerLength: 6,
    offset: 129,
  },
  end(8),
  summary({ messages: 4 }),
] satisfies WsdissectEvent[];

for (const width of [60, 80, 100, 200]) {
  test(`no line takes more than ${width} columns, CJK and emoji included`, () => {
    for (const line of print(crowded, { width }).lines) assert.ok(stringWidth(line) <= width, line);
  });
}

test('payloads begin in one column, whatever they are', () => {
  const rows = print(crowded).lines.filter((line) => /^ {5}\d {2}0\.00\d000 {2}/.test(line));
  assert.equal(rows.length, 6);
  for (const row of rows) assert.match(row, /^.{6} {2}.{8} {2}[→←] {2}.{6} {2}.{6} {2}\S/u);
});

test('a payload takes what a wide terminal leaves', () => {
  const [row] = print(crowded, { width: 200 }).lines.filter((line) => line.includes('漢字'));
  assert.ok(stringWidth(row) >= 199);
});

test('without a terminal nothing is wrapped, and payloads end at 200 columns', () => {
  const { lines } = print(crowded, { width: null });
  const [row] = lines.filter((line) => line.includes('漢字'));
  assert.equal(stringWidth(row.slice(row.indexOf('漢'))), 199);
  assert.ok(lines.some((line) => line.endsWith('(RFC 6455 §5.1; gorilla: bad MASK)') && line.includes('error: ')));
});

test('nothing of a capture reaches the terminal raw', () => {
  const hostile = '\x1b[2J\x07\u202e\r\n';
  const { text: printed } = print([
    handshake(1, {
      request: { method: `GET${hostile}`, target: `/${hostile}`, headers: [] },
      subprotocol: hostile,
      extensions: hostile,
    }),
    text(2, hostile),
    binary(3, [1], { decoded: { id: 1, type: hostile, value: { [hostile]: hostile } } }),
    // What a codec of somebody's own says need not be of the type.
    binary(4, [1], { decodeError: { code: hostile as 'ErrProtobuf', message: hostile } }),
    close(5, { name: hostile, reason: hostile }),
    { type: 'gap', ...at(6), direction: 'c2s', length: 1, reason: hostile as 'snaplen' },
    {
      type: 'diagnostic',
      ...at(6),
      code: hostile,
      severity: 'note',
      direction: null,
      message: hostile,
      reference: hostile,
      peerWords: hostile,
    },
    end(7),
    handshake(8, {
      connection: 1,
      upgraded: false,
      response: { status: 400, reason: hostile, headers: [], body: hostile + hostile },
    }),
    summary({ skipped: { [hostile]: 1 }, complete: false, error: hostile }),
  ]);
  assert.doesNotMatch(printed, /[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]/);
});

test('colour comes only where it is wanted', () => {
  assert.ok(!print(crowded).text.includes('\x1b'));
  const coloured = print(crowded, { colour: true }).text;
  assert.ok(coloured.includes('\x1b[36m→\x1b[39m'));
  assert.equal(coloured.replace(/\x1b\[\d+m/g, ''), print(crowded).text);
});

test('a frame shows its bits, its masking key or that it has none, and where it is', () => {
  const frame = (packet: number, fields: Partial<FrameEvent>): FrameEvent => ({
    type: 'frame',
    ...at(packet),
    direction: 'c2s',
    opcode: 'text',
    fin: true,
    rsv: 0,
    masked: fields.key !== null,
    key: '37fa213d',
    length: 5,
    headerLength: 6,
    offset: 129,
    ...fields,
  });
  const rsv12 = frame(2, { rsv: 6 });
  const rsv3 = frame(3, { direction: 's2c', fin: false, rsv: 1, key: null, headerLength: 2, offset: 0 });
  const { text: printed } = print([handshake(1), rsv12, rsv3], { width: 100 });
  assert.match(printed, /^ +2 .*→ +frame +5 {2}text FIN RSV1 RSV2, key 37fa213d, header 6, at 129$/m);
  assert.match(printed, /^ +3 .*← +frame +5 {2}text RSV3, unmasked, header 2, at 0$/m);
});

test('delta times count from the row before', () => {
  const times = print(article, { time: 'delta' })
    .lines.slice(4, 8)
    .map((line) => line.slice(9, 17));
  assert.deepEqual(times, ['0.000000', '0.001000', '0.002000', '0.001000']);
});

test('absolute times are whole', () => {
  assert.match(print(article, { time: 'absolute' }).lines[4], /2026-11-24 03:44:00\.008000 {2}→/);
});

test('a refusal shows its status and body', () => {
  const refused = handshake(6, {
    upgraded: false,
    accept: 'missing',
    response: { status: 403, reason: 'Forbidden', headers: [], body: 'websocket: request origin not allowed\n' },
  });
  const { lines } = print([refused, end(9, { how: 'fin' }), summary({ messages: 0, webSocketConnections: 0 })]);
  assert.deepEqual(lines.slice(1, 4), [
    '  GET /connect → 403 Forbidden',
    '    websocket: request origin not allowed',
    '  closed by TCP FIN, packet 9, 0.009000 s',
  ]);
});

test('a wrong accept key is said', () => {
  assert.match(print([handshake(6, { accept: 'wrong' }), end(7), summary()]).text, /accept key wrong/);
});

test('connections come in the order of their numbers, however they overlap', () => {
  const { text: printed } = print([
    handshake(1, { connection: 2 }),
    handshake(2, { connection: 0 }),
    handshake(3, { connection: 1 }),
    end(4, { connection: 2 }),
    end(5, { connection: 1 }),
    end(6, { connection: 0 }),
    summary(),
  ]);
  assert.deepEqual(printed.match(/^connection \d/gm), ['connection 0', 'connection 1', 'connection 2']);
});

test('a page is printed as soon as its connection and those before have ended', () => {
  const out = new TextRecord();
  const table = new TableOutput(out, PLAIN);
  for (const event of [handshake(1), handshake(2, { connection: 1 }), end(3, { connection: 1 })]) table.onEvent(event);
  assert.equal(out.text, '');
  table.onEvent(end(4));
  assert.match(out.text, /connection 0[\s\S]*connection 1/);
});

test('beyond the limit the fullest connection is printed in pieces, and nothing is lost', () => {
  const events: WsdissectEvent[] = [handshake(1), handshake(2, { connection: 1 })];
  const isOfSecond = (packet: number) => packet >= 203 && packet < 303;
  for (let packet = 3; packet < 503; packet++)
    events.push(text(packet, `message ${packet}`, { connection: isOfSecond(packet) ? 1 : 0 }));
  const { text: printed } = print([...events, end(600), end(601, { connection: 1 }), summary({ messages: 500 })], {
    heldLines: 100,
  });
  // A page that goes on where it stopped has no heading again.
  assert.deepEqual(printed.match(/^connection .*(?= {2}10)|\(continued\)$/gm), [
    'connection 0',
    'connection 1',
    'connection 0',
    '(continued)',
    'connection 1',
    '(continued)',
  ]);
  for (let packet = 3; packet < 503; packet++) assert.ok(printed.includes(`  message ${packet}\n`), String(packet));
});

test('what is held does not grow with connections that wait for an earlier one', () => {
  const out = new TextRecord();
  const table = new TableOutput(out, { ...PLAIN, heldLines: 100 });
  table.onEvent(handshake(1));
  for (let connection = 1; connection < 1000; connection++) {
    table.onEvent(handshake(2, { connection }));
    table.onEvent(end(3, { connection }));
  }
  assert.ok((out.text.match(/^connection /gm)?.length ?? 0) > 900);
});

test('one code of diagnostic is shown five times, then counted', () => {
  const diagnostic = (packet: number) => ({ ...crowded[5], ...at(packet) }) as WsdissectEvent;
  const repeated = Array.from({ length: 1005 }, (_, index) => diagnostic(index + 2));
  const { lines } = print([handshake(1), ...repeated, end(2000), summary()]);
  assert.equal(lines.filter((line) => line.includes('error: unmasked-client-frame')).length, 5);
  assert.ok(lines.some((line) => line.includes('1,000 more of unmasked-client-frame')));
});

test('binary messages without a registry come with a hint how to give one', () => {
  const undecoded = [handshake(1), binary(2, [0, 1]), end(3), summary({ messages: 1 })];
  const hint = /--registry FILE/;
  assert.match(print(undecoded, { hasRegistry: false }).text, hint);
  assert.doesNotMatch(print(undecoded).text, hint);
  assert.doesNotMatch(print([handshake(1), text(2, 'hi'), end(3), summary()], { hasRegistry: false }).text, hint);
});

test('what is there of a message with holes stands in its row', () => {
  const pieces = [
    { at: 0, text: 'one\u202e' },
    { at: 9, text: 'two' },
  ];
  const { text: printed } = print([
    handshake(1),
    incomplete(2, { pieces }),
    incomplete(3, { opcode: null, pieces: [{ at: 0, text: 'x'.repeat(5000) }], wireLength: 9000, captured: 5000 }),
    end(4),
    summary(),
  ]);
  assert.match(printed, /2 {2}0\.002000 {2}→ {2}text +20 {2}incomplete: one\\u\{202e\} \[3 missing\] two/);
  assert.match(printed, /3 {2}0\.003000 {2}→ {2}message +9000 {2}incomplete: x+…$/m);
  assert.match(printed, /warning: message-incomplete, packet 2 →/);
});

test('octets that the snap length cut off come with a hint how to have them', () => {
  const gap = (reason: 'snaplen' | 'not-captured'): WsdissectEvent[] => [
    handshake(1),
    { type: 'gap', ...at(2), direction: 's2c', length: 1460, reason },
    end(3),
    summary(),
  ];
  assert.match(print(gap('snaplen')).text, /cut when they were captured \(snaplen\)[\s\S]*`tcpdump -s 0`/);
  assert.doesNotMatch(print(gap('not-captured')).text, /tcpdump/);
});

test('the summary tells what was not selected, what was skipped, and what is damaged', () => {
  const { text: printed } = print(
    [
      handshake(1),
      message(2, { text: 'hello' }),
      end(3),
      summary({ messages: 10, skipped: { 'not-ip': 3, 'not-tcp': 1200 }, complete: false, error: 'record 6 is cut' }),
    ],
    { width: null },
  );
  assert.match(
    printed,
    /^1 of 10 messages in 1 WebSocket connection; 16 packets, 1\.7 kB, 1,203 packets skipped \(3 not-ip, 1,200 not-tcp\); incomplete: record 6 is cut$/m,
  );
});

test('a capture without WebSocket says what it holds and what to try next', () => {
  const { text: printed } = print([
    summary({
      tcpConnections: 14,
      webSocketConnections: 0,
      messages: 0,
      otherConnections: [
        { protocol: 'tls', port: 443, connections: 12 },
        { protocol: 'http', port: 80, connections: 2 },
      ],
    }),
  ]);
  assert.equal(
    printed,
    `No WebSocket conversation in this capture.
It holds 16 packets, 1.7 kB, 14 TCP connections; nothing skipped.
  port 443: 12 connections look like TLS: what TLS carries is encrypted
  port 80: 2 connections look like HTTP/1.1: no request asked for an upgrade
    to websocket
Try next: capture where TLS ends (behind the proxy, or on loopback), or let
  \`tshark -o tls.keylog_file:KEYS -Y websocket\` decrypt it with the keys that
  the client logged (SSLKEYLOGFILE).
Try next: capture a client that opens a WebSocket; one that was open before
  the capture began shows no request.
`,
  );
});

test('what is unknown is told to begin the capture earlier only where it began before the capture', () => {
  const advice = (late?: number) => {
    const others = {
      protocol: 'unknown',
      port: 8010,
      connections: 2,
      ...(late === undefined ? {} : { late }),
    } as const;
    const nothing = { tcpConnections: 2, webSocketConnections: 0, messages: 0, otherConnections: [others] };
    return print([summary(nothing)]).text.replace(/\s+/g, ' ');
  };
  const [earlier, forced] = [/begin the capture before the client connects/, /--ws-port PORT/];
  assert.match(advice(2), earlier);
  assert.doesNotMatch(advice(2), forced);
  assert.match(advice(), forced);
  assert.doesNotMatch(advice(), earlier);
  assert.doesNotMatch(advice(), /framed like WebSocket/);
  assert.match(advice(1), earlier);
  assert.match(advice(1), forced);
});

test('where not all HTTP could be read the summary says why, and claims nothing of what it did not read', () => {
  const told = (others: Partial<OtherConnections>) => {
    const http: OtherConnections = { protocol: 'http', port: 80, connections: 1, ...others };
    const nothing = { tcpConnections: 2, webSocketConnections: 0, messages: 0, otherConnections: [http] };
    return print([summary(nothing)], { width: null }).text;
  };
  const one = told({ unread: { connections: 1, packet: 49, reason: 'head-octets' } });
  assert.match(
    one,
    /HTTP\/1\.1: no request that could be read asked for an upgrade to websocket; not all HTTP could be read: in packet 49 a head has more than 64 KiB$/m,
  );
  assert.match(one, /^Try next: .*`--ws-port PORT`/m);
  const some = told({ connections: 5, unread: { connections: 2, packet: 6, reason: 'no-head' } });
  assert.match(some, /not all HTTP of 2 could be read: first, in packet 6 no head begins where one should$/m);
  assert.doesNotMatch(told({}), /could be read|--ws-port/);
});

test('a handshake says of an answer that could not be read what it looks like, and of a request that it was too large', () => {
  const none = { response: null, upgraded: false, accept: 'missing' } as const;
  const answer = (unreadAnswer?: 'tls' | 'http' | 'unknown') =>
    print([handshake(1, unreadAnswer === undefined ? none : { ...none, unreadAnswer }), end(3), summary()]).lines[1];
  assert.equal(answer(), '  GET /connect → no answer in the capture');
  assert.equal(answer('tls'), '  GET /connect → answered with no HTTP, but what looks like TLS');
  assert.equal(answer('unknown'), '  GET /connect → answered with no HTTP');
  assert.equal(answer('http'), '  GET /connect → an answer in HTTP that could not be read');
  const { client, server, response } = handshake(1);
  const late = { type: 'midstream', ...at(1), client, server, confidence: 1, response: response! } as const;
  const asked = (event: MidstreamEvent) => print([event, end(3), summary()]).lines[1];
  assert.equal(asked(late), '  request not in the capture → 101 Switching Protocols');
  assert.equal(asked({ ...late, unreadRequest: true }), '  a request too large to be read → 101 Switching Protocols');
});

test('beside conversations the summary says in a line what may be WebSocket and is not read, and nothing of the rest', () => {
  const beside = (...otherConnections: OtherConnections[]) =>
    print([handshake(1), message(2, { text: 'hello' }), end(3), summary({ otherConnections })], { width: null }).text;
  const quiet = beside(
    { protocol: 'unknown', port: 5432, connections: 3 },
    { protocol: 'http', port: 80, connections: 2 },
    { protocol: 'none', port: 22, connections: 1 },
  );
  assert.equal(quiet, beside());
  const told = beside(
    { protocol: 'unknown', port: 5432, connections: 3 },
    { protocol: 'http2', port: 8006, connections: 1 },
    ...[443, 8443, 9443, 10443].map((port): OtherConnections => ({ protocol: 'tls', port, connections: 2 })),
  );
  assert.equal(
    told,
    `${quiet}Not read, and may be WebSocket: 8 connections that look like TLS (ports 443, 8443, 9443, …); 1 connection that looks like HTTP/2 (port 8006)\n`,
  );
  const large = beside(
    { protocol: 'http', port: 80, connections: 9, unread: { connections: 2, packet: 4, reason: 'head-lines' } },
    { protocol: 'http', port: 81, connections: 9, unread: { connections: 2, packet: 4, reason: 'no-head' } },
  );
  assert.equal(
    large,
    `${quiet}Not read, and may be WebSocket: 2 connections that have heads of HTTP too large to be read (port 80)\n`,
  );
  const late = beside(
    { protocol: 'unknown', port: 5432, connections: 3, late: 3 },
    { protocol: 'unknown', port: 8888, connections: 4, late: 2 },
  );
  assert.equal(
    late,
    `${quiet}Not read, and may be WebSocket: 2 connections that began before the capture (port 8888)\n`,
  );
});

test('a capture without WebSocket lists what it holds by port, and the ports of a scan in one line', () => {
  const held = (ports: number) => {
    const otherConnections = [
      { protocol: 'http' as const, port: 80, connections: 2 },
      ...Array.from({ length: ports }, (_, at) => ({ protocol: 'none' as const, port: 100 + at, connections: 1 })),
    ];
    const nothing = summary({ tcpConnections: 2 + ports, webSocketConnections: 0, messages: 0, otherConnections });
    return print([nothing], { width: null }).text.match(/^ {2}port.*(?=: no)/gm);
  };
  assert.deepEqual(held(2), [
    '  port 80: 2 connections look like HTTP/1.1',
    '  port 100: 1 connection looks empty',
    '  port 101: 1 connection looks empty',
  ]);
  assert.deepEqual(held(15), [
    '  port 80: 2 connections look like HTTP/1.1',
    '  ports 100, 101, 102, …: 15 connections look empty',
  ]);
});

test('what the list of a capture without WebSocket has no room for stands behind it', () => {
  const otherConnections: OtherConnections[] = [
    { protocol: 'tls', port: 9000, connections: 2 },
    { protocol: 'none', port: 22, connections: 1 },
  ];
  const lines = (...furtherConnections: FurtherConnections[]) => {
    const nothing = { webSocketConnections: 0, messages: 0, otherConnections, furtherConnections };
    return print([summary(nothing)], { width: null }).text.match(/^ {2}(port|and).*/gm);
  };
  const tls = '  port 9000: 2 connections look like TLS: what TLS carries is encrypted';
  const empty = 'no octets of their segments were captured';
  assert.deepEqual(
    lines({ protocol: 'tls', ports: 5, connections: 7 }, { protocol: 'http', ports: 1, connections: 1 }),
    [
      tls,
      `  port 22: 1 connection looks empty: ${empty}`,
      '  and 7 connections that look like TLS at 5 further ports',
      '  and 1 connection that looks like HTTP/1.1 at 1 further port',
    ],
  );
  assert.deepEqual(lines({ protocol: 'none', ports: 60_000, connections: 60_001 }), [
    tls,
    `  ports 22, …: 60,002 connections look empty: ${empty}`,
  ]);
});

test('what may be WebSocket and is not read is counted also where the list has no room for it', () => {
  const told = print(
    [
      handshake(1),
      end(3),
      summary({
        otherConnections: [{ protocol: 'tls', port: 9000, connections: 2 }],
        furtherConnections: [
          { protocol: 'tls', ports: 5, connections: 7 },
          { protocol: 'none', ports: 9, connections: 9 },
        ],
      }),
    ],
    { width: null },
  ).text;
  assert.match(told, /^Not read, and may be WebSocket: 9 connections that look like TLS \(ports 9000, …\)$/m);
});

test('a capture without TCP names the interface as the next thing to try', () => {
  const nothing = summary({ tcpConnections: 0, webSocketConnections: 0, messages: 0 });
  assert.match(print([nothing]).text, /tcpdump -i any/);
});

test('a capture of which nothing could be read is told by its damage, and no interface is blamed', () => {
  const nothing = { tcpConnections: 0, webSocketConnections: 0, messages: 0, packets: 0 };
  const damaged = print([summary({ ...nothing, complete: false, error: 'record 1 is cut' })]).text;
  assert.match(damaged, /record 1 is cut/);
  assert.doesNotMatch(damaged, /Try next/);
  assert.match(print([summary(nothing)]).text, /tcpdump -i any/);
});

test('a capture that carries its TLS keys is first to be decrypted with these', () => {
  const tls: OtherConnections = { protocol: 'tls', port: 443, connections: 1 };
  const nothing = { webSocketConnections: 0, messages: 0, otherConnections: [tls] };
  const advice = (type: string) =>
    print([summary({ ...nothing, secrets: [{ type, octets: 176 }] })]).text.replace(/\s+/g, ' ');
  assert.match(
    advice('tls-key-log'),
    /encrypted Try next: the capture carries TLS keys, .* Try next: capture where TLS ends/,
  );
  assert.doesNotMatch(advice('wireguard-key-log'), /carries TLS keys/);
});

test('a capture of a link type that is not read says that, and not that the interface is another', () => {
  const skipped = { 'unknown-link-type-147': 16 };
  const { text } = print([summary({ tcpConnections: 0, webSocketConnections: 0, messages: 0, skipped })]);
  assert.match(text, /Try next: capture on an interface whose link type is read/);
});

test('where no conversation was selected the capture is not said to have none', () => {
  const [first, next] = print([summary({ webSocketConnections: 2, messages: 7 })]).text.split('\n');
  assert.equal(first, 'No conversation fits what was asked for; the capture has 2 WebSocket');
  assert.equal(next, '  connections with 7 messages.');
});
