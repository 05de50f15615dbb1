// What a message must be like, field by field: a said thing that fits and one that does not, which differs in that field alone.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { type MatcherSpec, makeMatcher } from '../../src/check/matcher.ts';
import type { DecodeError } from '../../src/dissect/events.ts';
import type { SaidEvent } from '../../src/dissect/said-event.ts';
import { base64, binary, close, message, ping, text } from '../output/sample-events.ts';

const decoded = (value: object, id = 1) => binary(8, [0, 1], { decoded: { id, type: `pb.T${id}`, value } });
const failed = (code: DecodeError['code']) => binary(8, [0, 9], { decodeError: { code, message: 'no such id' } });
const sha256 = (of: string) => createHash('sha256').update(of).digest('hex');

const cases: [spec: MatcherSpec, fits: SaidEvent, differs: SaidEvent][] = [
  [{ kind: 'control' }, ping(8, 'x'), text(8, 'x')],
  [{ direction: 's2c' }, text(8, 'x', { direction: 's2c' }), text(8, 'x')],
  [{ opcode: ['ping', 'text'] }, ping(8, 'x'), binary(8, [0x78])],
  [{ type: 'pb.T1' }, decoded({}), decoded({}, 2)],
  [{ id: 2 }, decoded({}, 2), decoded({})],
  [{ error: 'ErrNotRegister' }, failed('ErrNotRegister'), failed('ErrProtobuf')],
  [{ code: null }, close(8, { code: null, name: null, reason: '', data: '', length: 0 }), close(8)],
  [{ code: [1000, 1001] }, close(8, { code: 1001 }), close(8, { code: 1002 })],
  [{ reason: 'bye' }, close(8), close(8, { reason: 'by' })],
  [{ value: { seq: 1 } }, decoded({ seq: 1, more: 2 }), decoded({ seq: 2, more: 2 })],
  [{ value: { seq: 1 }, exact: true }, decoded({ seq: 1 }), decoded({ seq: 1, more: 2 })],
  [{ json: { a: [1] } }, text(8, '{"a":[1],"b":2}'), text(8, '{"a":[1,2],"b":2}')],
  [{ text: 'x' }, text(8, 'x'), text(8, 'X')],
  [{ data: base64('x') }, text(8, 'x'), text(8, 'X')],
  [{ sha256: sha256('x'), kind: 'any' }, ping(8, 'x'), ping(8, 'X')],
  [{ length: 1 }, text(8, 'x'), text(8, 'xy')],
  [{ length: { min: 2, max: 3 } }, text(8, 'xy'), text(8, 'wxyz')],
  [{ length: { max: 9 } }, text(8, 'x'), message(8, { length: undefined } as object)],
  [{ wireLength: 3 }, text(8, 'xxxx', { wireLength: 3 }), text(8, 'xxx', { wireLength: 4 })],
  [{ wireLength: 4, kind: 'any' }, ping(8, 'ping'), ping(8, 'pin')],
  [{ frames: { min: 2 } }, text(8, 'x', { frames: 2 }), text(8, 'x')],
  [{ frames: 1, kind: 'any' }, ping(8, 'x'), text(8, 'x', { frames: 2 })],
  [{ compressed: true }, text(8, 'x', { compressed: true }), text(8, 'x')],
  [{ compressed: false, kind: 'any' }, ping(8, 'x'), text(8, 'x', { compressed: true })],
  [{ where: 'length > 1 && frames == 1' }, text(8, 'xy'), text(8, 'x')],
  [{ where: 'opcode == "ping" || length == 2' }, ping(8, 'x'), text(8, 'x')],
];

for (const [spec, fits, differs] of cases) {
  test(`${JSON.stringify(spec)} fits what has it and not what has another`, async () => {
    const matcher = await makeMatcher(spec, []);
    assert.deepEqual(matcher.differences(fits), []);
    assert.ok(matcher.matches(fits));
    assert.equal(matcher.distance(fits), 0);
    assert.ok(!matcher.matches(differs));
    const [{ path }, ...others] = matcher.differences(differs);
    assert.equal(path.split('.')[0], Object.keys(spec)[0]);
    assert.deepEqual(others, []);
  });
}

test('where nothing says that a control frame may be meant, only messages are', async () => {
  const matches = async (spec: MatcherSpec, said: SaidEvent) => (await makeMatcher(spec, [])).matches(said);
  for (const said of [ping(8, 'x'), close(8)]) {
    for (const spec of [{ direction: said.direction }, { length: { min: 1 } }, { where: 'length > 0' }]) {
      assert.ok(!(await matches(spec, said)), JSON.stringify(spec));
      assert.ok(await matches({ ...spec, kind: 'any' }, said), JSON.stringify(spec));
      assert.ok(await matches({ ...spec, kind: 'control' }, said), JSON.stringify(spec));
      assert.ok(await matches({ ...spec, opcode: said.opcode }, said), JSON.stringify(spec));
    }
  }
  assert.ok(await matches({ code: 1000 }, close(8)));
  assert.ok(await matches({ where: 'code == 1000' }, close(8)));
  assert.ok(await matches({ kind: 'any', text: 'x' }, text(8, 'x')));
});

test('bounds of 64 bits are held to the last digit, though such numbers come as text', async () => {
  const matcher = await makeMatcher({ value: { total: { $min: 9223372036854775807n } } }, []);
  assert.ok(matcher.matches(decoded({ total: '9223372036854775807' })));
  assert.ok(!matcher.matches(decoded({ total: '9223372036854775806' })));
});

test('a matcher is named by what it asks for', async () => {
  const says = async (spec: MatcherSpec) => (await makeMatcher(spec, [])).says;
  assert.equal(await says({ kind: 'control', direction: 'c2s' }), 'c2s control frame');
  assert.equal(await says({ kind: 'any', direction: 'c2s' }), 'c2s message or control frame');
  assert.equal(await says({ reason: 'bye', direction: 'c2s' }), 'c2s close with reason "bye"');
  assert.equal(await says({ opcode: ['ping', 'pong'], length: 0 }), 'ping or pong with length 0');
  assert.equal(await says({ type: { $pattern: '^pb' }, exact: true }), 'message with type {$pattern: "^pb"}');
});

test('of two messages the nearer is the one of the wanted kind, however much of its value is another', async () => {
  const matcher = await makeMatcher({ type: 'pb.T1', value: { list: Array(50).fill(1) } }, []);
  const sameType = decoded({ list: Array(51).fill(2) });
  const sameValue = decoded({ list: Array(50).fill(1) }, 2);
  assert.ok(matcher.distance(sameType) < matcher.distance(sameValue));
});
