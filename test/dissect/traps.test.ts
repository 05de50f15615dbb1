// What other dissectors stumbled over and no test beside its layer names: wrong checksums, payloads that cannot be decoded,
// one direction lost, one side silent, several frames in a packet.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type PayloadCodec, ProtobufCodec, registryFromOptions } from '../../src/codec/index.ts';
import { runDissectionSync } from '../../src/dissect/run.ts';
import { NdjsonWriter } from '../../src/output/ndjson.ts';
import { captureOf } from '../support/capture-builder.ts';
import { TcpConversation } from '../support/tcp-conversation.ts';
import { frameOctets, type TcpPacket } from '../support/tcp-packet.ts';
import {
  BINARY,
  clientFrame,
  concat,
  frame,
  head,
  KEY,
  TEXT,
  upgradeRequest,
  upgradeResponse,
  utf8,
} from '../support/websocket-writer.ts';
import { type Dissection, dissectionOf, upgraded } from './dissection.ts';

const ETHERNET = 14;
const IPV4 = 20;
const TCP_CHECKSUM = ETHERNET + IPV4 + 16;
const IP_CHECKSUM = ETHERNET + 10;

/** The packet as a capture on the sending host has it, before the network card wrote the checksums. */
function offloaded(packet: TcpPacket): Uint8Array {
  const octets = frameOctets(packet);
  octets.fill(0, IP_CHECKSUM, IP_CHECKSUM + 2);
  octets[TCP_CHECKSUM] ^= 0x5a;
  return octets;
}

function ndjsonOf(capture: Uint8Array): string[] {
  const chunks: Buffer[] = [];
  const writers: NdjsonWriter[] = [];
  runDissectionSync(capture, (clock) => {
    const write = (octets: Uint8Array) => chunks.push(Buffer.from(octets));
    writers.push(new NdjsonWriter(write, { frames: true, payload: 'always', codec: null }, clock));
    return writers[0];
  });
  writers[0].flush();
  return Buffer.concat(chunks).toString().trimEnd().split('\n');
}

describe('a dissection', () => {
  it('drops no segment for a checksum that offload left wrong', () => {
    const { packets } = upgraded().exchange('c2s', clientFrame(TEXT, 'sent')).exchange('s2c', frame(TEXT, 'back'));
    const found = dissectionOf(packets.map(offloaded));
    assert.deepEqual(found.said, ['c2s sent', 's2c back']);
    assert.deepEqual(found.summary.skipped, {});
  });

  it('places a finding in the packet that carried its octets, also where they waited for those before them', () => {
    const broken = Uint8Array.of(0xff, 0xfe);
    const talk = upgraded().send('s2c', frame(TEXT, 'first')).send('s2c', frame(TEXT, 'second'));
    const packets = [...talk.send('s2c', frame(TEXT, broken)).packets];
    packets.push(...packets.splice(-2).reverse());
    const found = dissectionOf(packets);
    assert.deepEqual(found.of('diagnostic').map(({ code, packet }) => [code, packet])[0], [
      'invalid-utf8-text',
      packets.length - 1,
    ]);
  });

  it('stays in step where payloads cannot be decoded, whatever the codec makes of them', async () => {
    const broken = ['00', '0001', '000108', '0001ffffffffffffffffffffff', '000112ffff', '0009', ''];
    const talk = upgraded();
    for (const hex of broken) talk.send('c2s', clientFrame(BINARY, Buffer.from(hex, 'hex')));
    talk.exchange('c2s', clientFrame(TEXT, 'in step'));
    const file = new URL('../../fixtures/walkthrough/demo.proto', import.meta.url).pathname;
    const codec = new ProtobufCodec(
      await registryFromOptions({ proto: [file], messages: [{ id: 1, type: 'pb.Ping' }] }),
    );
    const found = dissectionOf(talk.packets, { codec });
    const plain = dissectionOf(talk.packets);
    assert.equal(found.of('message').length, broken.length + 1);
    assert.deepEqual(
      found.of('message').map(({ length, packet, index }) => [length, packet, index]),
      plain.of('message').map(({ length, packet, index }) => [length, packet, index]),
    );
    assert.equal(found.said.at(-1), 'c2s in step');
    assert.deepEqual(found.faults, []);
  });

  it('goes on with one direction where the other is lost', () => {
    const talk = upgraded().skip('c2s', 3).exchange('c2s', clientFrame(TEXT, 'never in step again'));
    for (const said of ['one', 'two', 'three']) talk.exchange('s2c', frame(TEXT, said));
    const found = dissectionOf(talk.close().packets);
    assert.deepEqual(
      found.said.filter((said) => said.startsWith('s2c')),
      ['s2c one', 's2c two', 's2c three'],
    );
    assert.deepEqual(
      found.of('gap').map(({ direction }) => direction),
      ['c2s'],
    );
  });

  it('gives no data up merely because the other side spoke', () => {
    const { packets } = upgraded()
      .exchange('c2s', clientFrame(TEXT, 'early'))
      .exchange('c2s', clientFrame(TEXT, 'late'))
      .exchange('s2c', frame(TEXT, 'answer'))
      .exchange('s2c', frame(TEXT, 'and more'));
    const [early, ...later] = packets.slice(7);
    const found = dissectionOf([...packets.slice(0, 7), ...later, early]);
    assert.deepEqual(
      found.said.filter((said) => said.startsWith('c2s')),
      ['c2s early', 'c2s late'],
    );
    assert.deepEqual(found.of('gap'), []);
  });

  it('unmasks without a change to the capture that it reads', () => {
    const { packets } = upgraded().exchange('c2s', clientFrame(BINARY, new Uint8Array(5000).fill(9), { key: KEY }));
    const capture = captureOf(packets);
    const before = Buffer.from(capture);
    ndjsonOf(capture);
    assert.ok(before.equals(capture));
  });

  it('writes of several frames in one packet each in a line of its own, with no key twice', () => {
    const frames = concat(clientFrame(TEXT, 'one'), clientFrame(TEXT, 'two'), clientFrame(BINARY, 'three'));
    const lines = ndjsonOf(captureOf(upgraded().exchange('c2s', frames).packets));
    const of = (type: string) => lines.filter((line) => line.startsWith(`{"type":"${type}"`));
    assert.equal(of('message').length, 3);
    assert.equal(of('frame').length, 3);
    for (const line of lines) {
      // Written again from what was parsed it is as long: a key that stood twice would be gone.
      assert.equal(JSON.stringify(JSON.parse(line)).length, line.length, line);
    }
    const packets = new Set(of('message').map((line) => JSON.parse(line).packet));
    assert.equal(packets.size, 1);
  });
});

/** A codec that fails must fail alone. */
describe('a codec that says no to everything', () => {
  const refusing: PayloadCodec = {
    write: () => ({ code: 'ErrProtobuf', message: 'no' }),
    typeOf: () => null,
  };

  it('changes neither the number of messages nor their places', () => {
    const talk = upgraded();
    for (let size = 0; size < 300; size += 17) talk.send('s2c', frame(BINARY, new Uint8Array(size)));
    const plain: Dissection = dissectionOf(talk.packets);
    const refused = dissectionOf(talk.packets, { codec: refusing });
    assert.equal(refused.of('message').length, plain.of('message').length);
    assert.deepEqual(refused.said, plain.said);
    assert.ok(refused.of('message').every(({ decodeError }) => decodeError?.code === 'ErrProtobuf'));
  });
});

describe('a method with lower-case letters', () => {
  const request = utf8(Buffer.from(upgradeRequest()).toString('latin1').replace(/^GET/, 'get'));

  for (const segmentSize of [1448, 1]) {
    it(`is one that is not GET, in segments of ${segmentSize}`, () => {
      const talk = new TcpConversation({ segmentSize }).open().exchange('c2s', request);
      talk
        .exchange('s2c', upgradeResponse())
        .exchange('c2s', clientFrame(TEXT, 'one'))
        .exchange('s2c', frame(TEXT, 'two'));
      const found = dissectionOf(talk.packets);
      assert.equal(found.of('handshake')[0]?.request.method, 'get');
      assert.deepEqual(found.codes, ['method-not-get']);
      assert.deepEqual(found.said, ['c2s one', 's2c two']);
    });
  }

  it('is told of an upgrade that was refused', () => {
    const refusal = head('HTTP/1.1 405 Method Not Allowed', [['Content-Length', '0']]);
    const found = dissectionOf(new TcpConversation().open().exchange('c2s', request).exchange('s2c', refusal).packets);
    assert.equal(found.of('handshake')[0]?.response?.status, 405);
    assert.deepEqual(found.codes, ['method-not-get', 'upgrade-refused']);
  });

  it('is told of a request behind others', () => {
    const talk = new TcpConversation().open().exchange('c2s', head('GET / HTTP/1.1', [['Host', 'example.org']]));
    talk
      .exchange('s2c', head('HTTP/1.1 204 No Content', []))
      .exchange('c2s', request)
      .exchange('s2c', upgradeResponse());
    assert.deepEqual(dissectionOf(talk.packets).codes, ['method-not-get']);
  });

  for (const said of [
    'cd /tmp\n',
    'cat /etc/hosts',
    'get /key\r\n',
    'help',
    'mail from /',
    `get /${'x'.repeat(5000)}`,
  ]) {
    it(`is not taken for one where another protocol says ${JSON.stringify(said.slice(0, 20))}`, () => {
      const talk = new TcpConversation().open().exchange('c2s', utf8(said)).exchange('s2c', utf8('ok\r\n')).close();
      assert.deepEqual(dissectionOf(talk.packets).summary.otherConnections, [
        { protocol: 'unknown', port: 8888, connections: 1 },
      ]);
    });
  }
});
