// The fixtures' goldens through `check`: what the maker's script says it sent, written as expectations, must hold of each
// capture, and must not when any of it is written otherwise.

import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { ExpectedConnection, ExpectedControl, ExpectedMessage } from '../../scripts/fixture-conversation.ts';
import { prepareExpectations } from '../../src/check/expectations.ts';
import { judge } from '../../src/check/judge.ts';
import { loadRegistry, ProtobufCodec } from '../../src/codec/index.ts';
import { logOfCapture } from './mutation.ts';

const FIXTURES = fileURLToPath(new URL('../../fixtures/', import.meta.url));

interface Golden {
  registry: string | null;
  complete: boolean;
  connections: ExpectedConnection[];
}

function messageEntry({ direction, opcode, length, text, hex, decoded, decodeError }: ExpectedMessage): object {
  return {
    direction,
    opcode,
    length,
    ...(text === undefined ? {} : { text: { $is: text } }),
    ...(hex === undefined ? {} : { data: Buffer.from(hex, 'hex').toString('base64') }),
    ...(decoded === undefined ? {} : { type: decoded.type, id: decoded.id, value: { $is: decoded.value } }),
    ...(decodeError === undefined ? {} : { error: decodeError }),
  };
}

function controlEntry({ direction, opcode, length, code, reason }: ExpectedControl): object {
  return { direction, opcode, length, ...(opcode === 'close' ? { code, reason } : {}) };
}

function countsOf(codes: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const code of codes) counts[code] = (counts[code] ?? 0) + 1;
  return counts;
}

function expectationsOf({ complete, connections }: Golden): object {
  const upgraded = connections.filter(({ status }) => status === 101).length;
  const of = ({ target, status, subprotocol, messages, controls, diagnostics }: ExpectedConnection, index: number) => {
    const on = { index };
    const said = [
      { on, conversation: { order: 'direction', others: true, says: messages.map(messageEntry) } },
      { on, conversation: { order: 'direction', others: true, says: controls.map(controlEntry) } },
      { on, message: { kind: 'message', times: messages.length } },
      { on, message: { kind: 'control', times: controls.length } },
    ];
    return [
      { on, handshake: { status, target, subprotocol } },
      { on, diagnostics: { exactly: countsOf(diagnostics) } },
      ...(status === 101 ? said : []),
    ];
  };
  return {
    expect: [
      { capture: { complete } },
      { connections: { webSocket: upgraded, refused: connections.length - upgraded } },
      ...connections.flatMap(of),
    ],
  };
}

for (const name of readdirSync(FIXTURES)) {
  const golden = `${FIXTURES}${name}/expected.json`;
  if (!existsSync(golden)) continue;
  test(`fixture ${name} through check`, async () => {
    const expected: Golden = JSON.parse(readFileSync(golden, 'utf8'));
    const registry = expected.registry === null ? null : await loadRegistry(`${FIXTURES}${name}/${expected.registry}`);
    const codec = registry === null ? null : new ProtobufCodec(registry);
    const log = logOfCapture(`${FIXTURES}${name}/${name}.pcap`, codec);
    const placeOf = () => ({ file: golden });
    const verdictsOf = async (document: object) => {
      const { list } = await prepareExpectations(document);
      return (await judge({ list, placeOf }, log)).verdicts;
    };
    const missed = (await verdictsOf(expectationsOf(expected))).filter(({ held }) => !held);
    assert.deepEqual(missed, []);

    const [first] = expected.connections;
    if (first === undefined) return;
    const otherwise = { ...expected, connections: [{ ...first, target: `${first.target}!` }] };
    assert.ok((await verdictsOf(expectationsOf(otherwise))).some(({ held }) => !held));
  });
}
