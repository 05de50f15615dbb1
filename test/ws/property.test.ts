// It does not matter in which pieces the octets of a direction come: the frames, messages, control frames and findings are
// the same.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Random } from '../support/random.ts';
import { forSeeds } from '../support/time-box.ts';
import { closePayload, concat, frame } from '../support/websocket-writer.ts';
import { DEFLATE, read, readInPieces } from './readings.ts';

/** Any frame that the format can express, most of them allowed by the rules. */
function drawFrame(random: Random): Uint8Array {
  const strange = random.once(6);
  const opcode = strange ? random.between(0, 16) : random.pick([0, 1, 1, 2, 2, 8, 9, 10]);
  const length = random.pick([0, 1, 4, 5, 125, 126, 127, 200, random.between(0, 40), random.once(20) ? 65_536 : 3]);
  const drawn = random.octets(length);
  const payload =
    opcode === 8 ? closePayload(1000, 'bye €') : opcode === 1 ? drawn.map((octet) => octet & 0x7f) : drawn;
  return frame(opcode, payload, {
    fin: !random.once(opcode < 3 ? 2 : 20),
    rsv: strange ? random.between(0, 8) : 0,
    ...(random.once(10) ? {} : { key: random.once(10) ? new Uint8Array(4) : random.octets(4) }),
    ...(random.once(10) ? { lengthBits: 64 as const } : {}),
  });
}

function drawStream(random: Random): Uint8Array {
  const octets = concat(...Array.from({ length: random.between(1, 12) }, () => drawFrame(random)));
  return random.once(3) ? octets.subarray(0, random.between(0, octets.length + 1)) : octets;
}

describe('the reader of a direction', () => {
  it('reads the same in pieces of one octet', () => {
    forSeeds(600, (random) => {
      const octets = drawStream(random);
      const options = {
        fromClient: !random.once(3),
        ...(random.once(3) ? { extensions: DEFLATE } : {}),
        messageLimit: 300,
      };
      assert.deepEqual(readInPieces(octets, () => 1, options).outcome, read(octets, options).outcome);
    });
  });

  it('reads the same in random pieces', () => {
    forSeeds(1000, (random) => {
      const octets = drawStream(random);
      const longest = random.pick([2, 5, 14, 100, 2000]);
      const options = {
        ...(random.once(3) ? { extensions: DEFLATE } : {}),
        keepPayloads: !random.once(4),
        messageLimit: random.pick([300, 1e6]),
      };
      const pieces = readInPieces(octets, () => random.between(1, longest + 1), options);
      assert.deepEqual(pieces.outcome, read(octets, options).outcome);
    });
  });

  it('takes any octets whatever without an exception', () => {
    forSeeds(500, (random) => {
      const octets = random.octets(random.between(0, 3000));
      const reading = readInPieces(octets, () => random.between(1, 500));
      assert.ok(reading.frames.length <= octets.length / 2);
    });
  });
});
