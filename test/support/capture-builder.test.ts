// The witnesses themselves: their captures are held against tshark's checksums and reassembly where it is installed,
// and against the RFCs' own examples everywhere.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { captureOf } from './capture-builder.ts';
import { MultipathWriter } from './multipath-writer.ts';
import { Random } from './random.ts';
import { splitPacket, TcpConversation } from './tcp-conversation.ts';
import { peer, type TcpPacket } from './tcp-packet.ts';
import { withoutTshark } from './tshark.ts';
import {
  acceptValue,
  BINARY,
  CLOSE,
  clientFrame,
  closePayload,
  frame,
  KEY,
  TEXT,
  upgradeRequest,
  upgradeResponse,
} from './websocket-writer.ts';

function conversation(options: ConstructorParameters<typeof TcpConversation>[0]): TcpPacket[] {
  const talk = new TcpConversation(options);
  talk.open().exchange('c2s', upgradeRequest()).exchange('s2c', upgradeResponse());
  talk.exchange('c2s', clientFrame(TEXT, 'hello')).exchange('s2c', frame(BINARY, new Random(7).octets(4001)));
  return talk.exchange('c2s', clientFrame(CLOSE, closePayload(1000, 'bye'))).close().packets;
}

const folder = mkdtempSync(join(tmpdir(), 'wsdissect-'));
after(() => rmSync(folder, { recursive: true }));

/** One row a packet, columns parted by tabs. */
function tshark(capture: Uint8Array, ...fields: string[]): string[] {
  // tshark reads no capture from the socket that Node makes of a child's stdin.
  const path = join(folder, 'capture.pcap');
  writeFileSync(path, capture);
  const preferences = ['-o', 'tcp.check_checksum:TRUE', '-d', 'tcp.port==8888,http'];
  const columns = fields.flatMap((field) => ['-e', field]);
  const output = execFileSync('tshark', ['-r', path, ...preferences, '-T', 'fields', ...columns], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return String(output).split('\n').slice(0, -1);
}

test('the accept value is that of RFC 6455 §1.3', () => {
  assert.equal(acceptValue('dGhlIHNhbXBsZSBub25jZQ=='), 's3pPLMBiTxaQ9kYGzzhZRbK+xOo=');
});

test('a masked "Hello" is that of RFC 6455 §5.7', () => {
  const expected = [0x81, 0x85, 0x37, 0xfa, 0x21, 0x3d, 0x7f, 0x9f, 0x4d, 0x51, 0x58];
  assert.deepEqual([...frame(TEXT, 'Hello', { key: KEY })], expected);
});

test('lengths take 7, 16 or 64 bits, also when told to', () => {
  assert.deepEqual([...frame(BINARY, new Uint8Array(126)).subarray(0, 4)], [0x82, 126, 0, 126]);
  assert.deepEqual([...frame(BINARY, new Uint8Array(65536)).subarray(0, 10)], [0x82, 127, 0, 0, 0, 0, 0, 1, 0, 0]);
  assert.deepEqual([...frame(TEXT, 'a', { lengthBits: 16 })], [0x81, 126, 0, 1, 97]);
});

test('sequence numbers wrap at 2^32 and count SYN and FIN', () => {
  const packets = new TcpConversation({ clientSequence: 0xffffffff }).open().close().packets;
  assert.deepEqual(
    packets.filter((packet) => packet.source.port === 40001).map((packet) => packet.sequence),
    [0xffffffff, 0, 0, 1],
  );
});

test('a split packet carries the same octets in two', () => {
  const [packet] = new TcpConversation({ clientSequence: 0xfffffffe }).send('c2s', Uint8Array.of(1, 2, 3)).packets;
  const [left, right] = splitPacket(packet as TcpPacket, 2);
  assert.deepEqual([...left.payload, ...right.payload], [1, 2, 3]);
  assert.equal(right.sequence, 0);
});

const variants = [
  { name: 'IPv4', conversation: {}, capture: {} },
  { name: 'IPv6', conversation: { client: peer('fd00::1', 40001), server: peer('fd00::2', 8888) }, capture: {} },
  {
    name: 'IPv4, big-endian, nanoseconds, bare IP',
    conversation: {},
    capture: { byteOrder: 'big', resolution: 9, linkType: 101 },
  },
  { name: 'IPv4 over a wrap', conversation: { clientSequence: -100, serverSequence: -500 }, capture: {} },
] as const;

for (const variant of variants) {
  test(`tshark finds checksums good and the frames right: ${variant.name}`, { skip: withoutTshark }, () => {
    const capture = captureOf(conversation(variant.conversation), variant.capture);
    const rows = tshark(capture, 'tcp.checksum.status', 'websocket.opcode', 'tcp.analysis.flags');
    const columns = rows.map((row) => row.split('\t'));
    assert.deepEqual(new Set(columns.map(([checksum]) => checksum)), new Set(['1']), 'each TCP checksum is good');
    assert.deepEqual(columns.map(([, opcode]) => opcode).filter(Boolean), ['1', '2', '8']);
    assert.deepEqual(new Set(columns.map(([, , analysis]) => analysis)), new Set(['']), 'TCP analysis finds nothing');
  });
}

for (const version of [0, 1] as const) {
  test(`tshark joins the subflows, and counts their data as written: version ${version}`, {
    skip: withoutTshark,
  }, () => {
    const connection = new MultipathWriter({ version, width: version === 0 ? 8 : 4 });
    const first = connection.subflow().open().send('c2s', new Uint8Array(5), 0);
    connection.second().join().send('c2s', new Uint8Array(7), 5);
    first.send('s2c', new Uint8Array(3), 0);
    const rows = tshark(captureOf(connection.packets), 'mptcp.stream', 'mptcp.dss.dsn', '_ws.malformed');
    const columns = rows.map((row) => row.split('\t'));
    const [syn, ...others] = columns.map(([stream]) => stream);
    assert.equal(syn, version === 0 ? '0' : '', 'in version 1 the first packet has no key');
    assert.deepEqual(new Set(others.filter(Boolean)), new Set(['0']), 'all are of one connection');
    // Counted from the initial data sequence number, so that the first octet is 1.
    assert.deepEqual(columns.map(([, at]) => at).filter(Boolean), ['1', '6', '1']);
    assert.deepEqual(new Set(columns.map(([, , malformed]) => malformed)), new Set(['']));
  });
}
