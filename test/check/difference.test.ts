// Two captures compared: what is missing, added, moved, different or late, and what is not to be compared.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compareCaptures } from '../../src/check/difference/compare.ts';
import { IgnoredPaths } from '../../src/check/difference/ignored-paths.ts';
import { comparisonText, summaryOf } from '../../src/check/difference/text.ts';
import { displayWidth } from '../../src/output/display-width.ts';
import { handshake, message } from '../output/sample-events.ts';
import { TcpConversation } from '../support/tcp-conversation.ts';
import { peer } from '../support/tcp-packet.ts';
import { BINARY, frame, head, TEXT, upgradeRequest } from '../support/websocket-writer.ts';
import { eventsOf, type Line, logOf, talk, verdictOf } from './captures.ts';

const good: Line[] = [
  ['c2s', '{"ask":1,"at":"10:00"}'],
  ['s2c', '{"answer":1}'],
  ['c2s', '{"ask":2,"at":"10:01"}'],
  ['s2c', '{"answer":2}'],
  ['s2c', '{"news":"x"}'],
];

type Talks = ReturnType<typeof talk>[];

async function compare(left: Talks, right: Talks, ignore: string[] = [], timing = 1) {
  const options = { ignored: new IgnoredPaths(ignore), timing };
  return compareCaptures(logOf(eventsOf(left)), logOf(eventsOf(right)), options);
}

async function text(left: Talks, right: Talks, ignore: string[] = []): Promise<string[]> {
  return comparisonText(await compare(left, right, ignore), { width: 80, colour: false })
    .trimEnd()
    .split('\n');
}

test('a capture does not differ from itself, nor from one with other ports, keys and packets', async () => {
  const other = [talk([['s2c', 'ping', 'x']], { target: '/other' }), talk(good, { port: 40007 })];
  assert.deepEqual(await text([talk(good)], [talk(good)]), [
    'No difference: 5 messages and controls the same in 1 connection',
  ]);
  const { connections } = await compare(
    [talk([['s2c', 'ping', 'x']], { target: '/other', port: 40009 }), talk(good)],
    other,
  );
  assert.deepEqual(connections, []);
});

test('a message that is missing, one that is added', async () => {
  const bad = good.toSpliced(3, 1).toSpliced(0, 0, ['c2s', 'hello']);
  assert.deepEqual(await text([talk(good)], [talk(bad)]), [
    'connection 0  /chat',
    '  + packet 8  → hello',
    '  - packet 14  ← {"answer":2}',
    '',
    '2 differences: 1 added, 1 missing; 4 messages and controls the same in 1',
    '  connection',
  ]);
});

test('a field that is different is told by its path, with both values', async () => {
  const bad = good.with(2, ['c2s', '{"ask":3,"at":"10:01"}']);
  assert.deepEqual(await text([talk(good)], [talk(bad)]), [
    'connection 0  /chat',
    '  ~ packet 12 and 12  → {"ask":2,"at":"10:01"}',
    '      json.ask: 2 became 3',
    '',
    '1 difference: 1 changed; 4 messages and controls the same in 1 connection',
  ]);
});

test('numbers that no double holds are different where their digits are', async () => {
  const said = (id: string) => [talk([['s2c', `{"id":${id}}`]])];
  const lines = await text(said('175928847299117063'), said('175928847299117064'));
  assert.ok(lines.includes('      json.id: 175928847299117063 became 175928847299117064'), lines.join('\n'));
});

test('a member with a name that all objects have is there only where it was said', async () => {
  const said = (json: string) => [talk([['s2c', json]])];
  const { connections } = await compare(said('{"a":1}'), said('{"a":1,"constructor":2}'));
  assert.deepEqual(connections[0].changes[0].details, [{ path: 'json.constructor', left: undefined, right: 2 }]);
});

test('messages whose payload is not at hand are compared by what is known of them', async () => {
  const unknown = (fields: object) => logOf([handshake(6), message(8, { opcode: 'binary', ...fields })]);
  const options = { ignored: new IgnoredPaths([]), timing: 1 };
  const detailsOf = async (left: object, right: object) => {
    const { connections } = await compareCaptures(unknown(left), unknown(right), options);
    return connections.flatMap(({ changes }) => changes.flatMap(({ details }) => details));
  };
  assert.deepEqual(await detailsOf({ length: 4 }, { length: 4 }), []);
  assert.deepEqual(await detailsOf({ length: 4 }, { length: 5 }), [{ path: 'length', left: 4, right: 5 }]);
  const packed = { inflated: false, length: undefined };
  assert.deepEqual(await detailsOf({ ...packed, wireLength: 4 }, { ...packed, wireLength: 5 }), [
    { path: 'wireLength', left: 4, right: 5 },
  ]);
});

test('messages of which the lengths alone could be compared are counted, and told', async () => {
  const unread = (packet: number, fields: object) => message(packet, { opcode: 'binary', ...fields });
  const log = logOf([
    handshake(6),
    unread(8, { length: 4 }),
    unread(9, { inflated: false, length: undefined, wireLength: 4 }),
    message(10, { opcode: 'text', text: '', length: 0 }),
  ]);
  const comparison = await compareCaptures(log, log, { ignored: new IgnoredPaths([]), timing: 1 });
  assert.deepEqual([comparison.same, comparison.sameByLength], [3, 2]);
  assert.equal(
    summaryOf(comparison),
    'No difference: 3 messages and controls the same in 1 connection, 2 of them by length alone, as their payloads were not read',
  );
});

test('a long message takes one line, and is cut where the terminal ends', async () => {
  const lines = await text([talk([])], [talk([['c2s', 'long '.repeat(100)]])]);
  assert.match(lines[1], /^ {2}\+ packet 8 {2}→ long [long ]*…$/);
  assert.equal(lines[2], '');
});

test('octets that are different are shown as octets, around the first that differs', async () => {
  const octets = Uint8Array.from({ length: 40 }, (_, at) => at);
  const other = Uint8Array.from(octets);
  other[1] = 0xff;
  const late = Uint8Array.from(octets);
  late[30] = 0xff;
  const saying = (payload: Uint8Array) => [talk([], { raw: ['s2c', frame(BINARY, payload)] })];
  const width = { width: 200, colour: false };
  assert.match(
    comparisonText(await compare(saying(octets), saying(other)), width),
    /data: 00 01 02 03 04 05 06 07 08 09 0a 0b … \|\.{12}\| became 00 ff 02 03/,
  );
  assert.match(
    comparisonText(await compare(saying(octets), saying(late)), width),
    /data from octet 26 on: 1a 1b 1c 1d 1e 1f 20 21 22 23 24 25 … \|\.{6} !"#\$%\| became 1a 1b 1c 1d ff 1f/,
  );
});

test('of long texts that begin alike what is different is shown, and where that is', async () => {
  const long = 'lorem ipsum '.repeat(20);
  const saying = (last: string) => [talk([['s2c', `${long}${last}`]])];
  const shown = comparisonText(await compare(saying('one'), saying('two')), { width: 200, colour: false });
  assert.match(shown, /\n {6}text from character 231 on: "…rem ipsum one" became "…rem ipsum two"\n/);
});

test('of a long path the beginning and the end are told, in JSON too, however many members are below a long key', async () => {
  const members = (value: number) => Object.fromEntries(Array.from({ length: 200 }, (_, at) => [`member${at}`, value]));
  const said = (value: number) =>
    logOf([handshake(6), message(8, { text: JSON.stringify({ ['a'.repeat(1_000_000)]: { b: members(value) } }) })]);
  const comparison = await compareCaptures(said(1), said(2), { ignored: new IgnoredPaths([]), timing: 1 });
  const [{ details }] = comparison.connections[0].changes;
  const paths = Object.keys(members(1)).map((name) => new RegExp(`^json\\.a{194}…a{180,199}\\.b\\.${name}$`));
  for (const [index, { path }] of details.entries()) assert.match(path, paths[index]);
  assert.equal(details.length, 200);
  assert.ok(comparisonText(comparison, { width: null, colour: false }).length < 200 * 500);
});

test('messages in another order were moved', async () => {
  const bad = [good[0], good[4], good[2], good[1], good[3]];
  const lines = await text([talk(good)], [talk(bad)]);
  assert.equal(lines.at(-1), '1 difference: 1 moved; 4 messages and controls the same in 1 connection');
  assert.match(lines[1], /^ {2}> packet 16 and 10 {2}← moved: {"news":"x"}$/);
});

test('what is ignored is not compared, by path, by type, by kind', async () => {
  const bad = good
    .with(0, ['c2s', '{"ask":1,"at":"11:00"}'])
    .with(2, ['c2s', '{"ask":2,"at":"11:01"}'])
    .concat([['s2c', 'ping', 'x']]);
  assert.equal((await compare([talk(good)], [talk(bad)], ['json.at', 'ping'])).connections.length, 0);
  assert.equal((await compare([talk(good)], [talk(bad)], ['text.json.*', 'ping'])).connections.length, 0);
  assert.equal((await compare([talk(good)], [talk(bad)], ['json.**.at'])).connections.length, 1);
  assert.equal((await compare([talk(good)], [talk(good, { end: 'rst' })])).connections.length, 1);
  assert.equal(
    (await compare([talk(good)], [talk(good, { end: 'rst' })], ['end', 'diagnostics'])).connections.length,
    0,
  );
});

test('null, and what a list has in its places, is compared also where something is ignored', async () => {
  const said = (json: string) => [talk([['s2c', json]])];
  const changesOf = async (left: string, right: string) => {
    const { connections } = await compare(said(left), said(right), ['json.**.at']);
    return connections.flatMap(({ changes }) => changes.flatMap(({ details }) => details));
  };
  assert.deepEqual(await changesOf('{"none":null,"at":1}', '{"none":null,"at":2}'), []);
  assert.deepEqual(await changesOf('{"none":null,"at":1}', '{"none":0,"at":2}'), [
    { path: 'json.none', left: null, right: 0 },
  ]);
  assert.deepEqual(await changesOf('{"list":[{"at":1},7]}', '{"list":[{"at":2},8]}'), [
    { path: 'json.list.1', left: 7, right: 8 },
  ]);
});

test('a place in a list has one name: what `check` says of it, `diff` says and leaves out', async () => {
  const [one, other]: Line[] = [
    ['s2c', '{"items":[{"id":1},{"id":2}]}'],
    ['s2c', '{"items":[{"id":1},{"id":3}]}'],
  ];
  const { verdicts } = await verdictOf('- { message: { json: { items: [{ id: 1 }, { id: 2 }] } } }', [talk([other])]);
  const path = 'json.items.1.id';
  assert.deepEqual(verdicts[0].misses[0].nearest?.slice(1), [`${path}: expected 2, found 3`]);
  assert.ok((await text([talk([one])], [talk([other])])).includes(`      ${path}: 2 became 3`));
  assert.equal((await compare([talk([one])], [talk([other])], [path])).connections.length, 0);
});

test('a path below value, json or a kind of message is told where there is such a thing, and nothing in it is called so', async () => {
  const toldOf = async (lines: Line[], ignore: string[]) => {
    const ignored = new IgnoredPaths(ignore);
    const log = () => logOf(eventsOf([talk(lines)]));
    await compareCaptures(log(), log(), { ignored, timing: 1 });
    return ignored.unmet().map(({ path }) => path);
  };
  const json: Line[] = [['c2s', '{"ask":{"at":1,"items":[{"id":1}]}}']];
  const known = [
    'json',
    'json.ask',
    'json.ask.at',
    'json.**.at',
    'json.ask.items.*.id',
    'text.json.ask',
    'json.ask.at.x',
  ];
  assert.deepEqual(await toldOf(json, known), []);
  for (const path of known.slice(0, -1)) assert.deepEqual(await toldOf(json, [path]), [], path);
  for (const path of ['json.nope', 'json.ask.nope', 'json.**.nope', 'text.nope', 'json.ask.at.x']) {
    assert.deepEqual(await toldOf(json, [path]), [path]);
  }
  // Of what no message has nothing can be said.
  const others = ['value.nope', 'ping.data', 'close.nope', 'handshake.nope', 'end.nope', 'timing', 'code'];
  assert.deepEqual(await toldOf(json, others), []);
  assert.deepEqual(await toldOf([['c2s', 'hello']], ['json.nope']), []);
  // Nothing below what is ignored as a whole is looked at.
  assert.deepEqual(await toldOf(json, ['text', 'json.nope']), []);
});

test('paths may leave keys open', () => {
  const ignored = new IgnoredPaths(['value.**.at', 'pb.Pong.value.note', 'json.items.*.id', 'seq']);
  for (const [path, type, covered] of [
    ['value.at', 'pb.Ping', true],
    ['value.a.b.at', 'pb.Ping', true],
    ['value.note', 'pb.Pong', true],
    ['value.note', 'pb.Ping', false],
    ['value.seq', 'pb.Ping', true],
    ['json.seq', undefined, true],
    ['json.a.seq', undefined, false],
    ['json.items.3.id', undefined, true],
    ['json.items.id', undefined, false],
    ['value.format', 'pb.Ping', false],
  ] as const) {
    assert.equal(ignored.covers(path, type), covered, path);
  }
});

test('what comes later than before is told, by as much as counts', async () => {
  const waited = [good[0], ['c2s', 'ping', ''] as const, ...good.slice(1)];
  const kindsOf = async (ignore: string[], timing: number) => {
    const { connections } = await compare([talk(good)], [talk(waited)], ignore, timing);
    return connections.flatMap(({ changes }) => changes.map(({ kind, right }) => `${kind} ${right?.packet}`));
  };
  assert.deepEqual(await kindsOf(['ping', 'diagnostics'], 0.0015), ['timing 12']);
  assert.deepEqual(await kindsOf(['ping', 'diagnostics'], 0.0025), []);
  assert.deepEqual(await kindsOf(['ping', 'diagnostics', 'timing'], 0.0015), []);
});

test('times are told as people read them, by more digits where these would be the same', () => {
  const said = logOf(eventsOf([talk(good)])).connections[0].said[1];
  const timesOf = (left: number, right: number) => {
    const details = [{ path: 'seconds since the message before', left, right }];
    const changes = [{ kind: 'timing' as const, left: said, right: said, details }];
    const connections = [{ left: null, right: null, target: null, changes }];
    return comparisonText({ connections, compared: 1, same: 1, sameByLength: 0 }, { width: null, colour: false }).split(
      '\n',
    )[2];
  };
  assert.equal(timesOf(0.0003060000000000007, 1.304781), '      time since the message before: 306 µs became 1.30 s');
  assert.equal(timesOf(1.304, 1.3010000000000002), '      time since the message before: 1.304 s became 1.301 s');
});

test('how many differences of a kind there are is told in singular and plural', async () => {
  const bare = { raw: ['c2s', frame(TEXT, 'bare')] as const, end: 'rst' as const };
  const summary = async (count: number) => {
    const ports = Array.from({ length: count }, (_, at) => 40001 + at);
    const left = ports.map((port) => talk(good, { port }));
    const right = ports.map((port) => talk(good, { port, ...bare }));
    const others = ports.map((port) => talk(good, { port: port + 100, target: '/x' }));
    return summaryOf(await compare([...left, ...others], right, ['handshake']));
  };
  const same = (count: number) => `${5 * count} messages and controls the same in ${count} connection`;
  assert.equal(
    await summary(1),
    `4 differences: 1 added, 1 set of diagnostics, 1 end, 1 connection missing; ${same(1)}`,
  );
  assert.equal(
    await summary(2),
    `8 differences: 2 added, 2 sets of diagnostics, 2 ends, 2 connections missing; ${same(2)}s`,
  );
});

test('handshakes, diagnostics and ends are compared', async () => {
  const fields = [['Sec-WebSocket-Protocol', 'chat.v2']] as const;
  const lines = await text([talk(good)], [talk(good, { fields, raw: ['c2s', frame(TEXT, 'bare')], end: 'rst' })]);
  assert.deepEqual(
    lines.slice(0, -2).filter((line) => line !== '' && !line.includes('packet')),
    [
      'connection 0  /chat',
      '  ~ handshake',
      '      handshake.subprotocol: null became "chat.v2"',
      '  ~ diagnostics',
      '      diagnostics.unmasked-client-frame: nothing became 1',
      '  ~ end',
      '      end.how: "fin" became "rst"',
    ],
  );
});

test('connections that are only on one side', async () => {
  const lines = await text([talk(good), talk(good, { port: 40002 })], [talk(good)]);
  assert.equal(lines[0], 'connection 1  /chat: only in the first, 5 messages and controls');
  assert.match(lines.join(' '), / 1 difference: 1 connection missing; /);
  const { compared } = await compare([], [talk(good)]);
  assert.equal(compared, 0);
});

const FORBIDDEN = head('HTTP/1.1 403 Forbidden', [['Content-Length', '0']]);

function refused(target: string, port: number, answer = FORBIDDEN) {
  return new TcpConversation({ client: peer('10.0.0.1', port) })
    .open()
    .exchange('c2s', upgradeRequest({ target }))
    .exchange('s2c', answer)
    .close();
}

test('an upgrade that the server refuses now is compared with the one that it granted, also beside other targets', async () => {
  const lines = await text(
    [talk(good), talk(good, { target: '/x', port: 40002 })],
    [refused('/chat', 40001), talk(good, { target: '/y', port: 40002 })],
    ['diagnostics', 'handshake.accept', 'end'],
  );
  assert.deepEqual(lines.slice(0, 3), [
    'connection 0  /chat',
    '  ~ handshake',
    '      handshake.status: 101 became 403',
  ]);
  assert.equal(lines.filter((line) => line.startsWith('  - packet')).length, good.length);
  assert.ok(lines.includes('      handshake.target: "/x" became "/y"'), lines.join('\n'));
});

test('of several connections to a target those that were granted go together, and those that were refused', async () => {
  const left = [talk(good), refused('/chat', 40002)];
  const right = [refused('/chat', 40001), talk(good, { port: 40002 })];
  const { connections, compared } = await compare(left, right, ['diagnostics']);
  assert.deepEqual([connections, compared], [[], 2]);
});

test('a connection that goes with none of the other capture is told with how its upgrade was answered', async () => {
  const lines = await text([talk(good)], [talk(good), refused('/no', 40002)]);
  assert.equal(lines[0], 'connection 1  /no: only in the second, refused with 403');
  const alert = Uint8Array.of(21, 3, 1, 0, 2, 2, 70);
  assert.equal(
    (await text([talk(good)], [talk(good), refused('/no', 40002, alert)]))[0],
    'connection 1  /no: only in the second, answered with no HTTP that can be read',
  );
});

test('connections to other targets are compared in their order, those that speak with those that do, refused with refused', async () => {
  const left = [refused('/no', 40001), talk(good, { target: '/one', port: 40002 })];
  const right = [talk(good, { target: '/other', port: 40001 }), refused('/never', 40002)];
  const { connections, compared, same } = await compare(left, right, ['diagnostics']);
  assert.deepEqual([compared, same], [2, good.length]);
  assert.deepEqual(
    connections.map(({ changes }) => changes.map(({ kind, details }) => [kind, ...details])),
    [
      [['handshake', { path: 'handshake.target', left: '/no', right: '/never' }]],
      [['handshake', { path: 'handshake.target', left: '/one', right: '/other' }]],
    ],
  );
});

test('long lists with little in common are compared in bounded time', { timeout: 30_000 }, async () => {
  const many = (from: number): Line[] => Array.from({ length: 1500 }, (_, index) => ['c2s', `m${from + index * 7}`]);
  const comparison = await compare([talk(many(0))], [talk(many(3))]);
  assert.match(summaryOf(comparison), /differences/);
});

test('no line is wider than the terminal, and nothing of a capture reaches it raw', async () => {
  const odd: Line[] = [
    ['c2s', `{"long":"${'漢字'.repeat(60)}","esc":"\\u001b[31m"}`],
    ['s2c', '\x1b]0;owned\x07'],
  ];
  const comparison = await compare([talk(odd)], [talk(good)]);
  for (const width of [40, 80]) {
    const shown = comparisonText(comparison, { width, colour: false });
    assert.doesNotMatch(shown, /[\x00-\x09\x0b-\x1f]/);
    for (const line of shown.split('\n')) assert.ok(displayWidth(line) <= width, line);
  }
});

test('long values are cut where both are shown', async () => {
  const lines = await text([talk([['c2s', 'a'.repeat(3000)]])], [talk([['c2s', 'b'.repeat(3000)]])]);
  assert.ok(lines.join('').length < 700);
});

test('JSON in ten thousand levels is compared as text', async () => {
  const nested = (inside: string): Line => ['s2c', '['.repeat(10_000) + inside + ']'.repeat(10_000)];
  const { connections } = await compare([talk([nested('1')])], [talk([nested('2')])]);
  assert.equal(connections.length, 1);
});
