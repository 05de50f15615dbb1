// Sequences on connections with many messages: how often each is looked at, and that what is found is what looking from every
// message on anew finds.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { sequence } from '../../src/check/kinds/sequence.ts';
import type { Miss } from '../../src/check/verdict.ts';
import type { SaidEvent } from '../../src/dissect/said-event.ts';
import { text } from '../output/sample-events.ts';
import { Random } from '../support/random.ts';
import { connectionOf } from './captures.ts';

interface Spec {
  steps: { text: string; within?: string }[];
  within?: string;
  adjacent?: boolean;
}

async function missesOf(spec: Spec, said: SaidEvent[]): Promise<Miss[]> {
  const judge = await sequence.prepare(spec, []);
  const log = connectionOf(said);
  return judge([log], { capture: 'test.pcap', connections: [log], summary: null });
}

/** How often the texts of `count` messages, a millisecond apart, are looked at. */
async function looksAt(count: number, texts: readonly string[], spec: Spec): Promise<number> {
  let looks = 0;
  const said = Array.from({ length: count }, (_, index) =>
    Object.defineProperty(text(index, ''), 'text', {
      get: () => {
        looks++;
        return texts[index % texts.length];
      },
    }),
  );
  assert.equal((await missesOf(spec, said)).length, 1);
  return looks;
}

describe('messages are looked at a few times each, however many there are, in a sequence', () => {
  const steps = [{ text: 'a' }, { text: 'b' }, { text: 'never' }];
  for (const [what, spec] of [
    ['of which a step never comes', { steps }],
    ['of which the second step never comes', { steps: [{ text: 'a' }, { text: 'never' }, { text: 'b' }] }],
    ['that may take long', { steps, within: '1h' }],
    ['of which a step may take long', { steps: [{ text: 'a' }, { text: 'b', within: '1h' }, { text: 'never' }] }],
    ['of which a step comes too late', { steps: [{ text: 'a' }, { text: 'b', within: '0.1ms' }] }],
    ['without anything between', { steps, adjacent: true }],
  ] as const)
    test(what, async () => {
      const given = { ...spec, steps: [...spec.steps] };
      const [few, many] = [await looksAt(100, ['a', 'b'], given), await looksAt(400, ['a', 'b'], given)];
      assert.ok(many < few * 8, `of 100 ${few}, of 400 ${many}`);
    });
});

/** Packets of the attempt that came furthest, and the packet that came too late for it. */
function furthest({ steps, within, adjacent = false }: Spec, said: readonly SaidEvent[]) {
  const seconds = (limit: string | undefined) =>
    limit === undefined ? Number.POSITIVE_INFINITY : Number.parseInt(limit, 10) / 1000;
  let best = { found: [] as number[], late: null as number | null };
  for (const [start, first] of said.entries()) {
    if ((first as { text?: string }).text !== steps[0].text) continue;
    const found = [start];
    let late: number | null = null;
    for (const step of steps.slice(1)) {
      const before = found[found.length - 1];
      const rest = said.slice(before + 1, adjacent ? before + 2 : undefined);
      const fits = rest.filter((each) => (each as { text?: string }).text === step.text);
      const took = (each: SaidEvent, since: SaidEvent) => Math.round((each.elapsed - since.elapsed) * 1e9) / 1e9;
      const isInTime = (each: SaidEvent) =>
        took(each, said[before]) <= seconds(step.within) && took(each, first) <= seconds(within);
      const next = fits.find(isInTime);
      late = next === undefined && fits.length > 0 ? fits[0].packet : null;
      if (next === undefined) break;
      found.push(next.packet);
    }
    if (found.length === steps.length) return null;
    if (found.length > best.found.length || (found.length === best.found.length && late !== null && best.late === null))
      best = { found, late };
  }
  return best;
}

test('what is found is what looking from every message on anew finds, also where times go back', async () => {
  const random = new Random(16);
  const below = (bound: number) => random.between(0, bound);
  const letter = () => random.pick(['a', 'b', 'c']);
  const limit = (): { within?: string } => (below(2) === 0 ? {} : { within: `${1 + below(6)}ms` });
  let held = 0;
  let late = 0;
  for (let round = 0; round < 3000; round++) {
    const isInOrder = below(2) === 0;
    const said = Array.from({ length: below(12) }, (_, index) =>
      text(index, letter(), { elapsed: (isInOrder ? 2 * index : below(12)) / 1000 }),
    );
    const steps = Array.from({ length: 1 + below(4) }, () => ({ text: letter(), ...limit() }));
    const spec = { steps, ...limit(), ...(below(4) === 0 ? { adjacent: true } : {}) };
    const expected = furthest(spec, said);
    const misses = await missesOf(spec, said);
    const shown = JSON.stringify({ spec, said: said.map((each) => [each.text, each.elapsed]), misses });
    assert.equal(misses.length, expected === null ? 0 : 1, shown);
    if (expected === null) held++;
    else {
      const [{ expected: wanted, found, packet }] = misses;
      if (expected.late !== null) late++;
      if (expected.found.length > 0) assert.equal(packet, expected.found.at(-1), shown);
      assert.ok(wanted.startsWith(`message with text "${spec.steps[expected.found.length].text}"`), shown);
      const words = { none: /^no /, late: new RegExp(`^packet ${expected.late} comes `), rest: /does not come$/ };
      assert.match(
        found,
        expected.late !== null ? words.late : expected.found.length > 0 ? words.rest : words.none,
        shown,
      );
    }
  }
  assert.ok(held > 200 && late > 200, `${held} held, ${late} late`);
});
