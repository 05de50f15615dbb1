// Conditions in CEL: what they hold of, what they refuse and where, and that none runs without end.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConditionError, compileCondition } from '../../src/check/condition.ts';
import { factsOf, MESSAGE_FACTS } from '../../src/check/message-facts.ts';
import { binary, close, text } from '../output/sample-events.ts';

const ping = binary(8, [0, 1, 8, 150, 1], {
  decoded: { id: 1, type: 'pb.Ping', value: { seq: 150, list: [1, 2, 3] } },
});

const holds = async (source: string, said: Parameters<typeof factsOf>[0]) =>
  (await compileCondition(source, MESSAGE_FACTS)).holds(factsOf(said as never));

for (const [source, expected] of [
  ['type == "pb.Ping" && value.seq > 100', true],
  ['value.seq % 2 == 0 && value.seq + 1 == 151', true],
  ['value.seq == 150.0 && value.seq in [149, 150]', true],
  ['value.list.exists(x, x == 3) && size(value.list) == 3', true],
  ['direction == "c2s" && opcode == "binary" && length == 5', true],
  ['has(value.missing)', false],
  ['value.missing == 1', false],
  ['value.missing == 1 || value.seq == 150', true],
  ['code == 1000', false],
  ['type == null', false],
  ['value.constructor == null || value.__proto__ == null', false],
] as const) {
  test(`of a ping "${source}" is ${expected}`, async () => assert.equal(await holds(source, ping), expected));
}

test('a text is asked as text and as JSON', async () => {
  assert.ok(await holds('json.room == 7 && text.contains("join")', text(1, '{"kind":"join","room":7}')));
  assert.ok(await holds('json == null && text.matches("^[a-z ]+$")', text(1, 'no json')));
});

test('members may have any names, those of JavaScript and protobuf among them', async () => {
  const said =
    '{"a":1,"constructor":6,"$typeName":"google.protobuf.Int32Value","value":7,"__proto__":{"b":2},"toString":3}';
  for (const source of [
    'json.a == 1 && json.constructor == 6 && json.toString == 3',
    'json["__proto__"].b == 2 && json["$typeName"].endsWith("Value")',
    'json != 7 && size(json) == 6',
  ]) {
    assert.ok(await holds(source, text(1, said)), source);
  }
});

test('a close is asked for its code and reason', async () => {
  assert.ok(await holds('kind == "control" && code == 1000 && reason.startsWith("by")', close(1, { reason: 'bye' })));
});

test('what comes to neither true nor false is refused, as nothing would ever fit it', async () => {
  for (const [source, kind] of [
    ['length', 'a number'],
    ['1.5', 'a number'],
    ['type', 'a text'],
    ['value.list', 'several values'],
  ]) {
    const words = new RegExp(
      `^${source} comes to ${kind}, which is neither true nor false; compare it with something$`,
    );
    await assert.rejects(holds(source, ping), (error) => error instanceof ConditionError && words.test(error.message));
  }
  assert.equal(await holds('text', ping), false);
});

test('what is no condition is refused with its column', async () => {
  for (const [source, column, words] of [
    ['type ==', 6, /no condition of CEL: what begins with = is not whole, or cannot stand there;/],
    ['length length', 8, /no condition of CEL: what begins with l is not whole/],
    ['length > 1 && typ == "x"', 15, /typ is nothing to ask for; did you mean type\?/],
    ['', 1, /no condition of CEL/],
  ] as const) {
    await assert.rejects(compileCondition(source, MESSAGE_FACTS), (error: ConditionError) => {
      assert.ok(error instanceof ConditionError);
      assert.equal(error.column, column);
      assert.match(error.message, words);
      assert.ok(!error.message.includes('\n'));
      return true;
    });
  }
});

test('names that an expression makes by itself, and those of types, are none of ours', async () => {
  await compileCondition('[1, 2].map(n, n * 2).all(m, type(m) == int)', MESSAGE_FACTS);
});

test('a name of a loop is known inside of it only, and not in the list that it goes through', async () => {
  for (const source of ['each.all(each, each > 1)', 'json.all(a, a > 1) && a > 1'])
    await assert.rejects(compileCondition(source, MESSAGE_FACTS), /is nothing to ask for/);
});

test('a number beyond 64 bits is a double, as it is in JSON', async () => {
  assert.ok(
    await holds(
      'json.great == 1e300 && json.whole == 7 && json.half == 0.5',
      text(1, '{"great":1e300,"whole":7,"half":0.5}'),
    ),
  );
});

test('a condition nested beyond all measure is refused', async () => {
  await assert.rejects(compileCondition(`${'('.repeat(4000)}1${')'.repeat(4000)}`, []), ConditionError);
  await assert.rejects(compileCondition(`"${'x'.repeat(20_000)}" == ""`, []), ConditionError);
  await assert.rejects(compileCondition(`${'1<'.repeat(4000)}1`, []), /it is nested too deep; write it in parts/);
  await assert.rejects(compileCondition(`${'('.repeat(201)}1`, []), /it is nested too deep; write it in parts/);
});

test('loops inside of loops over a long list end at the time limit', { timeout: 20_000 }, async () => {
  const condition = await compileCondition('json.all(a, json.all(b, json.all(c, a + b + c >= 0)))', MESSAGE_FACTS);
  const long = text(1, JSON.stringify(Array.from({ length: 3000 }, (_, index) => index)));
  assert.throws(() => condition.holds(factsOf(long)), ConditionError);
});

test('a pattern takes linear time, whatever it repeats', { timeout: 20_000 }, async () => {
  assert.ok(!(await holds('text.matches("^(a+)+$")', text(1, `${'a'.repeat(50_000)}!`))));
});
