// Every fixture beside its expectation: what the maker's script sent, the dissector must find, no more and no less.

import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { ExpectedConnection, ExpectedControl, ExpectedMessage } from '../scripts/fixture-conversation.ts';
import { loadRegistry, ProtobufCodec } from '../src/codec/index.ts';
import { dissect, dissectSync } from '../src/dissect/dissect.ts';
import type { ControlEvent, Direction, MessageEvent, WsdissectEvent } from '../src/dissect/events.ts';

const FIXTURES = fileURLToPath(new URL('../fixtures/', import.meta.url));

interface Expectation {
  what: string;
  registry: string | null;
  complete: boolean;
  connections: ExpectedConnection[];
}

function expectationOf(name: string): Expectation {
  return JSON.parse(readFileSync(`${FIXTURES}${name}/expected.json`, 'utf8'));
}

function messageFound(event: MessageEvent): ExpectedMessage {
  const { direction, opcode, length = -1, text, data, decoded, decodeError } = event;
  return {
    direction,
    opcode,
    length,
    ...(text === undefined ? {} : { text }),
    ...(data === undefined ? {} : { hex: Buffer.from(data, 'base64').toString('hex') }),
    ...(decoded === undefined ? {} : { decoded }),
    ...(decodeError === undefined ? {} : { decodeError: decodeError.code }),
  };
}

function controlFound(event: ControlEvent): ExpectedControl {
  const { direction, opcode, length, code, reason } = event;
  return opcode === 'close'
    ? { direction, opcode, length, code: code ?? null, reason: reason ?? '' }
    : { direction, opcode, length };
}

/** What was found of each connection that has a handshake. */
function connectionsFound(events: readonly WsdissectEvent[]): ExpectedConnection[] {
  const found = new Map<number, ExpectedConnection>();
  for (const event of events) {
    if (event.type === 'handshake') {
      const { request, response, subprotocol } = event;
      const status = response?.status ?? 0;
      const { target } = request;
      found.set(event.connection, { target, status, subprotocol, messages: [], controls: [], diagnostics: [] });
    } else if (event.type === 'message') found.get(event.connection)?.messages.push(messageFound(event));
    else if (event.type === 'control') found.get(event.connection)?.controls.push(controlFound(event));
    else if (event.type === 'diagnostic') found.get(event.connection)?.diagnostics.push(event.code);
  }
  return [...found.values()];
}

/** The order between the directions is the capture's affair. */
function byDirection<Element extends { direction: Direction }>(elements: readonly Element[]): Element[] {
  return [...elements].sort((one, other) => one.direction.localeCompare(other.direction));
}

function inOrder(connections: readonly ExpectedConnection[]): ExpectedConnection[] {
  return connections.map((connection) => ({
    ...connection,
    messages: byDirection(connection.messages),
    controls: byDirection(connection.controls),
  }));
}

for (const name of readdirSync(FIXTURES)) {
  if (!existsSync(`${FIXTURES}${name}/expected.json`)) continue;
  const { what, registry, complete, connections } = expectationOf(name);

  test(`fixture ${name}: ${what}`, async () => {
    const codec = registry === null ? null : new ProtobufCodec(await loadRegistry(`${FIXTURES}${name}/${registry}`));
    const events = dissectSync(`${FIXTURES}${name}/${name}.pcap`, { codec });
    assert.deepEqual(inOrder(connectionsFound(events)), inOrder(connections));
    const summary = events.at(-1);
    assert.equal(summary?.type === 'summary' && summary.complete, complete);
  });
}

/** What else lies beside captures. */
const NO_CAPTURE = /\.(md|json|ya?ml|proto|keys)$/;

interface FamilyExpectation {
  captures: string[];
  /** Files that are one capture together. */
  sets: string[][];
  connections: ExpectedConnection[];
}

for (const name of readdirSync(FIXTURES)) {
  const path = `${FIXTURES}${name}/expected-of-each.json`;
  if (!existsSync(path)) continue;
  const { captures, sets, connections }: FamilyExpectation = JSON.parse(readFileSync(path, 'utf8'));

  test(`fixtures of ${name}: each file is named, and no other`, () => {
    const files = readdirSync(`${FIXTURES}${name}`).filter((file) => !NO_CAPTURE.test(file));
    assert.deepEqual(files.sort(), [...captures, ...sets.flat()].sort());
  });

  for (const files of [...captures.map((file) => [file]), ...sets]) {
    test(`fixture ${name}/${files.join(', ')}`, async () => {
      const events: WsdissectEvent[] = [];
      for await (const event of dissect(files.map((file) => `${FIXTURES}${name}/${file}`))) events.push(event);
      assert.deepEqual(inOrder(connectionsFound(events)), inOrder(connections));
      const summary = events.at(-1);
      assert.ok(summary?.type === 'summary' && summary.complete);
      assert.deepEqual(summary.skipped, {});
      const whole = events.some((event) => event.type === 'gap') ? 'has gaps' : 'whole';
      assert.equal(whole, 'whole');
    });
  }
}
