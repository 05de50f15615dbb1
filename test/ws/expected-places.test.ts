// Places at which a frame is expected: how many are remembered, which are forgotten, and how often they are looked at where a
// stream breaks off again and again.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Allowance } from '../../src/ws/allowance.ts';
import { ChainFrame } from '../../src/ws/chain-frame.ts';
import { ExpectedPlaces, MOST_PLACES, PLACE_COST } from '../../src/ws/expected-places.ts';
import { Random } from '../support/random.ts';

const TEXT_HEADER = 0x81;
const BINARY_HEADER = 0x82;

/** A frame at `offset` whose chain has so many bits and leads to `next`. */
function frameAt(offset: number, next: number, score: number, first = BINARY_HEADER): ChainFrame {
  const header = { first, headerLength: 10, length: next - offset - 10, key: 0 };
  return new ChainFrame(header, offset, offset, 0, 1, false, 0, true, score, 0);
}

describe('places where a frame is expected', () => {
  it('are so many and no more, counted in the allowance, and those for which most speaks', () => {
    const allowance = new Allowance(1 << 26);
    const places = new ExpectedPlaces(allowance);
    for (let at = 0; at < 100_000; at++) places.expectBehind(frameAt(10 * at, 2 ** 30 + at, at % 1000 === 0 ? 9 : -9));
    const { held } = allowance;
    assert.ok(held <= MOST_PLACES * PLACE_COST, `${held} octets`);
    for (let at = 0; at < 100_000; at += 1000) assert.ok(places.at(2 ** 30 + at), `the one of frame ${at} is there`);
    places.clear();
    assert.equal(allowance.held, 0);
  });

  it('are fewer where no more may be held, and the best of them', () => {
    const allowance = new Allowance(100 * PLACE_COST);
    const places = new ExpectedPlaces(allowance);
    places.expectBehind(frameAt(0, 2 ** 30, 9));
    for (let at = 1; at < 10_000; at++) places.expectBehind(frameAt(10 * at, 2 ** 30 + at, -at));
    assert.ok(allowance.held <= allowance.limit);
    assert.ok(places.at(2 ** 30), 'the best one');
  });

  it('are forgotten once they are behind, as more come', () => {
    const allowance = new Allowance(1 << 26);
    const places = new ExpectedPlaces(allowance);
    for (let at = 0; at < 100_000; at += 20) places.expectBehind(frameAt(at, at + 20, 1));
    assert.ok(allowance.held < 100 * PLACE_COST, `${allowance.held / PLACE_COST} places`);
  });

  it('are judged once, however often the stream breaks off', () => {
    const places = new ExpectedPlaces(new Allowance(1 << 26));
    for (let at = 0; at < 5000; at++) places.expectBehind(frameAt(10 * at, 2 ** 30 + at, 1, TEXT_HEADER));
    let judged = 0;
    for (let gap = 0; gap < 1000; gap++) {
      const best = places.bestAt(50_000 + gap, () => {
        judged++;
        return 0;
      });
      assert.equal(best?.last.offset, 0, 'of chains for which as much speaks the first');
    }
    assert.ok(judged <= 5000 + 1000, `${judged} judgements`);
  });

  it('tell the best chain as looking at each of them would', () => {
    for (let seed = 1; seed <= 300; seed++) {
      const random = new Random(seed);
      const places = new ExpectedPlaces(new Allowance(1 << 26));
      /** The best frame by place, in the order in which places were expected. */
      const plain = new Map<number, { frame: ChainFrame; stretch: number }>();
      let offset = 0;
      for (let stretch = 0; stretch < 20; stretch++) {
        for (let count = random.between(0, 12); count > 0; count--) {
          offset += random.between(10, 30);
          const next = offset + 10 + random.between(0, 40) * random.between(1, 10);
          const frame = frameAt(offset, next, random.between(0, 12) - 3, random.pick([TEXT_HEADER, BINARY_HEADER]));
          places.expectBehind(frame);
          if ((plain.get(next)?.frame.score ?? -99) < frame.score) plain.set(next, { frame, stretch });
        }
        offset += random.between(1, 60);
        const judge = (frame: ChainFrame, ends: boolean) =>
          ends ? 5 : frame.first === TEXT_HEADER ? (frame.offset % 21) - 10 : 0;
        let expected: ChainFrame | null = null;
        let most = 0;
        for (const [next, { frame, stretch: since }] of plain) {
          if (next < offset) continue;
          const ends = next === offset;
          const score = frame.score + (ends || since === stretch ? judge(frame, ends) : 0);
          if (score > most) [expected, most] = [frame, score];
        }
        const best = places.bestAt(offset, judge);
        assert.equal(best?.last ?? null, expected, `seed ${seed}, stretch ${stretch}`);
        assert.equal(best?.score ?? 0, most);
      }
    }
  });
});
