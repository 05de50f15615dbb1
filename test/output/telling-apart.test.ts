// Two values that differ behind a long common beginning are told from there on, in whole characters, and never in the same words.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tellApart } from '../../src/output/telling-apart.ts';
import { Random } from '../support/random.ts';

/** Ten UTF-16 units, or octets. */
function show(value: unknown, from: number): string {
  if (value instanceof Uint8Array) return [...value.subarray(from, from + 10)].join(' ');
  return typeof value === 'string' ? JSON.stringify(value.slice(from, from + 10)) : String(value);
}

test('two texts that differ soon, and what is no text, are told from their beginning on', () => {
  assert.deepEqual(tellApart('one', 'two', 5, show), { place: '', one: '"one"', other: '"two"' });
  assert.deepEqual(tellApart('abcde', 'abcdx', 5, show), { place: '', one: '"abcde"', other: '"abcdx"' });
  assert.deepEqual(tellApart('1', 1, 5, show), { place: '', one: '"1"', other: '1' });
  assert.deepEqual(tellApart('text', undefined, 5, show), { place: '', one: '"text"', other: 'undefined' });
  const octets = [Uint8Array.of(1, 2), Uint8Array.of(1, 3)] as const;
  assert.deepEqual(tellApart(...octets, 5, show), { place: '', one: '1 2', other: '1 3' });
});

test('a difference behind what is shown is told from shortly before it on', () => {
  const common = 'abcdefghij'.repeat(3);
  const told = tellApart(`${common}`, `${common}x`, 10, (value, from) => `${value}`.slice(from));
  assert.deepEqual(told, { place: ' from character 21 on', one: 'abcdefghij', other: 'abcdefghijx' });
  const octets = Uint8Array.from({ length: 30 }, (_, at) => at);
  const others = octets.with(25, 99);
  assert.deepEqual(tellApart(octets, others, 10, show), {
    place: ' from octet 21 on',
    one: '21 22 23 24 25 26 27 28 29',
    other: '21 22 23 24 99 26 27 28 29',
  });
});

test('characters are counted and never parted, of which some have two units', () => {
  // They have their first unit in common.
  const [one, other] = ['😀'.repeat(20), `${'😀'.repeat(19)}😁`];
  const seen = (units: number) => (value: unknown, from: number) => `${value}`.slice(from, from + units);
  assert.deepEqual(tellApart(one, other, 10, seen(20)), {
    place: ' from character 15 on',
    one: '😀'.repeat(6),
    other: `${'😀'.repeat(5)}😁`,
  });
  assert.deepEqual(tellApart(one, other, 10, seen(4)), { place: ' from character 20 on', one: '😀', other: '😁' });
});

test('however long what is common is written, the words are not the same', () => {
  const random = new Random(3);
  const units = ['a', '\0', '"', '\ud83d', '\ude00', '\u202e', '七'];
  const some = () => Array.from({ length: random.between(0, 30) }, () => random.pick(units)).join('');
  for (let round = 0; round < 2000; round++) {
    const common = some();
    const [one, other] = [common + some(), common + some()];
    if (one === other) continue;
    const short = (value: unknown, from: number) => JSON.stringify(`${value}`.slice(from)).slice(0, 8);
    const told = tellApart(one, other, 3, short);
    assert.notEqual(told.one, told.other, JSON.stringify([one, other]));
  }
});

test('it takes no longer than there is to look at', () => {
  const common = '七'.repeat(2_000_000);
  const begun = process.cpuUsage();
  assert.equal(tellApart(`${common}a`, `${common}b`, 10, show).place, ' from character 2000001 on');
  assert.ok(process.cpuUsage(begun).user < 1_000_000);
});
