// IP datagrams in fragments: any order, copies, overlaps, time-outs, limits. Written packet by packet, from the RFCs.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { LinkDecoder } from '../../src/link/link-decoder.ts';
import { Random } from '../support/random.ts';
import { ethernet, ipv4, type Octets, packetOf, tcp } from './packets.ts';
import { datagram, fragments4, fragments6, udp, vxlan } from './tunnels.ts';

const PAYLOAD: Octets = Array.from({ length: 300 }, (_, index) => index & 0xff);

interface Outcome {
  payloads: number[][];
  skipped: Record<string, number>;
}

/** Packets one after the other, a second apart or at the times given. */
function run(
  packets: readonly Octets[],
  { linkType = 101, limit = undefined as number | undefined, times = [] as number[] } = {},
): Outcome {
  const decoder = new LinkDecoder(limit);
  const payloads: number[][] = [];
  packets.forEach((octets, index) => {
    const packet = packetOf(octets, { linkType });
    packet.origin.seconds = times[index] ?? index;
    const segment = decoder.decode(packet);
    if (segment !== null) {
      payloads.push([...segment.buffer.subarray(segment.payloadStart, segment.payloadEnd)]);
      assert.equal(segment.missing, 0);
    }
  });
  return { payloads, skipped: decoder.skipped };
}

const WHOLE: Outcome = { payloads: [[...PAYLOAD]], skipped: {} };

for (const [family, make] of [
  ['IPv4', fragments4],
  ['IPv6', fragments6],
] as const) {
  const name = family === 'IPv4' ? 'ipv4-fragment' : 'ipv6-fragment';
  describe(`${family} fragments`, () => {
    const fragments = make(tcp(PAYLOAD), 64);

    it('in any order make the datagram', () => {
      const random = new Random(2);
      assert.deepEqual(run(fragments), WHOLE);
      assert.deepEqual(run([...fragments].reverse()), WHOLE);
      for (let round = 0; round < 50; round++) assert.deepEqual(run(random.shuffled(fragments)), WHOLE);
    });

    it('captured twice make it once', () => {
      assert.deepEqual(run(fragments.flatMap((fragment) => [fragment, fragment])), WHOLE);
      assert.deepEqual(run([...fragments, ...fragments]), WHOLE);
    });

    it('may use a number again', () => {
      const other = make(tcp([...PAYLOAD].reverse()), 64);
      const { payloads, skipped } = run([...fragments, ...other]);
      assert.deepEqual([payloads, skipped], [[[...PAYLOAD], [...PAYLOAD].reverse()], {}]);
    });

    it('that are not all there are counted', () => {
      assert.deepEqual(run(fragments.slice(1)), { payloads: [], skipped: { [name]: fragments.length - 1 } });
    });

    it('that overlap are discarded with all others of the datagram (RFC 5722)', () => {
      const [first, second, ...rest] = fragments;
      const [, shifted] = make(tcp(PAYLOAD), 56);
      const { payloads, skipped } = run([first, shifted, second, ...rest]);
      assert.deepEqual([payloads, skipped], [[], { 'overlapping-fragment': fragments.length + 1 }]);
    });

    it('that say other octets for the same place too', () => {
      const [first, second, ...rest] = fragments;
      const changed = second.map((octet, index) => (index === second.length - 1 ? octet ^ 1 : octet));
      assert.deepEqual(run([first, second, changed, ...rest]).payloads, []);
    });

    it('that come too late, by the clock of the capture, belong to another datagram', () => {
      const patience = family === 'IPv4' ? 30 : 60;
      const times = (late: number) => fragments.map((_, index) => (index === 0 ? 100 : 100 + late));
      assert.deepEqual(run(fragments, { times: times(patience) }), WHOLE);
      assert.deepEqual(run(fragments, { times: times(patience + 1) }), {
        payloads: [],
        skipped: { [name]: fragments.length },
      });
    });

    it('are given up, the oldest first, where there are too many', () => {
      const limit = 8 * 1024;
      const many = Array.from({ length: 50 }, (_, number) => {
        const [fragment] = fragments;
        // Another identification in each.
        const at = family === 'IPv4' ? 4 : 40 + 8 + 6;
        return fragment.map((octet, index) => (index === at ? number : octet));
      });
      const { payloads, skipped } = run([...many, ...fragments], {
        limit,
        times: [...many, ...fragments].map(() => 5),
      });
      assert.deepEqual(payloads, [[...PAYLOAD]]);
      assert.ok(skipped['fragment-limit'] > 30, JSON.stringify(skipped));
      assert.equal(skipped['fragment-limit'] + (skipped[name] ?? 0), 50);
    });

    it('that the snaplen cut are counted as truncated', () => {
      const decoder = new LinkDecoder();
      const [fragment] = fragments;
      assert.equal(decoder.decode(packetOf(fragment, { linkType: 101, captured: fragment.length - 1 })), null);
      assert.deepEqual(decoder.skipped, { [`truncated-${family.toLowerCase()}`]: 1 });
    });
  });
}

describe('fragments around and inside tunnels', () => {
  it('of the tunnel are put together before it is opened', () => {
    const frame = vxlan(ethernet(ipv4(tcp(PAYLOAD)), 0x0800), 5);
    const outer = fragments4(udp(frame, 4789), 128).map((fragment) =>
      fragment.map((octet, at) => (at === 9 ? 17 : octet)),
    );
    assert.deepEqual(run(outer), WHOLE);
  });

  it('inside one are told apart by its network', () => {
    const inNetwork = (fragment: Octets, network: number) => datagram(vxlan(ethernet(fragment, 0x0800), network), 4789);
    const reversed = [...PAYLOAD].reverse();
    const one = fragments4(tcp(PAYLOAD), 64).map((fragment) => inNetwork(fragment, 1));
    const two = fragments4(tcp(reversed), 64).map((fragment) => inNetwork(fragment, 2));
    const { payloads, skipped } = run(
      one.flatMap((packet, index) => [packet, two[index]]),
      { linkType: 1 },
    );
    assert.deepEqual([payloads, skipped], [[[...PAYLOAD], reversed], {}]);
  });

  it('are no fragments where the only one is whole', () => {
    const [atomic] = fragments6(tcp(PAYLOAD), 8000);
    assert.deepEqual(run([atomic]), WHOLE);
  });
});
