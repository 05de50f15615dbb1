// The cases of the Autobahn test suite, sections 1 to 7, 9, 12 and 13, as tables of our own making from its public case
// descriptions. Each is read from a client and from a server; where the suite sends in chops, so does this. What the suite
// expects an end to answer is no part of reading.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { CONTINUATION, concat, frame, KEY, TEXT } from '../support/websocket-writer.ts';
import { type Case, hex, type Sent } from './autobahn-case.ts';
import { section9, section12, section13 } from './autobahn-loads.ts';
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

function readCase({ sends, chops = 0, extensions }: Case, fromClient: boolean): Reading {
  const mask = fromClient ? { key: KEY } : {};
  const reading = new Reading({ fromClient, ...(extensions === undefined ? {} : { extensions }) });
  const all = concat(...sends.map(([opcode, payload, form]) => frame(opcode, payload, { ...mask, ...form })));
  const length = chops === 0 ? all.length : chops;
  for (let at = 0; at < all.length; at += length) reading.feed(all.subarray(at, at + length));
  return reading.end();
}

/** Loads take time: text comes from a client, octets from a server. */
const LOADS = '9';

const sections = {
  1: section1,
  2: section2,
  3: section3,
  4: section4,
  5: section5,
  6: section6,
  7: section7,
  9: section9,
};

for (const [section, cases] of Object.entries({ ...sections, 12: section12, 13: section13 })) {
  describe(`Autobahn, section ${section}: ${cases.length} cases`, () => {
    for (const fromClient of [true, false]) {
      it(`from a ${fromClient ? 'client' : 'server'}`, () => {
        const chosen = cases.filter((_, at) => section !== LOADS || fromClient === at < cases.length / 2);
        for (const each of chosen) {
          const { id, told = [], messages = [], controls = [] } = each;
          const reading = readCase(each, fromClient);
          assert.deepEqual(reading.findings, told, id);
          assert.deepEqual(
            reading.messages.map(({ length }) => length),
            messages,
            id,
          );
          assert.deepEqual(
            reading.controls.map(({ opcode, octets }) => `${opcode} ${octets}`),
            controls,
            id,
          );
        }
      });
    }
  });
}

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
