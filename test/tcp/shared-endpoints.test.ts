// Two connections at once between the same addresses and ports: both sides of a transparent proxy, or of what changes sequence
// numbers, in one capture. Knows no WebSocket.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Random } from '../support/random.ts';
import { TcpConversation } from '../support/tcp-conversation.ts';
import { frameOctets, RST, type TcpPacket } from '../support/tcp-packet.ts';
import { utf8 } from '../support/websocket-writer.ts';
import { type Stream, streamsOf } from './streams.ts';

interface Numbers {
  clientSequence: number;
  serverSequence: number;
}

const NEAR_SIDE: Numbers = { clientSequence: 1000, serverSequence: 5000 };
/** Linux gives connections of the same endpoints numbers that are as far apart as their times. */
const SHORTLY_AFTER: Numbers = { clientSequence: 64_944, serverSequence: 68_579 };
/** What randomises the server's numbers leaves the client's. */
const ONE_SIDE_CHANGED: Numbers = { clientSequence: 1000, serverSequence: 572_667_306 };
const BOTH_FAR: Numbers = { clientSequence: 0x7000_0000, serverSequence: 0xf000_0000 };

const WORDS = Array.from({ length: 40 }, (_, at) => `word ${at}, `);

function talk(numbers: Numbers, words = WORDS): TcpPacket[] {
  const conversation = new TcpConversation(numbers).open();
  for (const word of words) conversation.exchange('c2s', utf8(word)).exchange('s2c', utf8(word.toUpperCase()));
  return conversation.close().packets;
}

/** Both in their order, one packet of `second` up to four behind that of `first`. */
function mixed(first: readonly TcpPacket[], second: readonly TcpPacket[], random: Random): TcpPacket[] {
  const packets: TcpPacket[] = [];
  for (let at = 0, behind = 0; at < first.length || behind < second.length; ) {
    const mayFollow =
      behind < second.length && (at === first.length || at - behind > 4 || (at > behind && random.once(2)));
    packets.push((mayFollow ? second[behind++] : first[at++]) as TcpPacket);
  }
  return packets;
}

const isData = ({ payload }: TcpPacket): boolean => payload.length > 0;
const bySide = ({ said }: Stream): string[] => [...said].sort();
const SAID = [WORDS.join('').toUpperCase(), WORDS.join('')].sort();

describe('two connections at once between the same endpoints', () => {
  for (const [what, numbers] of Object.entries({
    'shortly after each other': SHORTLY_AFTER,
    'that differ in one direction only': ONE_SIDE_CHANGED,
    'far apart': BOTH_FAR,
  })) {
    it(`are told apart by numbers ${what}`, () => {
      for (let seed = 0; seed < 20; seed++) {
        const packets = mixed(talk(NEAR_SIDE), talk(numbers), new Random(seed));
        const streams = streamsOf(packets);
        assert.deepEqual(streams.map(bySide), [SAID, SAID], `seed ${seed}`);
        for (const { gaps, findings, end } of streams) {
          assert.deepEqual(gaps, []);
          assert.deepEqual(findings, ['tcp-shared-endpoints']);
          assert.match(String(end), /^fin/);
        }
      }
    });
  }

  it('are told apart where each packet is captured twice', () => {
    const packets = mixed(talk(NEAR_SIDE), talk(SHORTLY_AFTER), new Random(1)).flatMap((packet) => [packet, packet]);
    const streams = streamsOf(packets);
    assert.deepEqual(streams.map(bySide), [SAID, SAID]);
    assert.deepEqual(
      streams.flatMap(({ gaps }) => gaps),
      [],
    );
  });

  it('are told apart where the first says much before the second begins', () => {
    const first = talk(NEAR_SIDE);
    const begun = first.slice(0, 60);
    const streams = streamsOf([
      ...begun,
      ...mixed(first.slice(60), talk(SHORTLY_AFTER, WORDS.slice(0, 9)), new Random(2)),
    ]);
    assert.deepEqual(streams.map(bySide)[0], SAID);
    assert.equal(streams.length, 2);
  });

  it('have their own octets and none else where packets were lost', () => {
    for (const numbers of [SHORTLY_AFTER, ONE_SIDE_CHANGED, BOTH_FAR]) {
      for (let seed = 0; seed < 40; seed++) {
        const random = new Random(seed);
        // Both handshakes are there, and what the second says differs, so that whose octets are told can be seen.
        const first = talk(NEAR_SIDE);
        const second = talk(
          numbers,
          WORDS.map((word) => word.replace('word', 'term')),
        );
        const packets = mixed(first, second, random).filter((packet) => !isData(packet) || !random.once(15));
        const streams = streamsOf(packets);
        assert.equal(streams.length, 2, `seed ${seed}`);
        for (const [index, word] of ['word', 'term'].entries()) {
          const whole = WORDS.join('').replaceAll('word', word);
          for (const said of (streams[index] as Stream).said) {
            // What changes one direction's numbers only leaves the SYN to the first: the server is captured first then.
            const expected = /[A-Z]{4}/.test(said) ? whole.toUpperCase() : whole;
            const holes = said.replace(/\[-(\d+)\]/g, (_, length) => '?'.repeat(Number(length)));
            const masked = [...holes].map((letter, at) => (letter === '?' ? '?' : expected[at])).join('');
            assert.equal(holes, masked, `seed ${seed}, ${word}`);
            assert.equal(holes.length, expected.length);
          }
        }
      }
    }
  });

  it('are three where there are three', () => {
    const two = mixed(talk(NEAR_SIDE), talk(SHORTLY_AFTER), new Random(3));
    const streams = streamsOf(mixed(two, talk(BOTH_FAR), new Random(4)));
    assert.deepEqual(streams.map(bySide), [SAID, SAID, SAID]);
  });

  it('are followed by others on the same ports', () => {
    const again = { clientSequence: 0x2000_0000, serverSequence: 0x3000_0000 };
    const packets = [...mixed(talk(NEAR_SIDE), talk(SHORTLY_AFTER), new Random(5)), ...talk(again)];
    assert.deepEqual(streamsOf(packets).map(bySide), [SAID, SAID, SAID]);
  });
});

describe('a connection whose end was not captured', () => {
  const unended = talk(NEAR_SIDE).slice(0, -3);

  it('is replaced by the next on its ports, with the packet of its SYN', () => {
    for (const next of [talk(BOTH_FAR), talk(BOTH_FAR).slice(0, 9)]) {
      const [first, second] = streamsOf([...unended, ...next]);
      assert.deepEqual(bySide(first as Stream), SAID);
      assert.equal(first?.end, `replaced ${unended.length + 1}`);
      assert.deepEqual(second?.findings, []);
    }
  });

  it('is replaced though copies of its packets are captured behind the SYN', () => {
    const copies = unended.slice(-8);
    const [syn, ...rest] = talk(BOTH_FAR);
    const streams = streamsOf([...unended, syn as TcpPacket, ...copies, ...rest, ...copies]);
    assert.deepEqual(streams.map(bySide), [SAID, SAID]);
    assert.equal(streams[0]?.end, `replaced ${unended.length + 1}`);
    assert.deepEqual(
      streams.flatMap(({ findings, gaps }) => [...findings, ...gaps]),
      [],
    );
  });

  it('is reset where it is told that it is over', () => {
    const [syn, ...rest] = talk(BOTH_FAR);
    const last = unended.at(-1) as TcpPacket;
    const reset = { ...last, flags: RST, payload: new Uint8Array(0) };
    const streams = streamsOf([...unended, syn as TcpPacket, reset, syn as TcpPacket, ...rest]);
    assert.deepEqual(streams.map(bySide), [SAID, SAID]);
    assert.deepEqual(
      streams.flatMap(({ findings }) => findings),
      [],
    );
  });
});

describe('segments further away than the largest window', () => {
  const far = (packet: TcpPacket): TcpPacket => ({
    ...packet,
    sequence: (packet.sequence + 2 ** 30 + 5000) >>> 0,
    acknowledgment: (packet.acknowledgment + 2 ** 30 + 5000) >>> 0,
  });

  it('are passed over, and leave no gap', () => {
    const streams = streamsOf(talk(NEAR_SIDE).flatMap((packet, at) => (at > 2 ? [packet, far(packet)] : [packet])));
    assert.deepEqual(streams.map(bySide), [SAID]);
    assert.deepEqual(
      streams.flatMap(({ gaps, findings }) => [...gaps, ...findings]),
      [],
    );
  });

  it('are of another connection where many come, and neither end says more', () => {
    const packets = talk(NEAR_SIDE, [...WORDS, ...WORDS, ...WORDS]);
    const streams = streamsOf([...packets.slice(0, 83), ...packets.slice(83).map(far)]);
    assert.equal(streams.length, 2);
    assert.deepEqual(
      streams.flatMap(({ gaps }) => gaps),
      [],
    );
    assert.ok(streams[1]?.said.some((words) => words.length > 100));
  });
});

describe('two connections at once between the same endpoints, in two VLANs', () => {
  const inVlan = (packet: TcpPacket, vlan: number): Uint8Array => {
    const frame = frameOctets(packet);
    return Uint8Array.from([...frame.subarray(0, 12), 0x81, 0, vlan >> 8, vlan & 0xff, ...frame.subarray(12)]);
  };

  it('are two, though each packet is captured in both', () => {
    for (const numbers of [ONE_SIDE_CHANGED, BOTH_FAR]) {
      for (let seed = 0; seed < 5; seed++) {
        const packets = mixed(talk(NEAR_SIDE), talk(numbers), new Random(seed));
        const streams = streamsOf(packets.flatMap((packet) => [inVlan(packet, 10), inVlan(packet, 20)]));
        assert.deepEqual(streams.map(bySide), [SAID, SAID], `seed ${seed}`);
      }
    }
  });
});
