// The cases of the Autobahn test suite, sections 1 to 7, 9, 12 and 13, as tables of our own making from its public case
// descriptions. Each is read from a client and from a server; where the suite sends in chops, so does this. What the suite
// expects an end to answer is no part of reading. `AUTOBAHN=full` sends as many compressed messages as the suite does, 11 GB in
// all, which takes a quarter of an hour or more; without it each of their cases has 256 KiB, or four messages.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseExtensions } from '../../src/http/extensions.ts';
import { misfit, readDeflateParameters } from '../../src/http/permessage-deflate.ts';
import { agreedExtensions } from '../../src/ws/extensions.ts';
import { CONTINUATION, frame, KEY, TEXT } from '../support/websocket-writer.ts';
import { type Case, hex, type Sent } from './autobahn-case.ts';
import { negotiations, section9, section12, section13 } from './autobahn-loads.ts';
import {
  broken,
  kosme,
  START,
  section1,
  section2,
  section3,
  section4,
  section5,
  section6,
  section7,
} from './autobahn-protocol.ts';
import { Reading } from './readings.ts';

const sections: Record<string, [suiteHas: number, cases: () => Iterable<Case>]> = {
  1: [16, () => section1],
  2: [11, () => section2],
  3: [7, () => section3],
  4: [10, () => section4],
  5: [20, () => section5],
  // And four that stand below.
  6: [141, () => section6],
  7: [37, () => section7],
  9: [54, section9],
  12: [90, section12],
  13: [126, section13],
};

/** What a client that sends it and a server that does are read as. */
function readCase({ sends, chops, extensions }: Case): [from: string, Reading][] {
  const ways = [true, false].map((fromClient) => {
    const agreed = fromClient ? extensions?.fromClient : extensions?.fromServer;
    return {
      fromClient,
      reading: new Reading({ fromClient, ...(agreed === undefined ? {} : { extensions: agreed }) }),
    };
  });
  const together = new Map(ways.map((way) => [way, [] as Uint8Array[]]));
  for (const [opcode, payload, form] of sends) {
    for (const way of ways) {
      const octets = frame(opcode, payload, { ...(way.fromClient ? { key: KEY } : {}), ...form });
      if (chops === 'frames') way.reading.feed(octets);
      else together.get(way)?.push(octets);
    }
  }
  for (const [{ reading }, frames] of together) {
    const all = Buffer.concat(frames);
    const length = typeof chops === 'number' ? chops : all.length;
    for (let at = 0; at < all.length; at += length) reading.feed(all.subarray(at, at + length));
  }
  return ways.map(({ fromClient, reading }) => [fromClient ? 'a client' : 'a server', reading.end()]);
}

function judge({ id, told = [], messages = [], controls = [] }: Case, from: string, reading: Reading): void {
  const what = `${id}, from ${from}`;
  assert.deepEqual(reading.findings, told, what);
  assert.deepEqual(
    reading.controls.map(({ opcode, octets }) => `${opcode} ${octets}`),
    controls,
    what,
  );
  assert.deepEqual(
    reading.messages.map(({ length }) => length),
    messages.map((message) => (typeof message === 'number' ? message : message.length)),
    what,
  );
  for (const [at, message] of messages.entries()) {
    if (typeof message === 'number') continue;
    const same = reading.messages[at].octets === Buffer.from(message).toString('latin1');
    assert.ok(same, `${what}: message ${at} says something else`);
  }
}

for (const [section, [suiteHas, cases]] of Object.entries(sections)) {
  it(`Autobahn, section ${section}: ${suiteHas} cases, from a client and from a server`, () => {
    const ids = new Set<string>();
    for (const each of cases()) {
      ids.add(each.id.split(',')[0]);
      for (const [from, reading] of readCase(each)) judge(each, from, reading);
    }
    assert.equal(ids.size, suiteHas);
  });
}

describe('Autobahn, section 13: what is negotiated', () => {
  for (const [at, { offers, answer, takeover, windowBits }] of negotiations.entries()) {
    it(`13.${at + 1}: ${answer}`, () => {
      const [offered, answered] = [offers, answer].map((field, side) => {
        const { extensions, fault } = parseExtensions(field);
        assert.equal(fault, null);
        return extensions.map((extension) => readDeflateParameters(extension, side === 0 ? 'request' : 'response'));
      });
      assert.deepEqual(
        [...offered, ...answered].flatMap(({ faults }) => faults),
        [],
      );
      assert.equal(misfit(answered[0], offered), null);
      const { fromClient, fromServer } = agreedExtensions(parseExtensions(answer).extensions);
      const both = { deflate: { takeover, windowBits, assumed: false }, unknown: false };
      assert.deepEqual([fromClient, fromServer], [both, both]);
    });
  }
});

describe('Autobahn, section 6.4: broken text is told as soon as it can be known', () => {
  for (const [id, pieces] of [
    [
      '6.4.1',
      [
        [TEXT, hex(kosme), START],
        [CONTINUATION, hex('f4908080'), START],
        [CONTINUATION, 'edited'],
      ],
    ],
    [
      '6.4.2',
      [
        [TEXT, hex(`${kosme}f4`), START],
        [CONTINUATION, hex('90'), START],
        [CONTINUATION, hex('8080')],
      ],
    ],
  ] as [string, Sent[]][]) {
    it(`${id}, with the fragment that breaks it`, () => {
      const reading = new Reading();
      const told = pieces.map(([opcode, payload, form]) => {
        reading.feed(frame(opcode, payload, { key: KEY, ...form }));
        return reading.findings.length;
      });
      assert.deepEqual(told, [0, 1, 1]);
    });
  }

  it('6.4.3 and 6.4.4, with the octet that breaks it, in a frame that is not over', () => {
    const reading = new Reading();
    const all = frame(TEXT, hex(broken), { key: KEY });
    const header = all.length - hex(broken).length;
    const told = [...all].map((octet) => reading.feed(Uint8Array.of(octet)).findings.length);
    // The surrogate begins behind the eleven octets of κόσμε; its second octet cannot be right.
    assert.equal(told.indexOf(1), header + 12);
  });
});
