// Expectations drafted from a capture hold of that capture, strict and loose, and strict ones notice nearly any change.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { parseExpectations } from '../../src/check/expectations-file.ts';
import { renewExpectations, writeExpectations } from '../../src/check/expectations-writer.ts';
import { judge } from '../../src/check/judge.ts';
import { type RecordMode, recordExpectations } from '../../src/check/record.ts';
import { patternOf, stableOf, stableTargetOf } from '../../src/check/volatile.ts';
import { loadRegistry, type PayloadCodec, ProtobufCodec } from '../../src/codec/index.ts';
import type { WsdissectEvent } from '../../src/dissect/events.ts';
import { handshake, message } from '../output/sample-events.ts';
import { sharedCaptures, withoutSharedCaptures } from '../support/shared-captures.ts';
import { frame, TEXT } from '../support/websocket-writer.ts';
import { eventsOf, type Line, logOf, talk } from './captures.ts';
import { holds, logOfCapture, mutateEvents, mutateOctets, recorded } from './mutation.ts';

const FIXTURES = fileURLToPath(new URL('../../fixtures', import.meta.url));
/** What is noticed at least of all changes. */
const NOTICED = 0.95;

const codec = async (path: string): Promise<PayloadCodec> => new ProtobufCodec(await loadRegistry(path));

describe('of each fixture', () => {
  for (const name of readdirSync(FIXTURES)) {
    const file = readdirSync(join(FIXTURES, name)).find((each) => /\.pcap(ng)?$/.test(each));
    if (file === undefined) continue;
    test(`${name}: recorded expectations hold, and strict ones notice changes`, async () => {
      const log = logOfCapture(join(FIXTURES, name, file), null);
      for (const mode of ['strict', 'loose'] as const) assert.ok(await holds(await recorded(log, mode), log), mode);
      const { tried, caught, missed } = await mutateEvents(log, 3);
      assert.ok(caught >= tried * NOTICED, missed.join(', '));
    });
  }
});

describe('of shared captures, a sample', { skip: withoutSharedCaptures }, () => {
  for (const name of [
    'core/gorilla-rich',
    'core/ws-basic',
    'violations/client-violations',
    'deflate/ws-deflate-mixed',
  ]) {
    test(name, async (t) => {
      const path = `${sharedCaptures}/${name}.pcap`;
      let capture: Uint8Array;
      try {
        capture = readFileSync(path);
      } catch {
        t.skip(`${path} is not there`);
        return;
      }
      const decoder = name.startsWith('core/') ? await codec(`${sharedCaptures}/core/demo.registry.yaml`) : null;
      const log = logOfCapture(path, decoder);
      for (const mode of ['strict', 'loose'] as const) assert.ok(await holds(await recorded(log, mode), log), mode);
      const events = await mutateEvents(log, 20);
      const octets = await mutateOctets(capture, decoder, 40);
      const tried = events.tried + octets.tried;
      assert.ok(tried > 5);
      assert.ok(events.caught + octets.caught >= tried * NOTICED, [...events.missed, ...octets.missed].join(', '));
    });
  }
});

const run = (id: string, time: string, price: number): Line[] => [
  ['c2s', `{"subscribe":"ABC","requestId":"${id}"}`],
  ['s2c', `{"price":${price},"at":"${time}"}`],
  ['s2c', 'ping', id],
];

test('loose expectations hold of another run in which only ids, times and pings differ', async () => {
  const good = run('7d444840-9dc0-11d1-b245-5ffdce74fad2', '2026-11-26T18:00:00.123Z', 42);
  const again = run('16fd2706-8baf-433b-82eb-8c7fada847da', '2026-11-27T09:30:11Z', 42);
  const other = run('16fd2706-8baf-433b-82eb-8c7fada847da', '2026-11-27T09:30:11Z', 43);
  const log = (lines: Line[]) => logOf(eventsOf([talk(lines)]));
  const loose = await recorded(log(good), 'loose');
  assert.ok(await holds(loose, log(again)));
  assert.ok(!(await holds(loose, log(other))));
  assert.ok(!(await holds(await recorded(log(good), 'strict'), log(again))));
});

test('what is volatile is told by name and by look', () => {
  assert.deepEqual(stableOf({ createdAt: 'x', n: 7, when: 1_764_180_000, user_id: '12', name: 'Ada' }), {
    createdAt: { $any: true },
    n: 7,
    when: { $pattern: '^-?[0-9.e+-]+$' },
    user_id: { $pattern: '^\\d+$' },
    name: 'Ada',
  });
  const pattern = patternOf('job 16fd2706-8baf-433b-82eb-8c7fada847da (a+b) done') ?? '';
  assert.match('job 7d444840-9dc0-11d1-b245-5ffdce74fad2 (a+b) done', new RegExp(pattern, 'u'));
  assert.doesNotMatch('job 7d444840-9dc0-11d1-b245-5ffdce74fad2 (a+b) failed', new RegExp(pattern, 'u'));
  assert.equal(patternOf('nothing volatile'), null);
});

test('a date of HTTP is a time, and of a target the parameters with volatile names may be others', () => {
  const fits = (drafted: unknown, text: string) =>
    new RegExp((drafted as { $pattern: string }).$pattern, 'u').test(text);
  const seen = stableOf('seen Sat, 21 Nov 2026 10:00:00 GMT (here)');
  assert.ok(fits(seen, 'seen Sun, 22 Nov 2026 09:59:59 GMT (here)'));
  assert.ok(!fits(seen, 'seen Sun, 22 Nov 2026 09:59:59 GMT (there)'));
  const target = stableTargetOf('/chat?room=a.b&token=1abc23def456&session_id=&v=2');
  assert.ok(fits(target, '/chat?room=a.b&token=other&session_id=7&v=2'));
  for (const other of ['/chat?room=aXb&token=x&session_id=&v=2', '/chat?room=a.b&token=x&session_id=&v=3', '/chat'])
    assert.ok(!fits(target, other), other);
  assert.equal(stableTargetOf('/chat?room=7'), '/chat?room=7');
  assert.ok(
    fits(
      stableTargetOf('/chat/7d444840-9dc0-11d1-b245-5ffdce74fad2?token'),
      '/chat/16fd2706-8baf-433b-82eb-8c7fada847da?token',
    ),
  );
});

test('a number is a time where it is seconds or milliseconds of this century, and a list is of what its name says', () => {
  const isStable = (value: unknown) => JSON.stringify(stableOf({ n: value })) === JSON.stringify({ n: value });
  const seconds = Date.UTC(2090, 0) / 1000;
  for (const time of [seconds, seconds * 1000, String(seconds), Date.UTC(2002, 0)])
    assert.ok(!isStable(time), `${time}`);
  for (const other of [Date.UTC(2100, 0) / 1000, 5e10, 1e9, `${seconds}.5`, '0x6553f100', 'n/a']) {
    assert.ok(isStable(other), `${other}`);
  }
  assert.deepEqual(stableOf({ id: [7, 'x'], n: [7, 'x'] }), {
    id: [{ $pattern: '^-?[0-9.e+-]+$' }, { $any: true }],
    n: [7, 'x'],
  });
});

test('what was not inflated is expected as it was on the wire', async () => {
  const log = (wireLength: number) =>
    logOf([handshake(6), message(8, { compressed: true, inflated: false, length: undefined, wireLength } as object)]);
  const strict = await recorded(log(9), 'strict');
  assert.ok(await holds(strict, log(9)));
  assert.ok(!(await holds(strict, log(8))));
});

test('loosely no warnings are expected but those that are there, and of notes nothing', () => {
  const raw = ['s2c', frame(TEXT, 'x', { rsv: 2 })] as const;
  const drafted = recordExpectations(logOf(eventsOf([talk([], { raw })])), 'loose');
  assert.deepEqual(drafted.at(-1)?.diagnostics, { none: 'warning', accept: ['rsv2'] });
});

test('upgrades that were not answered are drafted as such, and not as refused', () => {
  const asked = handshake(6, { upgraded: false, response: null });
  const refused = handshake(7, {
    connection: 1,
    upgraded: false,
    response: { status: 403, reason: '', headers: [], body: '' },
  });
  const countsOf = (mode: RecordMode, ...events: WsdissectEvent[]) =>
    recordExpectations(logOf(events), mode)[1].connections;
  assert.deepEqual(countsOf('strict', asked), { webSocket: 0, refused: 0, unanswered: 1 });
  assert.deepEqual(countsOf('loose', asked), { webSocket: 0, unanswered: { min: 1 } });
  assert.deepEqual(countsOf('loose', asked, refused), { webSocket: 0, refused: { min: 1 }, unanswered: { min: 1 } });
});

test('--update leaves the digits of numbers that were written by hand', async () => {
  const own = 'expect:\n  - message: { json: { a: 175928847299117063, b: 0x10, c: -0, d: 7, e: 1e3, f: 1.50 } }\n';
  const renewed = await renewExpectations(own, []);
  for (const digits of ['a: 175928847299117063', 'b: 0x10', 'c: -0', 'd: 7', 'e: 1e\\+?3', 'f: 1.50']) {
    assert.match(renewed, new RegExp(`${digits}[ ,]`));
  }
});

test('--update renews what was recorded and leaves what was written by hand, comments included', async () => {
  const log = logOf(eventsOf([talk([['c2s', 'one']])]));
  const about = { capture: 'a.pcap', mode: 'strict', registry: null };
  const text = await writeExpectations(recordExpectations(log, 'strict'), about);
  const own = text.replace('expect:\n', 'expect:\n  # mine\n  - close: { how: fin } # by hand\n');
  const changed = logOf(eventsOf([talk([['c2s', 'two']])]));
  const renewed = await renewExpectations(own, recordExpectations(changed, 'strict'));
  assert.match(renewed, /expect:\n {2}# mine\n {2}- close: { how: fin } # by hand\n/);
  assert.match(renewed, /text: two/);
  assert.doesNotMatch(renewed, /text: one/);
  const { verdicts } = await judge(await parseExpectations('a.yaml', renewed), changed);
  assert.ok(verdicts.every(({ held }) => held));
});

test('text that would hide or turn the line in an editor is written as escapes, and means the same', async () => {
  const log = logOf(eventsOf([talk([['c2s', 'a\u202eb\u200bc\u2028d\x1b[31m\nnext']])]));
  const text = await writeExpectations(recordExpectations(log, 'strict'), {
    capture: 'a',
    mode: 'strict',
    registry: null,
  });
  assert.doesNotMatch(text, /[\u202e\u200b\u2028\x1b]/);
  assert.ok(await holds(await recorded(log, 'strict'), log));
});

test('values that look like operators are compared as they are', async () => {
  const log = logOf(
    eventsOf([
      talk([
        ['c2s', '{"$any":1}'],
        ['s2c', '{"a":{"$pattern":"("}}'],
      ]),
    ]),
  );
  for (const mode of ['strict', 'loose'] as const) assert.ok(await holds(await recorded(log, mode), log), mode);
});
