// How much two captures compared may cost: the search for what they have in common ends in bounded time, and all else grows with
// what they hold. Counts looks at values and at the clock, never seconds.

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { CaptureLog } from '../../src/check/capture-log.ts';
import { compareCaptures, compareSequences } from '../../src/check/difference/compare.ts';
import { type Content, contentOf, differencesBetween } from '../../src/check/difference/content.ts';
import { IgnoredPaths } from '../../src/check/difference/ignored-paths.ts';
import { cutMiddle } from '../../src/output/terminal-text.ts';
import { handshake, message } from '../output/sample-events.ts';
import { eventsOf, type Line, logOf, talk } from './captures.ts';

const options = { ignored: new IgnoredPaths([]), timing: 1 };

type Talks = ReturnType<typeof talk>[];

const compare = (left: Talks, right: Talks) => compareCaptures(logOf(eventsOf(left)), logOf(eventsOf(right)), options);

/** Each look at the clock takes so many milliseconds. */
function slowClock(t: TestContext, milliseconds: number) {
  let now = 0;
  return t.mock.method(Date, 'now', () => (now += milliseconds)).mock;
}

test('where the search for the shortest way takes too long, messages are compared place by place', async (t) => {
  slowClock(t, 60_000);
  const said = (...texts: string[]) => [talk(texts.map((each): Line => ['c2s', each]))];
  const { connections, same } = await compare(
    said('first', 'one', 'two', '{"a":1}', 'last'),
    said('first', '{"b":1}', 'two', 'new', '{"a":1}', '{"c":1}', 'last'),
  );
  assert.equal(same, 3);
  assert.deepEqual(
    connections.flatMap(({ changes }) => changes.map(({ kind, left, right }) => [kind, left?.packet, right?.packet])),
    [
      ['changed', 10, 10],
      ['changed', 14, 14],
      ['added', undefined, 16],
      ['added', undefined, 18],
    ],
  );
});

const lines = (prefix: string, count: number): Line[] =>
  Array.from({ length: count }, (_, index) => ['c2s', `${prefix}${index}`]);

test('the time for the search is that of all connections together', async (t) => {
  const clock = slowClock(t, 5);
  const looks: number[] = [];
  for (const count of [2, 8]) {
    clock.resetCalls();
    const talks = (prefix: string) =>
      Array.from({ length: count }, (_, index) => talk(lines(prefix, 400), { port: 40001 + index }));
    await compare(talks('a'), talks('b'));
    looks.push(clock.callCount());
  }
  assert.ok(looks[0] > 600 && looks[1] < 2.5 * looks[0], looks.join(' and '));
});

test('few messages that are missing or added are found also where no time is left for the search', async (t) => {
  slowClock(t, 10);
  const talks = (prefix: string, other: Line[]) => [talk(lines(prefix, 200)), talk(other, { port: 40002 })];
  const { connections } = await compare(
    talks('a', lines('m', 200)),
    talks('b', lines('m', 200).toSpliced(150, 1).toSpliced(20, 1)),
  );
  assert.deepEqual(
    connections[1].changes.filter(({ left }) => left !== null).map(({ kind }) => kind),
    ['missing', 'missing'],
  );
});

/** Reads that four times as many take, for each that so many take. */
async function growth(count: number, readsOf: (count: number) => Promise<number>): Promise<number> {
  const few = await readsOf(count);
  return (await readsOf(4 * count)) / few;
}

test('messages that have no equal are compared without looking at each of the others for each', async () => {
  let reads = 0;
  const contents = (prefix: string, kinds: string[], each: number): Content[] =>
    kinds.flatMap((kind) =>
      Array.from({ length: each }, (_, index) => ({
        said: message(index),
        parts: {},
        isUnread: false,
        get kind() {
          reads++;
          return kind;
        },
        get key() {
          reads++;
          return `${prefix}${kind}${index}`;
        },
      })),
    );
  const times = [new Map(), new Map()] as const;
  for (const [name, left, right, changed] of [
    ['of other kinds', ['text'], ['binary'], 0],
    ['of the same kinds in another order', ['text', 'binary'], ['binary', 'text'], 2],
  ] as const) {
    const grown = await growth(1000, async (count) => {
      reads = 0;
      const [one, other] = [contents('a', [...left], count), contents('b', [...right], count)];
      const { changes } = await compareSequences(one, other, times, options, { milliseconds: 0 });
      assert.equal(changes.filter(({ kind }) => kind === 'changed').length, changed * count);
      return reads;
    });
    assert.ok(grown < 8, `${name}: ${grown}`);
  }
});

test('two hundred thousand messages are not too many changes', async () => {
  const one = { said: message(8), kind: 'text', parts: {}, isUnread: false };
  const left = Array.from({ length: 200_000 }, (_, index): Content => ({ ...one, key: `a${index}` }));
  const same: Content = { ...one, key: 'same' };
  const times = [new Map(), new Map()] as const;
  const right: Content[] = [same, { ...one, kind: 'binary', key: 'b' }];
  const { changes } = await compareSequences([...left, same, ...left], right, times, options, { milliseconds: 0 });
  assert.ok(changes.length >= 400_000);
});

test('connections to targets that all differ are paired without looking at each of the others for each', async () => {
  let reads = 0;
  const capture = (prefix: string, count: number): CaptureLog => {
    const connections = Array.from({ length: count }, (_, connection) => {
      const attempt = handshake(6);
      const handshakes = [{ ...attempt, request: { ...attempt.request, target: `/${prefix}${connection}` } }];
      const log = { connection, midstream: null, said: [], gaps: [], diagnostics: [], end: null };
      return {
        ...log,
        get handshakes() {
          reads++;
          return handshakes;
        },
      };
    });
    return { capture: 'test.pcap', connections, summary: null };
  };
  const grown = await growth(100, async (count) => {
    reads = 0;
    const { connections } = await compareCaptures(capture('a', count), capture('b', count), options);
    const isInOrder = connections.every(({ left, right }) => left?.connection === right?.connection);
    assert.ok(isInOrder && connections.length === count);
    return reads;
  });
  assert.ok(grown < 8, `${grown}`);
});

test('what lies deep in a value is looked at no more often than what does not', () => {
  let reads = 0;
  const nested = (levels: number, end: number) => {
    let value: object = {
      get text() {
        reads++;
        return 'x'.repeat(100_000);
      },
      end,
    };
    for (let level = 0; level < levels; level++) value = { inside: value };
    return value;
  };
  const readsAt = (levels: number) => {
    reads = 0;
    const [left, right] = [1, 2].map((end) => {
      const decoded = { id: 1, type: 'Deep', value: nested(levels, end) };
      return contentOf(message(8, { decoded }), options.ignored);
    });
    assert.notEqual(left.key, right.key);
    const path = cutMiddle(`value${'.inside'.repeat(levels)}.end`, 400);
    assert.deepEqual(differencesBetween(left.parts, right.parts, ''), [{ path, left: 1, right: 2 }]);
    return reads;
  };
  assert.equal(readsAt(400), readsAt(1));
});
