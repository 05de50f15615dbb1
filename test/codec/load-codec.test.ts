// How a codec is made of a registry, and what may be asked of one beside the meaning of a payload.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { type ExplainedPart, quoted, words } from '../../src/codec/explanation.ts';
import { loadCodec, OctetWriter, type PayloadCodec } from '../../src/codec/index.ts';

const folder = fileURLToPath(new URL('../../fixtures/walkthrough', import.meta.url));
const file = join(folder, 'walkthrough.registry.yaml');
const PING = Uint8Array.of(0, 1, 8, 150, 1);

function decoded(codec: PayloadCodec, octets: Uint8Array): unknown {
  const writer = new OctetWriter();
  return codec.write(octets, 0, octets.length, writer) ?? JSON.parse(writer.text());
}

function explained(codec: PayloadCodec, octets: Uint8Array): readonly ExplainedPart[] {
  const parts = codec.explain?.(octets) ?? [];
  let at = 0;
  for (const { start, end } of parts) {
    assert.equal(start, at);
    at = end;
  }
  assert.equal(at, octets.length);
  return parts;
}

test('a registry file and what the command line says make the same codec', async () => {
  const messages = [
    { id: 1, type: 'pb.Ping' },
    { id: 2, type: 'pb.Pong' },
  ];
  for (const source of [file, { proto: [join(folder, 'demo.proto')], messages }]) {
    const codec = await loadCodec(source);
    assert.deepEqual(decoded(codec, PING), { id: 1, type: 'pb.Ping', value: { seq: 150 } });
    assert.equal(codec.typeOf(PING, 0, PING.length), 'pb.Ping');
    assert.deepEqual(codec.typeNames?.(), ['pb.Ping', 'pb.Pong']);
  }
});

test('what is no registry is refused with its place', async () => {
  await assert.rejects(loadCodec(join(folder, 'none.yaml')), { name: 'DocumentError' });
  const messages = [{ id: 1, type: 'pb.Pingg' }];
  await assert.rejects(
    loadCodec({ proto: [join(folder, 'demo.proto')], messages }),
    /--id 1=pb\.Pingg: .*did you mean/,
  );
});

test('the octets of a payload are named one after the other: the id, then each field', async () => {
  const codec = await loadCodec(file);
  const parts = explained(codec, PING);
  assert.deepEqual(
    parts.map(({ kind, name, start, end }) => [kind, name, start, end]),
    [
      ['id', 'id', 0, 2],
      ['tag', 'tag', 2, 3],
      ['value', 'seq', 3, 5],
    ],
  );
  assert.deepEqual(
    parts[0].meaning.filter((word) => typeof word !== 'string'),
    [{ quoted: 'pb.Ping' }],
  );
});

test('of a payload that cannot be read, what is wrong stands where it is', async () => {
  const codec = await loadCodec(file);
  const cases: [octets: number[], kinds: string[]][] = [
    [[1], ['broken']],
    [
      [0, 1, 8, 150],
      ['id', 'tag', 'broken'],
    ],
    [
      [0, 9, 8, 1],
      ['id', 'tag', 'value'],
    ],
  ];
  for (const [octets, kinds] of cases) {
    const parts = explained(codec, Uint8Array.from(octets));
    assert.deepEqual(
      parts.map(({ kind }) => kind),
      kinds,
    );
  }
});

test('words keep apart what is quoted, also of words inside words', () => {
  const inner = words`${0} of ${quoted('a`b')}`;
  assert.deepEqual(
    words`it is ${inner}!`.filter((word) => word !== ''),
    ['it is ', '0', ' of ', { quoted: 'a`b' }, '!'],
  );
});
