// Recorded captures against what the programs in them logged: the clean ones, those in which rules are broken, and those that
// lost packets but no frame's header, as a list that may only grow.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { loadRegistry, ProtobufCodec } from '../../src/codec/index.ts';
import { dissectSync } from '../../src/dissect/dissect.ts';
import type { WsdissectEvent } from '../../src/dissect/events.ts';
import { withoutSharedCaptures } from '../support/shared-captures.ts';
import { Dissection } from './dissection.ts';
import {
  describeControl,
  describeMessage,
  digestOf,
  expectedControl,
  expectedMessage,
  type Found,
  findConnection,
  foundIn,
  type TrueConnection,
  type Truth,
  truthsOf,
} from './truth.ts';

async function eventsOf(truth: Truth): Promise<WsdissectEvent[]> {
  const codec = truth.registry === null ? null : new ProtobufCodec(await loadRegistry(truth.registry));
  return dissectSync(truth.capture, { payload: 'always', codec, frames: true });
}

/** Each true connection with what was found of it; a port pair used again is found again. */
function pairs(truth: Truth, found: readonly Found[]): [TrueConnection, Found][] {
  const uses = new Map<string, number>();
  return truth.connections.map((connection) => {
    const ports = `${connection.client_port} ${connection.server_port}`;
    const use = uses.get(ports) ?? 0;
    uses.set(ports, use + 1);
    const held = findConnection(found, connection, use);
    assert.ok(held, `the connection from port ${connection.client_port} is found`);
    return [connection, held];
  });
}

function assertConversation(connection: TrueConnection, { opening, messages, controls }: Found): void {
  if (connection.handshake) {
    assert.ok(opening.type === 'handshake', 'the handshake is found');
    const { request, response, subprotocol, extensions } = opening;
    const { method, target } = request;
    const found = { method, target, status: response?.status, subprotocol, extensions };
    assert.deepEqual(found, { ...found, ...connection.handshake });
  }
  for (const direction of ['c2s', 's2c']) {
    const isHere = (entry: { direction: string; lost?: true }) => entry.direction === direction && !entry.lost;
    const trueMessages = connection.messages.filter(isHere);
    const trueControls = connection.controls.filter(isHere);
    const had = messages.filter((message) => isHere(message) && message.inflated !== false);
    if (!connection.may_miss) {
      assert.deepEqual(
        had.map((message, at) => describeMessage(message, trueMessages[at])),
        trueMessages.map(expectedMessage),
      );
      assert.deepEqual(
        controls.filter(isHere).map((control, at) => describeControl(control, trueControls[at])),
        trueControls.map(expectedControl),
      );
    } else {
      assert.ok(trueMessages.length - had.length <= connection.may_miss, `${had.length} of ${trueMessages.length}`);
      assertSubsequence(
        had.map((message) => `${message.opcode} ${message.length} ${digestOf(message)}`),
        trueMessages.map(({ opcode, length, sha256 }) => `${opcode} ${length} ${sha256}`),
      );
    }
  }
}

/** All of `part` stands in `whole`, in its order: messages may be missing, none may be invented. */
function assertSubsequence(part: readonly string[], whole: readonly string[]): void {
  let at = 0;
  for (const entry of part) {
    at = whole.indexOf(entry, at) + 1;
    assert.ok(at > 0, `never said: ${entry}`);
  }
}

describe('clean captures', { skip: withoutSharedCaptures }, () => {
  /** gorilla 1.5.0 takes a key that is not 16 octets. */
  const rightly: Record<string, string[]> = { 'gorilla-refusals': ['key-invalid'] };

  for (const truth of truthsOf('core')) {
    it(`${truth.name} says what the programs said, without a false alarm`, async () => {
      const events = await eventsOf(truth);
      const found = foundIn(events);
      for (const [connection, held] of pairs(truth, found)) assertConversation(connection, held);
      assert.equal(
        found.filter(({ opening }) => opening.type === 'handshake' && opening.upgraded).length,
        upgradedIn(truth),
      );
      const dissection = new Dissection(events);
      assert.deepEqual(dissection.faults, rightly[truth.name] ?? []);
      assert.deepEqual(dissection.of('gap'), []);
      assert.equal(dissection.summary.messages, dissection.of('message').length);
      assert.equal(dissection.of('end').length, found.length);
    });
  }
});

function upgradedIn(truth: Truth): number {
  return truth.connections.filter(({ handshake }) => handshake?.status === 101).length;
}

describe('captures in which rules are broken', { skip: withoutSharedCaptures }, () => {
  for (const truth of truthsOf('violations')) {
    for (const [number, connection] of truth.connections.entries()) {
      const [code] = connection.what.split(':');
      // Its frame after the close is in no packet: the program closed before it was sent.
      const absent = connection.client_port === 44028;
      it(`${truth.name}, connection ${number}: ${connection.what}${absent ? ', which was never captured' : ''}`, async () => {
        const found = foundIn(await eventsOf(truth));
        const held = pairs(truth, found)[number][1];
        const expected = new Set(absent ? [] : [code]);
        const errors = held.codes.filter((found) => found === code || !quiet.has(found));
        assert.deepEqual(new Set(errors), expected);
        // The reader's own words, where it had any, hold those that we say it would use.
        const { ends } = connection;
        const objected = ends !== null && ends !== undefined && ends !== 'accepted' && !absent;
        if (objected)
          assert.ok(
            held.peerWords.some((words) => ends.includes(words)),
            `${ends}: ${held.peerWords}`,
          );
        else assert.deepEqual(held.peerWords, []);
        const isWhole = (message: { length?: number }) => message.length !== undefined;
        for (const direction of ['c2s', 's2c']) {
          const isHere = (entry: { direction: string }) => entry.direction === direction;
          const shape = ({ opcode, length }: { opcode: string; length?: number }) => `${opcode} ${length}`;
          assertSubsequence(
            connection.messages.filter(isHere).map(shape),
            held.messages.filter(isHere).filter(isWhole).map(shape),
          );
        }
      });
    }
  }
  /** Notes: what may stand beside the rule that is broken. */
  const quiet = new Set(['message-unfinished', 'masking-key-zero', 'message-incomplete', 'extension-unknown']);
});

describe('captures that lost packets', { skip: withoutSharedCaptures }, () => {
  for (const truth of truthsOf('lossy')) {
    it(`${truth.name} says all that is there`, async () => {
      const events = await eventsOf(truth);
      for (const [connection, held] of pairs(truth, foundIn(events))) assertConversation(connection, held);
      assert.equal(new Dissection(events).summary.complete, truth.exit === 0);
    });
  }
});
