// The captures that the bench measures on, a row each: seeded, so that everybody measures on the same octets. Made of the
// same packets as the tests' (test/support): no reader of `src/` has a part in them.

import { Random } from '../test/support/random.ts';
import { TcpConversation } from '../test/support/tcp-conversation.ts';
import { peer } from '../test/support/tcp-packet.ts';
import {
  BINARY,
  CLOSE,
  closePayload,
  concat,
  frame,
  head,
  type UpgradeOptions,
  upgradeRequest,
  upgradeResponse,
  utf8,
} from '../test/support/websocket-writer.ts';
import type { CaptureWriter } from './capture-writer.ts';
import { CompressedDirection, orderText, writeStreams } from './compressed-talk.ts';
import type { ProgramName } from './programs.ts';

export interface BenchCapture {
  name: string;
  /** What stands in it, for the table of results. */
  says: string;
  /** Microseconds from a packet to the next. */
  interval: number;
  /** What is measured on it. */
  programs: readonly ProgramName[];
  /** Measured only where it is named: it takes long, and tshark more memory than most machines have. */
  onRequest?: true;
  /** @param path of the capture: what stands beside it is named by it */
  write(out: CaptureWriter, path: string): void;
}

const SERVER = peer('10.0.0.2', 8888);
const WEB_SERVER = peer('10.0.0.3', 443);
const GIGABYTE = 1_000_000_000;
const RECORD_OF_TLS = 16 * 1024;

/** The `number`th client: each address has 50,000 ports. */
function client(number: number) {
  return peer(`10.1.${Math.floor(number / 50_000)}.1`, 10_000 + (number % 50_000));
}

export function talkOf(number: number, random: Random, server = SERVER): TcpConversation {
  return new TcpConversation({
    client: client(number),
    server,
    clientSequence: random.word(),
    serverSequence: random.word(),
  });
}

function keyOf(random: Random): string {
  return Buffer.from(random.octets(16)).toString('base64');
}

/** SYN to ACK, then GET and 101. */
export function upgrade(talk: TcpConversation, random: Random, fields: UpgradeOptions['fields'] = []): TcpConversation {
  const options = { key: keyOf(random), fields };
  return talk.open().send('c2s', upgradeRequest(options)).send('s2c', upgradeResponse(options));
}

/** The article's protocol: id 1 or 2 in two octets, then `seq` as field 1. */
function numbered(id: number, seq: number, note = ''): Uint8Array {
  const varint = [];
  for (let rest = seq; ; rest >>>= 7) {
    varint.push(rest < 128 ? rest : (rest & 127) | 128);
    if (rest < 128) break;
  }
  const text = note === '' ? [] : [0x12, note.length, ...utf8(note)];
  return Uint8Array.from([0, id, 8, ...varint, ...text]);
}

export function ping(random: Random): Uint8Array {
  return frame(BINARY, numbered(1, random.between(1, 1 << 28)), { key: random.octets(4) });
}

const NOTES = ['', '', '', 'ok', 'late', 'again'];

export function pong(random: Random): Uint8Array {
  return frame(BINARY, numbered(2, random.between(1, 1 << 28), random.pick(NOTES)));
}

export function writeSmall(out: CaptureWriter, pairs: number): void {
  const random = new Random(1);
  const talks = Array.from({ length: 100 }, (_, number) => upgrade(talkOf(number, random), random));
  for (const talk of talks) out.drain(talk);
  for (let pair = 0; pair < pairs; pair++) {
    const talk = random.pick(talks);
    out.drain(talk.send('c2s', ping(random)).exchange('s2c', pong(random)));
  }
  for (const talk of talks) out.drain(talk.close());
}

function writeLarge(out: CaptureWriter): void {
  const random = new Random(2);
  const pool = random.octets(4 * 1024 * 1024);
  const talks = Array.from({ length: 10 }, (_, number) => upgrade(talkOf(number, random), random));
  for (const talk of talks) out.drain(talk);
  while (out.length < GIGABYTE) {
    const length = random.between(64 * 1024, 1024 * 1024);
    const at = random.between(0, pool.length - length);
    const payload = pool.subarray(at, at + length);
    const talk = random.pick(talks);
    if (random.once(4)) sendAcknowledged(out, talk, 'c2s', frame(BINARY, payload, { key: random.octets(4) }));
    else sendAcknowledged(out, talk, 's2c', frame(BINARY, payload));
  }
  for (const talk of talks) out.drain(talk.close());
}

/** An ACK after every second segment. */
export function sendAcknowledged(
  out: CaptureWriter,
  talk: TcpConversation,
  side: 'c2s' | 's2c',
  data: Uint8Array,
): void {
  const twoSegments = 2 * 1448;
  for (let at = 0; at < data.length; at += twoSegments) {
    out.drain(talk.exchange(side, data.subarray(at, at + twoSegments)));
  }
}

/** Half of it looks like TLS, half is HTTP/1.1 with bodies of up to 2 MB on kept connections. */
function writeOther(out: CaptureWriter, octets: number): void {
  const random = new Random(3);
  const pool = random.octets(4 * 1024 * 1024);
  const tls = Array.from({ length: 10 }, (_, number) => talkOf(number, random, WEB_SERVER).open());
  const web = Array.from({ length: 10 }, (_, number) => talkOf(100 + number, random, peer('10.0.0.4', 80)).open());
  for (const talk of [...tls, ...web]) out.drain(talk);
  for (const talk of tls) {
    // The beginnings of a ClientHello and a ServerHello, with random octets behind them.
    out.drain(talk.exchange('c2s', concat(Uint8Array.of(22, 3, 1, 2, 0, 1, 0, 1, 252, 3, 3), random.octets(506))));
    out.drain(talk.exchange('s2c', concat(Uint8Array.of(22, 3, 3, 0, 122, 2, 0, 0, 118, 3, 3), random.octets(116))));
  }
  while (out.length < octets) {
    const length = random.between(16 * 1024, 2 * 1024 * 1024);
    const at = random.between(0, pool.length - length);
    if (random.once(2)) {
      const request = head(`GET /files/${random.word()} HTTP/1.1`, [['Host', 'files.example']]);
      const response = head('HTTP/1.1 200 OK', [
        ['Content-Type', 'application/octet-stream'],
        ['Content-Length', String(length)],
      ]);
      const talk = random.pick(web);
      out.drain(talk.exchange('c2s', request));
      sendAcknowledged(out, talk, 's2c', concat(response, pool.subarray(at, at + length)));
    } else {
      const talk = random.pick(tls);
      for (let from = 0; from < length; from += RECORD_OF_TLS) {
        const record = pool.subarray(at + from, at + Math.min(from + RECORD_OF_TLS, length));
        const header = Uint8Array.of(23, 3, 3, record.length >> 8, record.length);
        sendAcknowledged(out, talk, 's2c', concat(header, record));
      }
    }
  }
  for (const talk of [...tls, ...web]) out.drain(talk.close());
}

/** Twelve packets: SYN to ACK, GET, 101, a message and a close frame each way, FINs and the last ACK. */
export function shortTalk(number: number, random: Random): TcpConversation {
  const talk = upgrade(talkOf(number, random), random).send('c2s', ping(random)).send('s2c', pong(random));
  talk.send('c2s', frame(CLOSE, closePayload(1000), { key: random.octets(4) }));
  return talk.send('s2c', frame(CLOSE, closePayload(1000))).close('s2c');
}

/** `atOnce` of `count` short connections are under way at any time. */
export function writeShort(out: CaptureWriter, count: number, atOnce: number, seed: number): void {
  const random = new Random(seed);
  const underWay: TcpConversation[] = [];
  for (let begun = 0; begun < count || underWay.length > 0; ) {
    if (begun < count && underWay.length < atOnce) underWay.push(shortTalk(begun++, random));
    const at = random.between(0, underWay.length);
    const [packet] = underWay[at].packets.splice(0, 1);
    out.put(packet);
    if (underWay[at].packets.length === 0) {
      underWay[at] = underWay[underWay.length - 1];
      underWay.length--;
    }
  }
}

/** All connections are upgraded before any goes on, and none ever ends. */
function writeOpen(out: CaptureWriter): void {
  const random = new Random(5);
  const talks = Array.from({ length: 100_000 }, (_, number) => talkOf(number, random));
  for (const talk of talks) out.drain(upgrade(talk, random));
  for (const talk of talks) out.drain(talk.send('c2s', ping(random)).exchange('s2c', pong(random)));
}

/** All connections are begun, and none says anything: SYN, SYN/ACK, ACK. */
function writeHalfOpen(out: CaptureWriter): void {
  const random = new Random(7);
  for (let number = 0; number < 1_000_000; number++) out.drain(talkOf(number, random).open());
}

/** A scan: a SYN each and the reset that answers it, from a million ports. */
function writeScan(out: CaptureWriter): void {
  const random = new Random(6);
  for (let number = 0; number < 1_000_000; number++) {
    const talk = talkOf(number, random).open();
    out.put(talk.packets[0]);
    if (random.once(2)) continue;
    talk.packets.length = 0;
    out.drain(talk.reset('s2c'));
  }
}

/** What zlib alone has to inflate of a capture. */
export function streamsPath(capturePath: string): string {
  return `${capturePath}.streams`;
}

/** permessage-deflate with its contexts kept, as browsers and servers agree upon it. */
function writeCompressed(out: CaptureWriter, path: string): void {
  const random = new Random(7);
  const talks = Array.from({ length: 100 }, (_, number) => ({
    tcp: upgrade(talkOf(number, random), random, [['Sec-WebSocket-Extensions', 'permessage-deflate']]),
    client: new CompressedDirection(),
    server: new CompressedDirection(),
  }));
  for (const { tcp } of talks) out.drain(tcp);
  for (let pair = 0; pair < 50_000; pair++) {
    const { tcp, client, server } = random.pick(talks);
    tcp.send('c2s', client.message(orderText(random), random.octets(4)));
    out.drain(tcp.exchange('s2c', server.message(orderText(random))));
  }
  for (const { tcp } of talks) out.drain(tcp.close());
  writeStreams(
    streamsPath(path),
    talks.flatMap(({ client, server }) => [client, server]),
  );
}

/** As `small`, but of a hundred packets one was not captured, and one came behind its next. */
function writeLossy(out: CaptureWriter): void {
  const random = new Random(8);
  const talks = Array.from({ length: 100 }, (_, number) => upgrade(talkOf(number, random), random));
  for (const talk of talks) out.drain(talk);
  for (let pair = 0; pair < 500_000; pair++) {
    const talk = random.pick(talks);
    talk.send('c2s', ping(random)).exchange('s2c', pong(random));
    if (random.once(33)) talk.packets.splice(random.between(0, talk.packets.length), 1);
    if (random.once(33)) talk.packets.reverse();
    out.drain(talk);
  }
  for (const talk of talks) out.drain(talk.close());
}

export const captures: readonly BenchCapture[] = [
  {
    name: 'small',
    says: '2,000,000 messages of 4 to 15 octets, one a segment, in 100 connections; an ACK after every second one',
    interval: 50,
    programs: ['walk', 'stats', 'ndjson', 'table', 'tshark-fields', 'tshark-ek'],
    write: (out) => writeSmall(out, 1_000_000),
  },
  {
    name: 'small-10x',
    says: '20,000,000 messages as in `small`, 2.3 GB',
    interval: 50,
    programs: ['walk', 'stats', 'tshark-fields'],
    onRequest: true,
    write: (out) => writeSmall(out, 10_000_000),
  },
  {
    name: 'large',
    says: '1 GB of binary messages of 64 KiB to 1 MiB',
    interval: 10,
    programs: ['walk', 'stats'],
    write: writeLarge,
  },
  {
    name: 'other',
    says: '1 GB without any WebSocket: TLS and HTTP/1.1',
    interval: 10,
    programs: ['walk', 'stats'],
    write: (out) => writeOther(out, GIGABYTE),
  },
  {
    name: 'bulk',
    says: '5 GB of the same',
    interval: 10,
    programs: ['walk', 'stats'],
    write: (out) => writeOther(out, 5 * GIGABYTE),
  },
  {
    name: 'short',
    says: '100,000 connections of 12 packets, 50 at once',
    interval: 50,
    programs: ['walk', 'stats', 'ndjson', 'tshark-fields'],
    write: (out) => writeShort(out, 100_000, 50, 4),
  },
  {
    name: 'short-10x',
    says: '1,000,000 connections as in `short`, 1.2 GB',
    interval: 50,
    programs: ['walk', 'stats', 'tshark-fields'],
    onRequest: true,
    write: (out) => writeShort(out, 1_000_000, 50, 4),
  },
  {
    name: 'compressed',
    says: '100,000 texts of some 2 kB under permessage-deflate with its context kept, in 100 connections',
    interval: 50,
    programs: ['walk', 'zlib', 'stats', 'ndjson'],
    write: writeCompressed,
  },
  {
    name: 'lossy',
    says: '1,000,000 messages as in `small`, of which one packet in a hundred is missing and as many are out of order',
    interval: 50,
    programs: ['walk', 'stats'],
    write: writeLossy,
  },
  {
    name: 'open',
    says: '100,000 connections that all stay open',
    interval: 50,
    programs: ['walk', 'stats', 'ndjson'],
    write: writeOpen,
  },
  {
    name: 'scan',
    says: '1,000,000 SYNs from as many ports, half of them reset',
    interval: 50,
    programs: ['walk', 'stats'],
    write: writeScan,
  },
  {
    name: 'half-open',
    says: '1,000,000 connections that are begun, stay open and say nothing',
    interval: 50,
    programs: ['walk', 'stats'],
    write: writeHalfOpen,
  },
];
