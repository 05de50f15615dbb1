import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Origin } from '../../src/capture/packet.ts';
import { PIECE_COST } from '../../src/tcp/limits.ts';
import { Allowance } from '../../src/ws/allowance.ts';
import { MOST_PLACES, PLACE_COST } from '../../src/ws/expected-places.ts';
import { contentBits, NOTHING_SEEN, type SeenFrames } from '../../src/ws/frame-evidence.ts';
import { FrameSearch } from '../../src/ws/frame-search.ts';
import { MOST_PIECES } from '../../src/ws/searched-octets.ts';
import { Random } from '../support/random.ts';
import {
  BINARY,
  CLOSE,
  CONTINUATION,
  closePayload,
  concat,
  frame,
  PING,
  PONG,
  TEXT,
  utf8,
} from '../support/websocket-writer.ts';
import { records, STREAMS } from './streams-without-frames.ts';

interface SearchOptions {
  masked?: boolean;
  compression?: boolean;
  seen?: SeenFrames;
  limit?: number;
  offset?: number;
}

interface Found {
  /** Stream offset of the frame read from; -1 where none was found. */
  at: number;
  passedOver: number;
  /** What was handed on. */
  octets: Uint8Array;
}

/** Searches through segments; a number is a gap of so many octets. `piece` octets are fed at a time. */
function search(segments: readonly (Uint8Array | number)[], options: SearchOptions = {}, piece = 65_536): Found {
  const allowance = new Allowance(1 << 26);
  const { masked = false, compression = false, seen = NOTHING_SEEN, limit = 256 * 1024, offset = 0 } = options;
  const search = new FrameSearch(offset, { masked, compression, seen, limit, allowance });
  const origin = new Origin();
  const rest: Uint8Array[] = [];
  for (const segment of segments) {
    origin.number++;
    if (typeof segment === 'number') {
      if (search.found < 0) search.skip(segment, origin);
      continue;
    }
    for (let at = 0; at < segment.length; at += piece) {
      const part = segment.subarray(at, at + piece);
      if (search.found >= 0) rest.push(part);
      else search.feed(part, 0, part.length, origin);
    }
  }
  if (search.found < 0) search.end();
  const held: Uint8Array[] = [];
  if (search.found >= 0) {
    search.handOn({
      feed: (buffer, start, end) => held.push(buffer.slice(start, end)),
      skip: () => {},
    });
  } else {
    search.release();
  }
  assert.equal(allowance.held, 0, 'all that was held is given back');
  return { at: search.found, passedOver: search.passedOver, octets: concat(...held, ...rest) };
}

/** Frames of one direction with payloads of random octets. */
function frames(random: Random, count: number, masked: boolean, longest = 100): Uint8Array[] {
  return Array.from({ length: count }, () =>
    frame(BINARY, random.octets(random.between(0, longest)), masked ? { key: random.octets(4) } : {}),
  );
}

describe('frames are found again', () => {
  for (const masked of [false, true]) {
    const whose = masked ? 'a client' : 'a server';

    it(`where each frame of ${whose} has a segment of its own, from the first on`, () => {
      const random = new Random(1);
      const sent = frames(random, 6, masked);
      const found = search(sent, { masked, offset: 1000 });
      assert.equal(found.at, 1000);
      assert.equal(found.passedOver, 0);
      assert.deepEqual(found.octets, concat(...sent));
    });

    it(`of ${whose} behind the rest of a frame whose header was lost, after one frame, or few`, () => {
      const missed = Array.from({ length: 200 }, (_, seed) => {
        const random = new Random(seed);
        const rest = random.octets(random.between(1, 60));
        const sent = frames(random, 20, masked);
        const seen = { frames: 30, longest: 106, endedSegments: 4, kinds: (1 << BINARY) | (1 << TEXT) };
        const { at } = search([concat(rest, ...sent)], { masked, seen });
        const starts = sent.map((_, index) => concat(rest, ...sent.slice(0, index)).length);
        assert.ok(starts.includes(at), `seed ${seed}: found at ${at}, which begins no frame`);
        return starts.indexOf(at);
      });
      assert.ok(missed.filter((count) => count > 1).length < 25, `${missed}`);
      assert.ok(Math.max(...missed) <= 4, `${missed}`);
    });
  }

  it('by one frame alone that fills its segment, where it is of the kind seen before', () => {
    const seen: SeenFrames = { frames: 20, longest: 100, endedSegments: 20, kinds: 1 << BINARY };
    assert.equal(search([frame(BINARY, new Random(3).octets(40))], { seen }).at, 0);
  });

  it('by a text that is UTF-8, and not by one that is not', () => {
    const text = frame(TEXT, 'good morning', { key: Uint8Array.of(0x91, 0xf3, 0x02, 0xbb) });
    assert.equal(search([text], { masked: true }).at, 0);
    const broken = text.slice();
    broken[8] = (broken[8] as number) ^ 0x80;
    assert.equal(search([broken], { masked: true }).at, -1);
  });

  it('by a close frame whose code may be sent and whose reason is UTF-8, rather than by another', () => {
    const closes: [body: Uint8Array, speaksFor: boolean][] = [
      [closePayload(1001, 'going home'), true],
      [closePayload(4321), true],
      [closePayload(1005, 'going home'), false],
      [closePayload(77, 'going home'), false],
      [concat(closePayload(1001), Uint8Array.of(0x67, 0xff, 0x69)), false],
      [Uint8Array.of(3), false],
    ];
    const key = Uint8Array.of(0x91, 0xf3, 0x02, 0xbb);
    for (const [body, speaksFor] of closes) {
      for (const sent of [frame(CLOSE, body), frame(CLOSE, body, { key })]) {
        const headerLength = sent.length - body.length;
        const word = headerLength > 2 ? 0x91f302bb | 0 : 0;
        const header = { first: sent[0], headerLength, length: body.length, key: word };
        const bits = contentBits(header, sent, headerLength, sent.length);
        assert.ok(speaksFor ? bits > 0 : bits < 0, `${Buffer.from(body).toString('hex')}: ${bits}`);
      }
    }
  });

  it('by two that fill their segments, however many of the octets between them are zeros, which look like headers', () => {
    // As VS Code's server sends them: kind, number, acknowledged, length, in 13 octets, and what it says.
    const sent = [
      Uint8Array.of(0x0b, 0, 0, 0, 0, 0, 0, 3, 0x7a, 0, 0, 0, 4, 0, 0, 0, 0x10),
      Uint8Array.of(9, 0, 0, 0, 0, 0, 0, 3, 0x7a, 0, 0, 0, 0),
    ].map((payload) => frame(BINARY, payload));
    assert.equal(search(sent, { compression: true }).at, 0);
  });

  it('by one that is all that is said, from the beginning of a segment on', () => {
    const key = Uint8Array.of(0x35, 0xf3, 0x1b, 0xfe);
    for (const sent of [
      [frame(PING, '', { key })],
      [frame(8, closePayload(1001), { key })],
      [frame(8, closePayload(1001))],
      [frame(BINARY, Uint8Array.of(1, 2, 3, 4))],
      [frame(PING, ''), frame(BINARY, Uint8Array.of(1, 2, 3, 4))],
    ]) {
      const masked = sent[0][1] >= 0x80;
      assert.equal(search(sent, { masked, compression: true }).at, 0);
      if (sent.length === 1) assert.equal(search([Uint8Array.of(7), sent[0]], { masked, compression: true }).at, -1);
    }
  });

  it('behind thousands of segments without any', () => {
    const random = new Random(6);
    const segments = Array.from({ length: 2500 }, () => new Uint8Array(200).fill(0xff));
    const sent = frames(random, 6, false);
    const found = search([...segments, ...sent], { limit: 4096, offset: 10 });
    const starts = [0, 1, 2].map((index) => 500_000 + concat(...sent.slice(0, index)).length);
    assert.ok(starts.includes(found.passedOver), `found behind ${found.passedOver} octets`);
    assert.equal(found.at, 10 + found.passedOver);
    assert.deepEqual(found.octets, concat(...sent).subarray(found.passedOver - 500_000));
  });

  it('not by text XOR text, which is UTF-8 too: the rest of a masked text whose octets look like a header', () => {
    const text = utf8('hello, this is the rest of a longer text');
    const key = Uint8Array.of(0x81 ^ (text[0] as number), (0x80 | (text.length - 6)) ^ (text[1] as number), 0x5a, 0xc3);
    const rest = text.map((octet, at) => octet ^ (key[at & 3] as number));
    assert.equal(rest[0], 0x81);
    assert.equal(search([rest], { masked: true }).at, -1);
  });

  it('across a gap that hides only payload', () => {
    const random = new Random(4);
    const [first, second, third, fourth] = frames(random, 4, false, 100) as [
      Uint8Array,
      Uint8Array,
      Uint8Array,
      Uint8Array,
    ];
    const cut = second.subarray(0, 10);
    const { at } = search([first, cut, second.length - 10, third, fourth]);
    assert.equal(at, 0);
  });

  it('with pings, pongs, fragments and a close in the chain', () => {
    const sent = [
      frame(PING, 'are you there'),
      frame(TEXT, 'one ', { fin: false }),
      frame(PONG, ''),
      frame(CONTINUATION, 'two'),
      frame(8, closePayload(1000, 'bye')),
    ];
    assert.equal(search(sent).at, 0);
  });

  it('with frames larger than what is held', () => {
    const random = new Random(5);
    const sent = Array.from({ length: 5 }, () => frame(BINARY, random.octets(70_000)));
    const found = search([random.octets(50), ...sent.flatMap((one) => cutInto(one, 1448))], { limit: 4096 });
    const starts = sent.map((_, index) => 50 + sent.slice(0, index).reduce((sum, one) => sum + one.length, 0));
    assert.ok(starts.includes(found.at), `found at ${found.at}`);
  });
});

describe('a search', () => {
  it('finds the same in octets fed one by one', () => {
    for (let seed = 1; seed < 30; seed++) {
      const random = new Random(seed);
      const masked = random.once(2);
      const stream = concat(random.octets(random.between(0, 50)), ...frames(random, random.between(1, 12), masked));
      const segments = cutInto(stream, random.between(20, 300));
      const withGaps = segments.map((segment) => (random.once(6) ? segment.length : segment));
      assert.deepEqual(search(withGaps, { masked }, 1), search(withGaps, { masked }), `seed ${seed}`);
    }
  });

  it('finds nothing in records behind their lengths, each a segment of its own', () => {
    for (let seed = 1; seed <= 400; seed++) {
      const random = new Random(seed);
      assert.equal(search(records(random, 3000), { compression: random.once(2) }).at, -1, `seed ${seed}`);
    }
  });

  it('finds the frame behind a payload of records whose header was lost', () => {
    for (let seed = 1; seed <= 200; seed++) {
      const random = new Random(seed);
      const rest = concat(...records(random, 3000));
      const sent = Array.from({ length: 6 }, () => frame(BINARY, random.octets(random.between(20, 100))));
      const { at } = search([...cutInto(rest, 1448), ...sent]);
      assert.ok(at >= rest.length, `seed ${seed}: found at ${at} of ${rest.length}`);
    }
  });

  it('finds a message in fragments by its last one at the latest', () => {
    const fragments = [0, 1, 2].map((at) => frame(CONTINUATION, 'x'.repeat(50 + at), { fin: false }));
    const last = frame(CONTINUATION, 'the end');
    const sent = [...fragments, last, frame(BINARY, 'next'), frame(BINARY, 'and another')];
    const { at } = search(sent);
    const before = concat(...fragments).length;
    assert.ok([before, before + last.length].includes(at), `found at ${at}`);
  });

  it('counts each packet among what it holds, and holds so many of them and no more', () => {
    const { held, octets } = heldAfter(100_000, (search, origin) => search.feed(Uint8Array.of(0xff), 0, 1, origin));
    assert.ok(octets <= 4 * MOST_PIECES, `${octets} octets of so many packets`);
    assert.ok(held >= MOST_PIECES * PIECE_COST, `${held} octets counted`);
    assert.ok(held <= 3 * MOST_PIECES * PIECE_COST, `${held} octets counted`);
  });

  it('holds no more for gaps in a row than for one', () => {
    const gaps = (count: number) =>
      heldAfter(count, (search, origin) => {
        if (origin.number === 1) search.feed(Uint8Array.of(0xff), 0, 1, origin);
        search.skip(1448, origin);
      });
    assert.deepEqual(gaps(10_000), gaps(1));
    assert.ok(gaps(1).held >= 2 * PIECE_COST, 'the octet and the gap');
  });

  it('counts places to which headers lead among what it holds, and holds so many of them and no more', () => {
    const random = new Random(1);
    const far = new Uint8Array(1000);
    const view = new DataView(far.buffer);
    const { held } = heldAfter(1000, (search, origin) => {
      for (let at = 0; at < far.length; at += 10) {
        far.set([0x82, 127, 0, 0, 0, 0], at);
        view.setUint32(at + 6, random.between(0x0400_0000, 0x7000_0000));
      }
      search.feed(far, 0, far.length, origin);
    });
    const octets = 512 * 1024 + 2 * 1000 * PIECE_COST;
    assert.ok(held > (MOST_PLACES / 2) * PLACE_COST, `${held} octets counted`);
    assert.ok(held <= octets + MOST_PLACES * PLACE_COST, `${held} octets counted`);
  });

  for (const [name, make] of Object.entries(STREAMS)) {
    // Of random octets so many that one in 10,000 would show.
    const streams = name === 'random octets' ? 12_000 : 400;
    it(`finds nothing in ${streams} streams of ${name}`, () => {
      for (let seed = 1; seed <= streams; seed++) {
        const random = new Random(seed);
        const stream = make(random, random.between(20, 3000));
        const segments = cutInto(stream, random.pick([20, 60, 300, 1448]));
        const masked = random.once(2);
        const { at } = search(segments, { masked, compression: random.once(2) });
        assert.equal(at, -1, `seed ${seed}, ${masked ? 'masked' : 'unmasked'}`);
      }
    });
  }
});

/** What a search counts for what it holds once it took so many packets, and how many octets it hands on if it must. */
function heldAfter(
  packets: number,
  feed: (search: FrameSearch, origin: Origin) => void,
): { held: number; octets: number } {
  const allowance = new Allowance(1 << 28);
  const search = new FrameSearch(0, {
    masked: false,
    compression: false,
    seen: NOTHING_SEEN,
    limit: 256 * 1024,
    allowance,
  });
  const origin = new Origin();
  for (let packet = 0; packet < packets; packet++) {
    origin.number++;
    feed(search, origin);
  }
  assert.equal(search.found, -1);
  const { held } = allowance;
  let octets = 0;
  search.passedOver = 0;
  search.handOn({ feed: (_, start, end) => (octets += end - start), skip: () => {} });
  assert.equal(allowance.held, 0, 'all that was held is given back');
  return { held, octets };
}

function cutInto(octets: Uint8Array, length: number): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < octets.length; at += length) pieces.push(octets.subarray(at, at + length));
  return pieces;
}
