// The list of TCP connections: what it says of each, and, beside tshark, that every octet of every direction is there. tshark
// takes half a second a capture, so `npm test` holds a sample against it; ALL_CAPTURES=1 all of them.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { surveyStreams } from '../../src/dissect/stream-survey.ts';
import type { TcpStream } from '../../src/dissect/surveyed-stream.ts';
import { captureOf } from '../support/capture-builder.ts';
import { sharedCaptures, withoutSharedCaptures } from '../support/shared-captures.ts';
import { TcpConversation } from '../support/tcp-conversation.ts';
import { frameOctets, peer, type TcpPacket } from '../support/tcp-packet.ts';
import { withoutTshark } from '../support/tshark.ts';
import {
  clientFrame,
  concat,
  frame,
  TEXT,
  upgradeRequest,
  upgradeResponse,
  utf8,
} from '../support/websocket-writer.ts';

async function streamsIn(packets: readonly TcpPacket[], options = {}): Promise<TcpStream[]> {
  return (await surveyStreams(captureOf(packets, options))).streams;
}

function sha256(octets: Uint8Array): string {
  return createHash('sha256').update(octets).digest('hex');
}

/** A ClientHello that names `host`, RFC 8446 §4.1.2, in one record or in two. */
function clientHello(host: string, records: 1 | 2 = 1): Uint8Array {
  const name = utf8(host);
  const entry = concat(Uint8Array.of(0, 0, name.length), name);
  const extension = concat(Uint8Array.of(0, 0, 0, entry.length + 2, 0, entry.length), entry);
  const other = Uint8Array.of(0, 23, 0, 0);
  const extensions = concat(other, extension);
  const body = concat(
    Uint8Array.of(3, 3),
    new Uint8Array(32),
    Uint8Array.of(0, 0, 2, 0x13, 1, 1, 0, 0, extensions.length),
    extensions,
  );
  const hello = concat(Uint8Array.of(1, 0, 0, body.length), body);
  const half = records === 1 ? hello.length : 20;
  const record = (part: Uint8Array) => concat(Uint8Array.of(22, 3, 1, 0, part.length), part);
  return records === 1 ? record(hello) : concat(record(hello.subarray(0, half)), record(hello.subarray(half)));
}

describe('a TCP connection in the list', () => {
  it('has its ends, its packets, and what each side sent', async () => {
    const request = upgradeRequest();
    const response = upgradeResponse();
    const said = clientFrame(TEXT, 'hello');
    const talk = new TcpConversation().open().exchange('c2s', request).exchange('s2c', response).exchange('c2s', said);
    const [stream, ...others] = await streamsIn(talk.close().packets);
    assert.deepEqual(others, []);
    assert.deepEqual(stream, {
      type: 'tcp-stream',
      connection: 0,
      client: { address: '10.0.0.1', port: 40001 },
      server: { address: '10.0.0.2', port: 8888 },
      packets: talk.packets.length,
      protocol: 'websocket',
      serverName: null,
      c2s: { octets: request.length + said.length, sha256: sha256(concat(request, said)), gaps: [] },
      s2c: { octets: response.length, sha256: sha256(response), gaps: [] },
    });
  });

  it('has its gaps, over which the hash goes as though they were not there', async () => {
    const talk = new TcpConversation().open();
    for (const words of ['one', 'two', 'three']) talk.exchange('c2s', utf8(words));
    const packets = talk.packets.filter((_, at) => at !== 5);
    const [stream] = await streamsIn(packets);
    assert.deepEqual(stream?.c2s, { octets: 8, sha256: sha256(utf8('onethree')), gaps: [[3, 3]] });
  });

  it('has no packet that is of no TCP connection', async () => {
    const { packets } = new TcpConversation().open().exchange('c2s', utf8('x'));
    const [datagram] = packets.map(frameOctets);
    datagram[14 + 9] = 17;
    const capture = captureOf([packets[0], datagram, ...packets.slice(1)]);
    const { streams } = await surveyStreams(capture);
    assert.deepEqual(
      streams.map(({ packets: count }) => count),
      [packets.length],
    );
  });

  it('counts packets that come when it is over', async () => {
    const talk = new TcpConversation().open().exchange('c2s', utf8('x')).close();
    assert.equal((await streamsIn([...talk.packets, ...talk.packets.slice(-2)]))[0]?.packets, talk.packets.length + 2);
  });

  const likenesses: [protocol: string, first: Uint8Array, serverName: string | null][] = [
    ['tls', clientHello('example.org'), 'example.org'],
    ['tls', clientHello('chat.example.org', 2), 'chat.example.org'],
    ['http', utf8('GET / HTTP/1.1\r\nHost: a\r\n\r\n'), null],
    ['http2', utf8('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'), null],
    ['unknown', utf8('SSH-2.0-OpenSSH_9.2\r\n'), null],
  ];
  for (const [protocol, first, serverName] of likenesses) {
    it(`looks like ${protocol}${serverName === null ? '' : ` to ${serverName}`}`, async () => {
      for (const segmentSize of [1448, 7]) {
        const talk = new TcpConversation({ segmentSize }).open().exchange('c2s', first);
        const [stream] = await streamsIn(talk.packets);
        assert.deepEqual([stream?.protocol, stream?.serverName], [protocol, serverName]);
      }
    });
  }

  it('is without octets where there are none', async () => {
    assert.equal((await streamsIn(new TcpConversation().open().packets))[0]?.protocol, 'none');
  });

  it('has the TLS client for its client where no SYN was captured, else the higher port', async () => {
    const ends = { client: peer('10.0.0.1', 443), server: peer('10.0.0.2', 50_000) };
    const tls = new TcpConversation(ends).open().exchange('c2s', clientHello('a.example')).packets.slice(3);
    assert.equal((await streamsIn(tls))[0]?.client.port, 443);
    const other = new TcpConversation(ends).open().exchange('c2s', utf8('SSH-2.0-x\r\n')).packets.slice(3);
    assert.equal((await streamsIn(other))[0]?.client.port, 50_000);
    // The server's packets come first.
    const answered = new TcpConversation(ends).open().acknowledge('s2c').exchange('c2s', clientHello('a.example'));
    const [stream] = await streamsIn(answered.packets.slice(3));
    assert.deepEqual([stream?.client.port, stream?.serverName], [443, 'a.example']);
    const talk = new TcpConversation(ends).open().exchange('c2s', utf8('hello'));
    assert.equal((await streamsIn(talk.packets.slice(1)))[0]?.client.port, 443, 'SYN/ACK');
    assert.equal((await streamsIn(talk.packets.slice(4)))[0]?.client.port, 50_000);
  });

  it('has no server name where the ClientHello is cut before it, wherever that is', async () => {
    const whole = clientHello('example.org');
    for (let length = 1; length < whole.length; length++) {
      const [stream] = await streamsIn(new TcpConversation().open().exchange('c2s', whole.subarray(0, length)).packets);
      assert.equal(stream?.serverName, null, `${length} octets`);
    }
  });

  it('is a WebSocket conversation also where octets were lost, before it is known what it is and after', async () => {
    const talk = new TcpConversation({ segmentSize: 60 }).open();
    talk.exchange('c2s', upgradeRequest()).exchange('s2c', upgradeResponse());
    const frames = talk.packets.length;
    for (let count = 0; count < 40; count++)
      talk.exchange('s2c', frame(TEXT, `{"count": ${count}, "more": "of the same"}`));
    for (const [begin, lost] of [
      [3, frames + 20],
      [frames, frames],
      [frames, frames + 4],
    ] as const) {
      const packets = talk.packets.filter((_, at) => at >= begin && at !== lost);
      const [stream] = await streamsIn(packets);
      assert.deepEqual(
        [stream?.protocol, stream?.s2c.gaps.length],
        ['websocket', lost === begin ? 0 : 1],
        `${begin} ${lost}`,
      );
    }
  });
});

/**
 * Where tshark 4.0 writes other octets, and the RFC decides for ours. Each octet has one place by its number (RFC 9293
 * §3.4), and of two for one place the one captured first counts, as a receiver keeps what it has (§3.10.7.4).
 */
const OTHERWISE: Record<string, string> = {
  'gorilla-ping-overlap-from-left': 'tshark takes the later copy where a segment fills a hole and reaches behind it',
  'ws-basic-overlap-from-left': 'as above',
  'gorilla-ping-storm': 'tshark doubles or leaves out octets of small segments that come late and twice',
  'ws-basic-storm': 'as above',
  'ws-basic-reordered': 'tshark leaves out a segment that comes late; the truth has its messages',
};

const skip = withoutSharedCaptures || withoutTshark;
const FOLDERS = ['core', 'deflate', 'violations', 'formats', 'lossy', 'damaged'];
/** One capture of so many is in the sample, and all that tshark sees otherwise. */
const SAMPLE = 8;

function capturesToCompare(): string[] {
  if (sharedCaptures === null) return [];
  const root = sharedCaptures;
  const all = FOLDERS.flatMap((folder) =>
    readdirSync(join(root, folder))
      .filter((name) => /\.(pcap|pcapng|gz|zst)$/.test(name))
      .sort()
      .map((name) => join(root, folder, name)),
  );
  if (process.env.ALL_CAPTURES) return all;
  return all.filter((path, index) => index % SAMPLE === 0 || nameOf(path) in OTHERWISE);
}

function nameOf(path: string): string {
  return path.replace(/^.*\//, '').replace(/\..*$/, '');
}

/** What tshark follows: octets each way by connection, client first where `port` is its own; all in one run. */
function followed(path: string, streams: readonly TcpStream[]): { count: number; sides: Uint8Array[][] } {
  const taps = streams.flatMap(({ connection }) => ['-z', `follow,tcp,raw,${connection}`]);
  const run = spawnSync('tshark', ['-r', path, '-T', 'fields', '-e', 'tcp.stream', ...taps], {
    maxBuffer: 1 << 28,
    encoding: 'utf8',
  });
  const [fields = '', ...parts] = run.stdout.split(/\n={50,}\nFollow: tcp,raw\n/);
  const numbers = new Set(fields.split(/[\n,]/).filter((word) => /^\d+$/.test(word)));
  const sides: Uint8Array[][] = [];
  for (const part of parts) {
    const stream = streams[Number(/tcp\.stream eq (\d+)/.exec(part)?.[1])] as TcpStream;
    const lines = part.split('\n').filter((line) => /^\t?([0-9a-f]{2})+$/.test(line));
    const of = (tab: boolean) =>
      Buffer.from(
        lines
          .filter((line) => line.startsWith('\t') === tab)
          .map((line) => line.trim())
          .join(''),
        'hex',
      );
    const clientIsFirst = /Node 0: (.*)/.exec(part)?.[1]?.endsWith(`:${stream.client.port}`);
    sides[stream.connection] = clientIsFirst ? [of(false), of(true)] : [of(true), of(false)];
  }
  return { count: numbers.size, sides };
}

describe('tshark finds the same connections and octets', { skip }, () => {
  for (const path of capturesToCompare()) {
    const otherwise = OTHERWISE[nameOf(path)];
    it(`${path.replace(/^.*\/captures\//, '')}${otherwise === undefined ? '' : `, but ${otherwise}`}`, async (test) => {
      let streams: TcpStream[];
      try {
        ({ streams } = await surveyStreams(path));
      } catch (error) {
        test.skip(`nothing to compare: ${error instanceof Error ? error.message : error}`);
        return;
      }
      const { count, sides } = followed(path, streams);
      assert.equal(streams.length, count);
      let differing = 0;
      for (const { connection, c2s, s2c } of streams) {
        for (const [index, side] of [c2s, s2c].entries()) {
          if (side.gaps.length > 0) continue;
          const same = side.sha256 === sha256(sides[connection]?.[index] ?? new Uint8Array(0));
          if (otherwise === undefined) assert.ok(same, `connection ${connection}, ${index === 0 ? 'c2s' : 's2c'}`);
          if (!same) differing++;
        }
      }
      if (otherwise !== undefined) assert.ok(differing > 0, 'tshark agrees now: it need not be listed');
    });
  }
});
