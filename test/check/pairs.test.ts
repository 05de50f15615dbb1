// Requests and their answers on connections with many of both: which go together, how much is looked at for it, and that a
// condition that must be asked of every two of them is given up.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { CaptureLog, ConnectionLog } from '../../src/check/capture-log.ts';
import { compileCondition } from '../../src/check/condition.ts';
import { factsByRole } from '../../src/check/message-facts.ts';
import { makePairFinder } from '../../src/check/pairs.ts';
import type { PathError } from '../../src/check/path-error.ts';
import type { SaidEvent } from '../../src/dissect/said-event.ts';
import { text } from '../output/sample-events.ts';
import { connectionOf } from './captures.ts';

const SPEC = { request: { direction: 'c2s' }, answer: { direction: 's2c' } } as const;
const EQUAL = 'request.json.id == answer.json.id';

const captureOf = (log: ConnectionLog): CaptureLog => ({ capture: 'test.pcap', connections: [log], summary: null });

const asks = (json: string) => text(1, json, { direction: 'c2s' });
const answers = (json: string) => text(1, json, { direction: 's2c' });

/** `of 3` and so on, in the order in which they were answered, and those that were not. */
async function pairsOf(match: string, said: SaidEvent[], mostAsked?: number) {
  const log = connectionOf(said.map((each, packet) => ({ ...each, packet })));
  const finder = await makePairFinder({ ...SPEC, match }, ['expect', 0, 'answered'], mostAsked);
  const { answered, open } = finder.pairsOf(log, captureOf(log));
  return {
    answered: answered.map(({ request, answer }) => [request.packet, answer.packet]),
    open: open.map(({ packet }) => packet),
  };
}

/** How often the texts of `count` requests and of as many answers that fit none are looked at. */
async function looksAt(count: number, match: string): Promise<number> {
  let looks = 0;
  const counted = (direction: 'c2s' | 's2c', said: string): SaidEvent =>
    Object.defineProperty(text(1, '', { direction }), 'text', {
      get: () => {
        looks++;
        return said;
      },
    });
  const log = connectionOf([
    ...Array.from({ length: count }, (_, id) => counted('c2s', `{"id":${id}}`)),
    ...Array.from({ length: count }, (_, id) => counted('s2c', `{"id":${-1 - id}}`)),
  ]);
  const finder = await makePairFinder({ ...SPEC, match }, []);
  assert.equal(finder.pairsOf(log, captureOf(log)).open.length, count);
  return looks;
}

describe('requests and answers', () => {
  for (const match of [
    EQUAL,
    'request.json.id == answer.json.id && request.length > 0',
    'request.json.id < answer.json.id',
  ])
    test(`are each looked at a few times, however many there are, for ${match}`, async () => {
      const [few, many] = [await looksAt(50, match), await looksAt(200, match)];
      assert.ok(many < few * 8, `of 50 ${few}, of 200 ${many}`);
    });

  test('an answer goes to the oldest that it fits, whatever is open between', async () => {
    const said = [asks('{"id":1}'), asks('{"id":2}'), asks('{"id":1.0}'), answers('{"id":2}'), asks('{"id":2}')];
    const rest = [answers('{"id":1}'), answers('{"id":2}'), answers('{"id":2}'), answers('{"id":1}')];
    assert.deepEqual(await pairsOf(EQUAL, [...said, ...rest, asks('{}'), answers('{}')]), {
      answered: [
        [1, 3],
        [0, 5],
        [4, 6],
        [2, 8],
      ],
      open: [9],
    });
  });

  test('a condition that ties nothing by equality is asked of each two', async () => {
    const said = [
      asks('{"id":1}'),
      asks('{"id":3}'),
      asks('{"id":5}'),
      answers('{"ids":[3]}'),
      answers('{"ids":[5,1]}'),
    ];
    assert.deepEqual(await pairsOf('request.json.id in answer.json.ids', [...said, answers('{"ids":[5]}')]), {
      answered: [
        [1, 3],
        [0, 4],
        [2, 5],
      ],
      open: [],
    });
  });

  test('such a condition is given up where it would be asked too often, and told by its place', async () => {
    const said = [...Array.from({ length: 20 }, () => asks('{"id":1}')), ...Array(20).fill(answers('{"id":2}'))];
    await assert.rejects(pairsOf('request.json.id > answer.json.id', said, 399), (error: PathError) => {
      assert.deepEqual(error.path, ['expect', 0, 'answered', 'match']);
      assert.equal(
        `${error.what}; ${error.whatToDo}`,
        'this would be asked of more than 399 pairs of a request and an answer; ' +
          'tie them by equality, as request.json.id == answer.json.id does, or narrow request',
      );
      return true;
    });
    assert.equal((await pairsOf('request.json.id > answer.json.id', said, 400)).open.length, 20);
    assert.equal((await pairsOf(EQUAL, said, 0)).open.length, 20);
  });
});

const VALUES = [
  ...['1', '1.0', '-1', '0', '-0', '1.5', '9007199254740993', '9007199254740992', '9223372036854775807'],
  ...['9223372036854775808', '9223372036854775809', '1e400', 'true', 'false', 'null', '""', '"1"', '"null"', '"[1]"'],
  ...['[]', '[1]', '[1.0]', '[1,2]', '{}', '{"a":1,"b":2}', '{"b":2,"a":1.0}', '{"a":1}', `"${'x'.repeat(300)}"`],
];

for (const [match, roles] of [
  ['request.json.id == answer.json.id', ['request', 'answer']],
  ['answer.json.id == request.json.id && (answer.length > 0 && request.length > 0)', ['request', 'answer']],
  ['request.json == answer.json', ['request', 'answer']],
] as const) {
  test(`keys of ${match} are the same where, and only where, CEL says that it holds`, async () => {
    const condition = await compileCondition(match, roles);
    const said = [...VALUES.map((value) => text(1, `{"id":${value}}`)), text(1, 'no json'), text(1, '{}')];
    for (const request of said) {
      for (const answer of said) {
        const keys = roles.map((role) => condition.keyOf(role, factsByRole({ request, answer })));
        const isTied = keys[0] !== null && keys[0] === keys[1];
        assert.equal(isTied, condition.holds(factsByRole({ request, answer })), `${request.text} ${answer.text}`);
      }
    }
  });
}

test('equalities that tie no two names give no key', async () => {
  for (const match of [
    'request.json.id == 1 && answer.json.id == 1',
    'request.json.id == answer.json.id || answer.length > 0',
    '!(request.json.id == answer.json.id)',
    'request.json.id == answer.json.id + request.length',
    '[1, 2].exists(answer, request.json.id == answer)',
  ]) {
    const condition = await compileCondition(match, ['request', 'answer']);
    assert.equal(condition.keyOf('request', factsByRole({ request: text(1, 'no json') })), '', match);
  }
});
