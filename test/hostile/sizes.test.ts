// Little that asks for much: lengths, numbers and repetitions chosen to take all time or all memory. Time is judged by what the
// same costs at a quarter of the size: what grows by squares would cost sixteen times as much.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { constants, deflateRawSync, gzipSync } from 'node:zlib';
import { readCaptureSync } from '../../src/capture/index.ts';
import { explainFields } from '../../src/codec/protobuf-fields.ts';
import { dissectSync } from '../../src/dissect/dissect.ts';
import { runDissectionSync } from '../../src/dissect/run.ts';
import { surveyStreams } from '../../src/dissect/stream-survey.ts';
import { parseExtensions } from '../../src/http/extensions.ts';
import { HttpReader } from '../../src/http/message-reader.ts';
import { innerRealm, REALM } from '../../src/link/realm.ts';
import { Segment } from '../../src/link/segment.ts';
import { NdjsonWriter } from '../../src/output/ndjson.ts';
import { ConnectionTable } from '../../src/tcp/connection-table.ts';
import { DEMO, Types, write } from '../codec/messages.ts';
import { Dissection, dissectionOf, upgraded } from '../dissect/dissection.ts';
import { MessageCollector, octetsOf } from '../http/conversations.ts';
import { captureOf } from '../support/capture-builder.ts';
import { PcapngBuilder } from '../support/pcapng-builder.ts';
import { TcpConversation } from '../support/tcp-conversation.ts';
import { peer } from '../support/tcp-packet.ts';
import {
  BINARY,
  CONTINUATION,
  clientFrame,
  concat,
  frame,
  TEXT,
  upgradeRequest,
  upgradeResponse,
} from '../support/websocket-writer.ts';

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');
const MEBIBYTE = 1024 * 1024;

/** `concat` takes its parts as arguments, of which there may not be a million. */
function joined(parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}

/** What is held behind the call, in MiB, heap and buffers. */
function heldBy<T>(call: () => T): [result: T, mebibytes: number] {
  collectGarbage();
  const before = process.memoryUsage();
  const result = call();
  collectGarbage();
  const after = process.memoryUsage();
  return [result, (after.heapUsed + after.arrayBuffers - before.heapUsed - before.arrayBuffers) / MEBIBYTE];
}

/** Milliseconds of work, the least of several times. */
function work(call: () => void): number {
  let least = Number.POSITIVE_INFINITY;
  for (let time = 0; time < 4; time++) {
    const begun = process.cpuUsage();
    call();
    const { user, system } = process.cpuUsage(begun);
    least = Math.min(least, (user + system) / 1000);
  }
  return least;
}

/** Four times as much may cost four times as much, and a little more; what is soon done says nothing. */
function growsWithLength(make: (size: number) => () => void, size: number): void {
  make(size >> 2)();
  const quarter = work(make(size >> 2));
  const whole = work(make(size));
  assert.ok(
    whole < 150 || whole < 9 * quarter,
    `${size >> 2}: ${quarter.toFixed(1)} ms, ${size}: ${whole.toFixed(1)} ms`,
  );
}

describe('HTTP heads cost time with their length', () => {
  const reading = (text: string, role: 'request' | 'response' = 'request', piece = 0) => {
    const all = octetsOf(text);
    return () => {
      // Beyond the limits of a capture, so that growth shows.
      const reader = new HttpReader(role, { headOctets: 1 << 24, headLines: 1 << 24, outstandingRequests: 100 });
      const sink = new MessageCollector();
      if (piece === 0) reader.feed(all, 0, all.length, sink);
      else for (let at = 0; at < all.length; at += piece) reader.feed(all, at, Math.min(all.length, at + piece), sink);
      for (const [name] of sink.head?.headers.slice(0, 3) ?? []) sink.head?.field(name);
    };
  };
  for (const [what, make] of [
    ['many fields', (size: number) => reading(`GET / HTTP/1.1\r\n${'a: b\r\n'.repeat(size)}\r\n`)],
    [
      'many fields of one name',
      (size: number) => reading(`GET / HTTP/1.1\r\n${'Upgrade: websocket\r\n'.repeat(size)}\r\n`),
    ],
    [
      'one field folded many times',
      (size: number) => reading(`GET / HTTP/1.1\r\nX: a\r\n${' b\r\n'.repeat(size)}\r\n`),
    ],
    [
      'blanks around a value',
      (size: number) => reading(`GET / HTTP/1.1\r\nX:${' '.repeat(size * 4)}a${'\t'.repeat(size * 4)}\r\n\r\n`),
    ],
    [
      'a head without an end, in pieces',
      (size: number) => reading(`GET / HTTP/1.1\r\nX: ${'\r'.repeat(size * 4)}`, 'request', 1000),
    ],
    ['empty lines before a request', (size: number) => reading(`${'\r\n'.repeat(size * 4)}GET / HTTP/1.1\r\n\r\n`)],
    [
      'chunks of one octet',
      (size: number) =>
        reading(
          `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${'1\r\nx\r\n'.repeat(size)}0\r\n\r\n`,
          'response',
        ),
    ],
    [
      'a chunk size of many zeros, in pieces',
      (size: number) =>
        reading(`HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${'0'.repeat(size * 4)}1\r\n`, 'response', 1000),
    ],
    [
      'an extension of a chunk, in pieces',
      (size: number) =>
        reading(
          `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;${'a="b";'.repeat(size)}\r\nx`,
          'response',
          1000,
        ),
    ],
    ['pipelined requests', (size: number) => reading('GET / HTTP/1.1\r\n\r\n'.repeat(size))],
  ] as const) {
    it(what, () => growsWithLength(make, 40_000));
  }

  it('extensions with many parameters, quotes and backslashes', () => {
    for (const text of ['a; b="\\"\\\\"', 'a;'.repeat(3), 'a="', '"\\', 'x; '])
      growsWithLength((size) => () => void parseExtensions(text.repeat(size)), 40_000);
  });

  it('and no head of a capture is longer than 64 KiB', () => {
    const talk = new TcpConversation().open().exchange('c2s', upgradeRequest({ fields: [['X', 'x'.repeat(70_000)]] }));
    const dissection = dissectionOf(talk.exchange('s2c', upgradeResponse()).close().packets);
    assert.deepEqual(dissection.of('handshake'), []);
    assert.ok(dissection.of('diagnostic').some(({ code }) => code === 'http-head-too-large'));
    assert.equal(dissection.summary.webSocketConnections, 1);
  });
});

describe('frames', () => {
  it('that announce 2^63 octets, and all but one, hold nothing', () => {
    for (const statedLength of [2n ** 63n - 1n, 2n ** 63n, 2n ** 64n - 1n, 2n ** 53n + 1n]) {
      const talk = upgraded().send('c2s', clientFrame(BINARY, new Uint8Array(1000), { lengthBits: 64, statedLength }));
      for (let count = 0; count < 200; count++) talk.send('c2s', new Uint8Array(1400));
      const [dissection, held] = heldBy(() => dissectionOf(talk.close().packets, { frames: true }));
      assert.equal(dissection.said.length, 0);
      assert.ok(dissection.codes.includes('message-unfinished'), dissection.codes.join());
      assert.ok(held < 16, `${held} MiB`);
    }
  });

  it('in a million fragments make one message, or none where it is too large, in linear time', () => {
    const make = (size: number) => {
      const fragments = [
        frame(TEXT, 'a', { fin: false }),
        ...new Array<Uint8Array>(size - 2).fill(frame(CONTINUATION, 'b', { fin: false })),
        frame(CONTINUATION, 'c'),
      ];
      const capture = captureOf(upgraded({ segmentSize: 30_000 }).exchange('s2c', joined(fragments)).packets);
      return () => {
        const [message] = new Dissection(dissectSync(capture, { payload: 'always' })).of('message');
        assert.equal(message.frames, size);
        assert.equal(message.length, size);
        assert.equal(message.text?.length, size);
      };
    };
    make(1_000_000)();
    growsWithLength(make, 200_000);
  });

  it('in a million fragments with pings between, of which each is told', () => {
    const pair = concat(frame(CONTINUATION, '', { fin: false }), frame(9));
    const stream = joined([
      frame(BINARY, '', { fin: false }),
      ...new Array<Uint8Array>(500_000).fill(pair),
      frame(CONTINUATION),
    ]);
    const capture = captureOf(upgraded({ segmentSize: 60_000 }).exchange('s2c', stream).packets);
    let lines = 0;
    const [, held] = heldBy(() =>
      runDissectionSync(
        capture,
        (clock) =>
          new NdjsonWriter((text) => (lines += text.length), { frames: true, payload: 'never', codec: null }, clock),
      ),
    );
    assert.ok(lines > 50 * MEBIBYTE);
    assert.ok(held < 64, `${held} MiB`);
  });
});

describe('compression', () => {
  it('that makes a gigabyte of a megabyte is stopped at the limit, and the connection goes on', () => {
    const gigabyte = deflateRawSync(new Uint8Array(1 << 30), {
      level: 9,
      finishFlush: constants.Z_SYNC_FLUSH,
    }).subarray(0, -4);
    const talk = upgraded({ segmentSize: 30_000 }, [
      ['Sec-WebSocket-Extensions', 'permessage-deflate; server_no_context_takeover'],
    ]);
    talk.exchange('s2c', frame(BINARY, gigabyte, { rsv: 4 })).exchange('s2c', frame(TEXT, 'next'));
    const begun = performance.now();
    const [dissection, held] = heldBy(() => dissectionOf(talk.packets));
    assert.deepEqual(dissection.said, ['s2c (not shown)', 's2c next']);
    assert.ok(dissection.codes.some((code) => code === 'inflated-ratio' || code === 'inflated-too-large'));
    assert.ok(held < 80, `${held} MiB`);
    assert.ok(performance.now() - begun < 20_000);
  });

  it('of a capture that inflates to gigabytes is read at the pace of what it inflates to, and held nowhere', () => {
    // 200 MB of packets that are none, in one gzip: records of 64 KiB of zeros.
    const record = new Uint8Array(16 + 65_536);
    new DataView(record.buffer).setUint32(8, 65_536, true);
    new DataView(record.buffer).setUint32(12, 65_536, true);
    const head = captureOf([]);
    const bomb = gzipSync(Buffer.concat([head, ...new Array<Uint8Array>(3000).fill(record)]), { level: 9 });
    assert.ok(bomb.length < 400_000);
    let packets = 0;
    const [, held] = heldBy(() =>
      readCaptureSync(new Uint8Array(bomb), { onStart: () => {}, onPacket: () => packets++ }),
    );
    assert.equal(packets, 3000);
    assert.ok(held < 16, `${held} MiB`);
  });

  it('of gzip in gzip in gzip in gzip is refused, and one that claims a record of gigabytes too', () => {
    let nested = gzipSync(captureOf([]));
    for (let depth = 0; depth < 3; depth++) nested = gzipSync(nested);
    const { error } = new Dissection(dissectSync(new Uint8Array(nested))).summary;
    assert.match(error ?? '', /compressed more than 3 times over/);
    const claims = captureOf([new Uint8Array(60)]);
    new DataView(claims.buffer).setUint32(24 + 8, 0x7fffffff, true);
    const [events, held] = heldBy(() => dissectSync(new Uint8Array(gzipSync(claims))));
    assert.match(new Dissection(events).summary.error ?? '', /more than the limit/);
    assert.ok(held < 8);
  });
});

describe('what pcapng says beside packets', () => {
  const ignoring = { onStart: () => {}, onPacket: () => {} };
  const summaryOf = (file: Uint8Array) => new Dissection(dissectSync(file)).summary;
  const section = () => new PcapngBuilder().section().interface();
  /** So many copies of a block, the number at `at` from 0 on. */
  function numbered(count: number, block: Uint8Array, at: number): Uint8Array {
    const blocks = joined(new Array<Uint8Array>(count).fill(block));
    const view = new DataView(blocks.buffer);
    for (let number = 0; number < count; number++) view.setUint32(number * block.length + at, number, true);
    return blocks;
  }

  it('names of 64 KiB each are not kept, those of addresses are', () => {
    const file = section();
    for (let host = 0; host < 150; host++) {
      const names = Array.from('ABCDEFGHIJ', (first) => first + '\u0001'.repeat(6000));
      file.names([Uint8Array.of(10, 0, 0, host), ...names, 'one.example']);
    }
    const summary = summaryOf(file.octets());
    assert.equal(summary.names?.length, 150);
    assert.ok(JSON.stringify(summary).length < 20_000);
  });

  it('drops of a million interfaces come to one sum, and of those nobody described to none', () => {
    const file = joined([
      section().statistics(0, { 5: 7n }).octets(),
      numbered(1_000_000, new PcapngBuilder().statistics(0, { 5: 1n }).octets(), 8),
      ...new Array<Uint8Array>(1000).fill(section().statistics(0, { 5: 1n }).octets()),
    ]);
    const [{ dropped }, held] = heldBy(() => summaryOf(file));
    assert.equal(dropped, 1007);
    assert.ok(held < 4, `${held} MiB`);
  });

  it('secrets of 200,000 kinds are told apart up to a hundred', () => {
    const { secrets } = summaryOf(
      joined([
        section().secrets(0x544c534b, 'keys').octets(),
        numbered(200_000, new PcapngBuilder().secrets(0, 'key').octets(), 8),
      ]),
    );
    assert.equal(secrets?.length, 101);
    assert.deepEqual(secrets[0], { type: 'tls-key-log', octets: 4 });
    assert.deepEqual(secrets.at(-1), { type: 'other', octets: 3 * (200_000 - 99) });
  });

  it('interfaces by the million are damage, soon', () => {
    const many = new Array<Uint8Array>(1_000_000).fill(new PcapngBuilder().interface({ resolution: 9 }).octets());
    const file = joined([section().octets(), ...many]);
    const [{ error }, held] = heldBy(() => summaryOf(file));
    assert.match(error ?? '', /describes one more interface than the limit of 65,536/);
    assert.ok(held < 24, `${held} MiB`);
  });

  it('comments cost time with their number and their length, also where they are NULs', () => {
    const reading = (comments: readonly string[]) => {
      const file = section()
        .enhanced({ octets: new Uint8Array(60), comments })
        .octets();
      return () => void readCaptureSync(file, ignoring);
    };
    growsWithLength((size) => reading(new Array<string>(size).fill('')), 40_000);
    growsWithLength((size) => reading([`${'\0'.repeat(size)}x`]), 40_000);
  });
});

describe('protobuf', () => {
  const types = new Types(`${DEMO} message Tree { Tree child = 1; repeated Tree children = 2; }`);
  const codec = types.codec('pb.Tree');

  it('nested 10,000 deep is refused in one line, by decoding and by what explains it', () => {
    for (const deep of [nestedMessages(10_000), new Uint8Array(20_000).fill(0x0b)]) {
      const { text, failure } = write(codec, deep);
      assert.equal(text, '');
      assert.match(failure?.message ?? '', /more than 100 messages and groups inside each other/);
      for (const table of [null, types.table('pb.Tree')])
        assert.ok(explainFields(table, deep, 0, deep.length).length > 0);
      const capture = captureOf(
        upgraded({ segmentSize: 60_000 }).exchange('s2c', frame(BINARY, concat(Uint8Array.of(0, 1), deep))).packets,
      );
      const [message] = new Dissection(dissectSync(capture, { codec })).of('message');
      assert.equal(message.decodeError?.code, 'ErrProtobuf');
    }
  });

  it('of very many empty messages costs time with their number', () => {
    growsWithLength((size) => {
      const many = new Uint8Array(size * 2);
      for (let at = 0; at < many.length; at += 2) many[at] = 0x12;
      return () => assert.equal(write(codec, many).failure, null);
    }, 250_000);
  });

  it('of more parts than anybody reads is refused, in whatever order they are', () => {
    const parts = new Types(
      'syntax = "proto3"; message M { repeated M inside = 1; repeated string texts = 2; map<int32, M> map = 3; int32 one = 4; repeated bool many = 5; }',
    ).codec('M');
    const repeated = (count: number, ...records: number[]) => {
      const body = new Uint8Array(2 + count * records.length);
      body.set([0x20, 1]);
      for (let at = 2; at < body.length; at += records.length) body.set(records, at);
      return body;
    };
    const entries = Array.from({ length: 250_001 }, (_, key) => {
      const entry = [0x08, ...varint(key)];
      return Uint8Array.of(0x1a, entry.length, ...entry);
    });
    const tooMany = [
      repeated(250_001, 0x0a, 0),
      repeated(250_001, 0x12, 0),
      repeated(250_001, 0x0a, 0, 0x12, 0),
      joined(entries),
      joined([Uint8Array.of(0x20, 1), ...entries]),
    ];
    for (const body of tooMany)
      assert.match(write(parts, body).failure?.message ?? '', /more than 250,000 messages, map entries and texts$/);
    const again = write(parts, repeated(500_010, 0x20, 1, 0x28, 1)).failure?.message ?? '';
    assert.match(again, /more than 1,000,000 fields that come again behind others$/);
    const read = [
      repeated(250_000, 0x0a, 0),
      repeated(1_000_000, 0x28, 1),
      repeated(260_000, 0x20, 1, 0x28, 1),
      repeated(240_000, 0x20, 1, 0x0a, 0),
    ];
    for (const body of read) assert.equal(write(parts, body).failure, null);
  });

  it('of more JSON than anybody reads is refused, before it is made', () => {
    const text = new Uint8Array(16 * MEBIBYTE).fill(1);
    text.set([0x12, ...varint(text.length - 5)]);
    const { text: written, failure } = write(types.codec('pb.Pong'), text);
    assert.equal(written, '');
    assert.equal(failure?.message, 'pb.Pong: more than 64 MiB as JSON');
  });

  /** The innermost is empty. */
  function nestedMessages(depth: number): Uint8Array {
    const heads: number[][] = [];
    for (let level = 0, length = 0; level < depth; level++) {
      heads.push([0x0a, ...varint(length)]);
      length += heads[level].length;
    }
    return Uint8Array.from(heads.reverse().flat());
  }

  function varint(value: number): number[] {
    return value < 128 ? [value] : [(value & 127) | 128, ...varint(value >>> 7)];
  }
});

/** One packet from each of so many clients. */
const syns = (count: number) =>
  captureOf(
    Array.from({ length: count }, (_, number) => {
      const client = peer(`10.${1 + (number >> 16)}.${(number >> 8) & 255}.${number & 255}`, 40_000);
      return new TcpConversation({ client, clientSequence: number }).open().packets[0];
    }),
  );

describe('connections', () => {
  it('by the ten thousand, open at once, hold no more than the limit lets them', async () => {
    // What the tests before have left may take several rounds.
    for (let round = 0; round < 5; round++) {
      collectGarbage();
      await new Promise((next) => setImmediate(next));
    }
    const limits = { openConnections: 1000, rememberedConnections: 1000 };
    const count = 40_000;
    const capture = syns(count);
    let most = 0;
    let least = Number.POSITIVE_INFINITY;
    let packets = 0;
    runDissectionSync(
      capture,
      (clock) => {
        const writer = new NdjsonWriter(() => {}, { frames: false, payload: 'never', codec: null }, clock);
        const onConnection = () => {
          if (++packets % 5000 !== 0) return;
          collectGarbage();
          const { heapUsed, arrayBuffers } = process.memoryUsage();
          most = Math.max(most, heapUsed + arrayBuffers);
          least = Math.min(least, heapUsed + arrayBuffers);
        };
        return Object.assign(writer, { onConnection });
      },
      { limits },
    );
    assert.equal(packets, count);
    assert.ok(most - least < 4 * MEBIBYTE, `memory grew by ${((most - least) / MEBIBYTE).toFixed(1)} MiB`);
  });

  it('between the same endpoints in ever more virtual networks cost time with their number', () => {
    growsWithLength((count) => {
      const segment = new Segment();
      Object.assign(segment, { source3: 1, destination3: 2, sourcePort: 3, destinationPort: 4 });
      return () => {
        const table = new ConnectionTable<number>();
        for (let network = 0; network < count; network++) {
          segment.realm = innerRealm(0, REALM.vxlan, network);
          table.kin(segment, () => false);
          table.set(segment, network);
          assert.equal(table.find(segment), network);
        }
      };
    }, 40_000);
  });

  it('are a list of their own length, and hold nothing besides', async () => {
    const count = 40_000;
    const capture = syns(count);
    collectGarbage();
    const before = process.memoryUsage().heapUsed;
    const { streams } = await surveyStreams(capture);
    collectGarbage();
    const each = (process.memoryUsage().heapUsed - before) / count;
    assert.equal(streams.length, count);
    assert.ok(each < 700, `${each.toFixed(0)} octets each`);
  });
});
