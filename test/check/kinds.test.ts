// Each kind of expectation with a capture that meets it, and with one that fails for exactly that reason. The words of the
// miss are what a user reads.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseExpectations } from '../../src/check/expectations-file.ts';
import { judge } from '../../src/check/judge.ts';
import { KINDS } from '../../src/check/kinds/index.ts';
import { dissectSync } from '../../src/dissect/dissect.ts';
import { captureOf } from '../support/capture-builder.ts';
import { concat, frame, TEXT } from '../support/websocket-writer.ts';
import { type Line, logOf, type TalkOptions, talk, verdictOf } from './captures.ts';

interface Case {
  kind: string;
  what: string;
  /** One item of `expect`. */
  yaml: string;
  good: readonly Line[] | ReturnType<typeof talk>[];
  bad: readonly Line[] | ReturnType<typeof talk>[];
  expected: RegExp;
  found: RegExp;
}

const ask = (n: number): Line => ['c2s', `{"ask":${n}}`];
const answer = (n: number): Line => ['s2c', `{"answer":${n}}`];
const bye: Line[] = [
  ['c2s', 'close', 1000, 'bye'],
  ['s2c', 'close', 1000],
];
const calm: Line[] = [ask(1), answer(1), ask(2), answer(2), ...bye];
const one = (options: TalkOptions, lines: readonly Line[] = calm) => [talk(lines, options)];

const cases: Case[] = [
  {
    kind: 'message',
    what: 'a field in part',
    yaml: '- message: { direction: c2s, json: { ask: 2 } }',
    good: calm,
    bad: [ask(1), answer(2)],
    expected: /^at least 1 of c2s message with json {ask: 2}$/,
    found: /^none$/,
  },
  {
    kind: 'message',
    what: 'a number that no double holds',
    yaml: '- message: { json: { id: 175928847299117063 } }',
    good: [['s2c', '{"id":175928847299117063}']],
    bad: [['s2c', '{"id":175928847299117064}']],
    expected: /json {id: 175928847299117063}$/,
    found: /^none$/,
  },
  {
    kind: 'message',
    what: 'such a number within bounds, and by a condition',
    yaml: `- message: { json: { id: { $min: 175928847299117063 } }, where: 'json.id < 175928847299117065' }`,
    good: [['s2c', '{"id":175928847299117064}']],
    bad: [
      ['s2c', '{"id":175928847299117062}'],
      ['s2c', '{"id":175928847299117065}'],
    ],
    expected: /json {id: {\$min: 175928847299117063}}/,
    found: /^none$/,
  },
  {
    kind: 'message',
    what: 'doubles that are written as great numbers, by their digits',
    yaml: `- message:
    json: { d: 9223372036854775808, e: { $is: 9223372036854775808 }, f: { $min: 9223372036854776000 } }
    where: json.d == 9223372036854775808.0 && json.g / 2.0 > 1.0`,
    good: [
      [
        's2c',
        '{"d":9223372036854775808.0,"e":9223372036854775808.0,"f":9.223372036854775808e18,"g":123456789012345678901234567890}',
      ],
    ],
    bad: [['s2c', '{"d":9223372036854775808.0,"e":9223372036854775808.0,"f":9.223372036854774e18,"g":5}']],
    expected: /9223372036854776000/,
    found: /^none$/,
  },
  {
    kind: 'message',
    what: 'a field exactly',
    yaml: '- message: { json: { ask: 1 }, exact: true }',
    good: calm,
    bad: [['c2s', '{"ask":1,"more":true}']],
    expected: /json {ask: 1}/,
    found: /^none$/,
  },
  {
    kind: 'message',
    what: 'a pattern',
    yaml: "- message: { text: { $pattern: '^hello [0-9]+$' } }",
    good: [['c2s', 'hello 42']],
    bad: [['c2s', 'hello you']],
    expected: /\$pattern/,
    found: /^none$/,
  },
  {
    kind: 'message',
    what: 'a condition in CEL',
    yaml: "- message: { where: 'json.ask > 1' }",
    good: calm,
    bad: [ask(1)],
    expected: /where "json\.ask > 1"/,
    found: /^none$/,
  },
  {
    kind: 'message',
    what: 'bounds of a value',
    yaml: '- message: { json: { ask: { $min: 2, $max: 3 } } }',
    good: calm,
    bad: [ask(4)],
    expected: /\$min: 2/,
    found: /^none$/,
  },
  {
    kind: 'message',
    what: 'a count',
    yaml: '- message: { direction: c2s, opcode: text, times: 2 }',
    good: calm,
    bad: [ask(1), ask(2), ask(3)],
    expected: /^2 of c2s text$/,
    found: /^3 \(packet 8, 10, 12\)$/,
  },
  {
    kind: 'message',
    what: 'none of a kind',
    yaml: '- message: { opcode: ping, times: 0 }',
    good: calm,
    bad: [['s2c', 'ping', 'x'], ...calm],
    expected: /^0 of ping$/,
    found: /^1 \(packet 8\)$/,
  },
  {
    kind: 'sizes',
    what: 'of each',
    yaml: '- sizes: { each: { max: 14 } }',
    good: calm,
    bad: [...calm.slice(0, 2), ['s2c', 'this is longer than fourteen octets']],
    expected: /^message of at most 14 octets$/,
    found: /^35 octets$/,
  },
  {
    kind: 'sizes',
    what: 'in all',
    yaml: '- sizes: { of: { direction: c2s, kind: message }, total: 18 }',
    good: calm,
    bad: [ask(1)],
    expected: /^18 octets in all of c2s message/,
    found: /^9 octets$/,
  },
  {
    kind: 'sequence',
    what: 'order',
    yaml: '- sequence: { steps: [{ json: { ask: 1 } }, { json: { answer: 1 } }, { json: { ask: 2 } }] }',
    good: calm,
    bad: [ask(1), ask(2), answer(1)],
    expected: /^message with json {ask: 2} after packet 12$/,
    found: /^step 3 of 3 does not come$/,
  },
  {
    kind: 'sequence',
    what: 'time',
    yaml: '- sequence: { steps: [{ json: { ask: 1 } }, { json: { answer: 1 }, within: 3ms }] }',
    good: calm,
    bad: [ask(1), ['s2c', 'wait'], ['s2c', 'wait'], answer(1)],
    expected: /^message with json {answer: 1} within 3\.00 ms after packet 8$/,
    found: /^packet 14 comes 6\.00 ms after packet 8$/,
  },
  {
    kind: 'sequence',
    what: 'nothing between',
    yaml: '- sequence: { adjacent: true, steps: [{ json: { ask: 1 } }, { json: { answer: 1 } }] }',
    good: calm,
    bad: [ask(1), ['s2c', 'wait'], answer(1)],
    expected: /^message with json {answer: 1} after packet 8$/,
    found: /^step 2 of 2 does not come$/,
  },
  {
    kind: 'answered',
    what: 'every request',
    yaml: "- answered: { request: { where: 'has(json.ask)' }, answer: { where: 'has(json.answer)' }, match: request.json.ask == answer.json.answer }",
    good: calm,
    bad: [ask(1), answer(1), ask(2), answer(3)],
    expected: /for packet 12$/,
    found: /^no answer to it$/,
  },
  {
    kind: 'answered',
    what: 'in time',
    yaml: '- answered: { request: { direction: c2s, opcode: text }, answer: { direction: s2c, json: { answer: 1 } }, within: 3ms }',
    good: [ask(1), answer(1)],
    bad: [ask(1), ['s2c', 'wait'], ['s2c', 'wait'], answer(1)],
    expected: /^an answer to packet 8 within 3\.00 ms$/,
    found: /^packet 14, 6\.00 ms later$/,
  },
  {
    kind: 'latency',
    what: 'a percentile',
    yaml: '- latency: { request: { direction: c2s, opcode: text }, answer: { direction: s2c, opcode: text }, p50: 2ms, max: 2ms }',
    good: calm,
    bad: [ask(1), answer(1), ask(2), answer(2), ask(3), ['s2c', 'ping', ''], answer(3)],
    expected: /^max of 3 answers within 2ms$/,
    found: /^4\.00 ms$/,
  },
  {
    kind: 'nothing',
    what: 'after a close',
    yaml: '- nothing: { after: { opcode: close } }',
    good: calm,
    bad: [...bye, ['c2s', 'one more thing']],
    expected: /^no message or control frame after packet 8$/,
    found: /^packet 12$/,
  },
  {
    kind: 'handshake',
    what: 'target and subprotocol',
    yaml: '- handshake: { status: 101, target: /chat, subprotocol: chat.v1, accept: ok }',
    good: one({ fields: [['Sec-WebSocket-Protocol', 'chat.v1']] }),
    bad: calm,
    expected: /^subprotocol "chat\.v1"$/,
    found: /^null$/,
  },
  {
    kind: 'handshake',
    what: 'fields of the request',
    yaml: "- handshake: { request: { origin: { $pattern: 'example' }, cookie: null } }",
    good: one({ fields: [['Origin', 'https://example.org']] }),
    bad: one({ fields: [['Origin', 'https://evil.org']] }),
    expected: /^request\.origin what matches \/example\/$/,
    found: /^"https:\/\/evil\.org"$/,
  },
  {
    kind: 'handshake',
    what: 'fields named in other letters than they came in',
    yaml: "- handshake: { request: { ORIGIN: 'https://example.org', Cookie: null } }",
    good: one({ fields: [['origin', 'https://example.org']] }),
    bad: one({
      fields: [
        ['Origin', 'https://example.org'],
        ['cookie', 'a=b'],
      ],
    }),
    expected: /^request\.Cookie null$/,
    found: /^"a=b"$/,
  },
  {
    kind: 'close',
    what: 'status code',
    yaml: '- close: { code: [1000, 1001], reason: bye, by: both }',
    good: calm,
    bad: [
      ['s2c', 'close', 1011, 'bye'],
      ['c2s', 'close', 1011],
    ],
    expected: /^close 1000 or 1001$/,
    found: /^1011 "bye" by the server$/,
  },
  {
    kind: 'close',
    what: 'end of the connection',
    yaml: '- close: { how: fin }',
    good: [ask(1)],
    bad: one({ end: 'rst' }, [ask(1)]),
    expected: /^the end to be fin$/,
    found: /^rst$/,
  },
  {
    kind: 'diagnostics',
    what: 'no errors',
    yaml: '- diagnostics: { none: warning }',
    good: calm,
    bad: one({ raw: ['c2s', frame(TEXT, 'bare')] }, [ask(1)]),
    expected: /^no warning or graver$/,
    found: /^error unmasked-client-frame: /,
  },
  {
    kind: 'diagnostics',
    what: 'none of a code',
    yaml: '- diagnostics: { noneOf: [unmasked-client-frame] }',
    good: one({ raw: ['s2c', frame(TEXT, 'x', { rsv: 2 })] }, [ask(1)]),
    bad: one({ raw: ['c2s', frame(TEXT, 'bare')] }, [ask(1)]),
    expected: /^no unmasked-client-frame$/,
    found: /^error unmasked-client-frame: /,
  },
  {
    kind: 'diagnostics',
    what: 'a baseline',
    yaml: '- diagnostics: { none: note, accept: [close-missing, { code: rsv2, times: 1, why: known }] }',
    good: one({ raw: ['s2c', frame(TEXT, 'x', { rsv: 2 })] }, [ask(1)]),
    bad: one({ raw: ['s2c', concat(frame(TEXT, 'x', { rsv: 2 }), frame(TEXT, 'y', { rsv: 2 }))] }, [ask(1)]),
    expected: /^rsv2 1 time, as accepted$/,
    found: /^error rsv2, 2 times: /,
  },
  {
    kind: 'connections',
    what: 'how many',
    yaml: '- connections: { webSocket: 2 }',
    good: [talk(calm), talk(calm, { port: 40002 })],
    bad: calm,
    expected: /^2 WebSocket connections$/,
    found: /^1$/,
  },
  {
    kind: 'conversation',
    what: 'all in order',
    yaml: '- conversation: { says: [{ json: { ask: 1 } }, { json: { answer: 1 } }, { opcode: close }, { opcode: close }] }',
    good: [ask(1), answer(1), ...bye],
    bad: [ask(1), ...bye],
    expected: /^message with json {answer: 1} as number 2$/,
    found: /^it is missing after packet 8$/,
  },
  {
    kind: 'conversation',
    what: 'each direction by itself, others between',
    yaml: '- conversation: { order: direction, others: true, says: [{ direction: s2c, json: { answer: 1 } }, { direction: c2s, json: { ask: 1 } }, { direction: c2s, json: { ask: 2 } }] }',
    good: calm,
    bad: [ask(2), ask(1), answer(1)],
    expected: /^c2s message with json {ask: 2} as number 3$/,
    found: /^it is missing after packet 10$/,
  },
  {
    kind: 'cel',
    what: 'a condition on the connection',
    yaml: '- cel: \'size(messages) == 4 && messages.all(m, has(m.json.ask) || has(m.json.answer)) && end == "close"\'',
    good: calm,
    bad: [ask(1)],
    expected: /^size\(messages\) == 4/,
    found: /^false$/,
  },
];

const talks = (given: Case['good']) =>
  given.length > 0 && 'packets' in given[0] ? (given as ReturnType<typeof talk>[]) : [talk(given as readonly Line[])];

for (const { kind, what, yaml, good, bad, expected, found } of cases) {
  describe(`${kind}, ${what}`, () => {
    test('is met by a conversation that has it', async () => {
      const { verdicts } = await verdictOf(yaml, talks(good));
      assert.deepEqual(verdicts[0].misses, []);
      assert.ok(verdicts[0].held);
    });

    test('is missed for that reason alone', async () => {
      const [verdict] = (await verdictOf(yaml, talks(bad))).verdicts;
      assert.ok(!verdict.held);
      assert.equal(verdict.kind, kind);
      assert.equal(verdict.misses.length, 1, JSON.stringify(verdict.misses));
      assert.match(verdict.misses[0].expected, expected);
      assert.match(verdict.misses[0].found, found);
    });
  });
}

test('capture is met by a whole file, and missed by one that is cut', async () => {
  const expectations = await parseExpectations('test.yaml', 'expect: [{ capture: { complete: true } }]');
  const whole = captureOf(talk(calm).packets);
  const missesIn = async (octets: Uint8Array) =>
    (await judge(expectations, logOf([...dissectSync(octets)]))).verdicts[0].misses;
  assert.deepEqual(await missesIn(whole), []);
  const misses = await missesIn(whole.subarray(0, -1));
  assert.equal(misses.length, 1);
  assert.equal(misses[0].expected, 'a whole capture');
  assert.match(misses[0].found, /^a cut or damaged capture: the capture ends inside record 22 /);
});

test('each kind has its cases', () => {
  // That of `capture` takes a file that is cut, and is the test above.
  const tried = new Set([...cases.map(({ kind }) => kind), 'capture']);
  assert.deepEqual(
    KINDS.map(({ key }) => key).filter((key) => !tried.has(key)),
    [],
  );
});

const both = [talk([ask(1), ...bye]), talk([['c2s', 'no question'], ...bye], { port: 40002, target: '/other' })];

for (const [chosen, held] of [
  ['in: all', false],
  ['in: any', true],
  ['in: none', false],
  ['in: together', true],
  ['in: all, on: { target: /chat }', true],
  ['in: none, on: { target: /other }', true],
  ['in: all, on: { index: 1 }', false],
  ['in: all, on: { port: 40001 }', true],
  ['in: all, on: { target: { $pattern: "^/c" } }', true],
] as const) {
  test(`of two connections, with ${chosen}`, async () => {
    const { verdicts } = await verdictOf(`- { message: { json: { ask: 1 } }, ${chosen} }`, both);
    assert.equal(verdicts[0].held, held);
  });
}

test('an expectation of connections that are not there is missed, and not passed over', async () => {
  for (const asked of ['close: { code: 1000 }', 'message: { text: never, times: 0 }', 'sizes: { total: { max: 5 } }']) {
    const [{ misses }] = (await verdictOf(`- { ${asked}, on: { target: /nowhere } }`, both)).verdicts;
    assert.equal(misses.length, 1, asked);
    assert.equal(misses[0].found, 'none of 2 is one of those', asked);
  }
});

test('a miss shows what came nearest, and the conversation around it', async () => {
  const [verdict] = (await verdictOf('- message: { direction: c2s, json: { ask: 3 } }', [talk(calm)])).verdicts;
  const [{ nearest, excerpt }] = verdict.misses;
  assert.deepEqual(nearest, ['nearest is packet 8:', 'json.ask: expected 3, found 1']);
  assert.deepEqual(excerpt?.slice(0, 2), ['>  8  → {"ask":1}', '  10  ← {"answer":1}']);
});

test('one of a thing is told in the singular', async () => {
  const yaml = [
    '- connections: { webSocket: { min: 1 }, refused: { max: 1 }, unanswered: { min: 0, max: 1 } }',
    '- message: { text: a, times: 1 }',
    '- message: { text: a, times: { min: 1 } }',
    '- message: { text: a, times: { max: 2 } }',
  ].join('\n');
  const { verdicts } = await verdictOf(yaml, [talk([['s2c', 'a']])]);
  assert.deepEqual(
    verdicts.map(({ name }) => name),
    [
      'at least 1 WebSocket connection, at most 1 refused connection, 0 to 1 unanswered connections',
      'message with text "a", 1 time',
      'message with text "a", at least 1 time',
      'message with text "a", at most 2 times',
    ],
  );
});

test('a ping counts among what is said, and is not data', async () => {
  const lines: Line[] = [
    ['s2c', 'ping', 'a'],
    ['c2s', 'pong', 'a'],
  ];
  const yaml =
    '- sequence: { steps: [{ opcode: ping }, { opcode: pong, within: 50ms }] }\n- message: { kind: message, times: 0 }';
  const { verdicts } = await verdictOf(yaml, [talk(lines)]);
  assert.ok(verdicts.every(({ held }) => held));
});

test('of a decoded value a default fits a field that is not set; of JSON it does not', async () => {
  const { makeMatcher } = await import('../../src/check/matcher.ts');
  const { binary, text } = await import('../output/sample-events.ts');
  const unset = binary(8, [0, 1], { decoded: { id: 1, type: 'pb.Ping', value: { note: 'x' } } });
  const matches = async (spec: object, said = unset) => (await makeMatcher(spec, [])).matches(said);
  assert.ok(await matches({ value: { seq: 0, flag: false, name: '', list: [], total: '0' } }));
  assert.ok(!(await matches({ value: { seq: 1 } })));
  assert.ok(!(await matches({ value: { note: '' } })));
  assert.ok(!(await matches({ json: { seq: 0 } }, text(1, '{"note":"x"}'))));
});
