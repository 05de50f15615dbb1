// What a miss tells: which packet, what was expected there, what was found instead, and what of several is told.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CaptureLogger, type GivenLimits, TooMuchToKeep } from '../../src/check/capture-log.ts';
import { parseExpectations } from '../../src/check/expectations-file.ts';
import { judge } from '../../src/check/judge.ts';
import type { WsdissectEvent } from '../../src/dissect/events.ts';
import { handshake, message, text } from '../output/sample-events.ts';
import { TcpConversation } from '../support/tcp-conversation.ts';
import { peer } from '../support/tcp-packet.ts';
import { concat, frame, head, TEXT, upgradeRequest } from '../support/websocket-writer.ts';
import { type Line, logOf, talk, verdictOf } from './captures.ts';

const said = (...texts: string[]): Line[] => texts.map((text) => ['c2s', text]);
const heard = (...texts: string[]): Line[] => texts.map((text) => ['s2c', text]);

/** The packet, what was expected and what was found, of each miss. */
async function missesOf(yaml: string, talks: readonly Line[] | readonly TcpConversation[]) {
  const isTalk = talks.length > 0 && 'packets' in talks[0];
  const { verdicts } = await verdictOf(yaml, isTalk ? (talks as TcpConversation[]) : [talk(talks as Line[])]);
  return verdicts[0].misses.map(({ packet, expected, found }) => [packet, expected, found]);
}

const conversationOf = (texts: string[], rest = '') =>
  `- conversation: { says: [${texts.map((text) => `{ direction: c2s, text: ${text} }`).join(', ')}]${rest} }`;

test('of a conversation what is new, moved and different is told for itself', async () => {
  const abc = conversationOf(['a', 'b', 'c']);
  assert.deepEqual(await missesOf(abc, said('a', 'new', 'b', 'c')), [
    [10, 'nothing more here', 'c2s text in packet 10'],
  ]);
  assert.deepEqual(await missesOf(abc, said('c', 'a', 'b')), [
    [8, 'c2s message with text "c" as number 3, after packet 12', 'packet 8 has it, in another place'],
  ]);
  assert.deepEqual(await missesOf(abc, said('a', 'x', 'c')), [
    [10, 'c2s message with text "b" as number 2', 'packet 10 is different'],
  ]);
  // With more that are new than are missing, which of them stands for what is not known.
  assert.deepEqual(await missesOf(abc, said('x', 'a', 'c', 'y')), [
    [10, 'c2s message with text "b" as number 2', 'it is missing after packet 10'],
    [8, 'nothing more here', 'c2s text in packet 8'],
    [14, 'nothing more here', 'c2s text in packet 14'],
  ]);
  assert.deepEqual(await missesOf(abc, said('b', 'c')), [
    [null, 'c2s message with text "a" as number 1', 'it is missing at the beginning'],
  ]);
  assert.deepEqual(await missesOf(abc, [...said('a'), ['s2c', 'ping', 'x'], ...said('c')]), [
    [8, 'c2s message with text "b" as number 2', 'it is missing after packet 8'],
    [10, 'nothing more here', 's2c ping in packet 10'],
  ]);
});

test('five differences of a conversation are told one by one, and of more how many they are', async () => {
  const wanted = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
  const differing = (count: number) => said(...wanted.map((text, index) => (index < count ? text + text : text)));
  const five = await missesOf(conversationOf(wanted), differing(5));
  assert.deepEqual(
    five.map(([packet]) => packet),
    [8, 10, 12, 14, 16],
  );
  assert.equal(five[4][2], 'packet 16 is different');
  const seven = await missesOf(conversationOf(wanted), differing(7));
  assert.deepEqual(
    seven.map(([packet]) => packet),
    [8, 10, 12, 14, 16],
  );
  assert.equal(seven[4][2], 'packet 16 is different; and 2 more differences');
});

test('where others may be said between, the message that is like the missing one but for its content is told', async () => {
  const json = (price: number, type = 'tick') => `{"type":"${type}","price":${price}}`;
  const yaml = `- conversation: { others: true, says: [{ direction: c2s, text: a }, { direction: c2s, json: ${json(10.5)} }] }`;
  const { verdicts } = await verdictOf(yaml, [talk([...said('a', json(3, 'tock'), json(7)), ...heard(json(1))])]);
  const [{ packet, found, nearest, excerpt }] = verdicts[0].misses;
  assert.deepEqual([packet, found], [12, 'packet 12 is different']);
  assert.deepEqual(nearest, ['nearest is packet 12:', 'json.price: expected 10.5, found 7']);
  assert.ok(excerpt !== undefined);
  assert.deepEqual(await missesOf(yaml, [...said('a'), ...heard(json(10.5))]), [
    [8, 'c2s message with json {type: "tick", price: 10.5} as number 2', 'it is missing after packet 8'],
  ]);
});

test('what is said of a whole conversation each message may say otherwise', async () => {
  const yaml = (rest: string) =>
    `- conversation: { exact: true, says: [{ json: { a: 1 } }, { json: { a: 1 }${rest} }] }`;
  const lines = said('{"a":1}', '{"a":1,"b":2}');
  assert.deepEqual(
    (await missesOf(yaml(''), lines)).map(([packet]) => packet),
    [10],
  );
  assert.deepEqual(await missesOf(yaml(', exact: false'), lines), []);
});

test('of too many messages the first that is too much is told, of too few the nearest', async () => {
  const times = (bounds: string) => `- message: { direction: c2s, json: { kind: a }, times: ${bounds} }`;
  const many = said(...Array.from({ length: 7 }, () => '{"kind":"a"}'));
  assert.deepEqual(await missesOf(times('{ max: 2 }'), many.slice(0, 5)), [
    [12, 'at most 2 of c2s message with json {kind: "a"}', '5 (packet 8, 10, 12, 14, 16)'],
  ]);
  assert.deepEqual(await missesOf(times('0'), many), [
    [8, '0 of c2s message with json {kind: "a"}', '7 (packet 8, 10, 12, 14, 16, …)'],
  ]);
  const few = said('{"other":1}', '{"kind":"a"}', '{"kind":"b"}');
  assert.deepEqual(await missesOf(times('2'), few), [[8, '2 of c2s message with json {kind: "a"}', '1 (packet 10)']]);
  assert.deepEqual(await missesOf(times('2'), []), [[null, '2 of c2s message with json {kind: "a"}', 'none']]);
});

test('a sequence is told by the attempt that came furthest, and by what came too late', async () => {
  const yaml = (rest = '', step = '') => `- sequence: { steps: [{ text: a }, { text: b${step} }, { text: c }]${rest} }`;
  const says = (text: string) => `message with text "${text}"`;
  assert.deepEqual(await missesOf(yaml(), heard('a', 'b', 'a')), [
    [10, `${says('c')} after packet 10`, 'step 3 of 3 does not come'],
  ]);
  assert.deepEqual(await missesOf(yaml(), heard('b', 'c')), [[8, says('a'), `no ${says('a')}`]]);
  assert.deepEqual(await missesOf(yaml('', ', within: 2ms'), heard('a', 'b', 'c')), []);
  assert.deepEqual(await missesOf(yaml('', ', within: 1ms'), heard('a', 'x', 'b', 'b', 'c')), [
    [8, `${says('b')} within 1.00 ms after packet 8`, 'packet 12 comes 4.00 ms after packet 8'],
  ]);
  assert.deepEqual(await missesOf(yaml(', within: 4ms'), heard('a', 'b', 'c')), []);
  assert.deepEqual(await missesOf(yaml(', within: 3ms'), heard('a', 'b', 'c')), [
    [10, `${says('c')} after packet 10`, 'packet 12 comes 2.00 ms after packet 10'],
  ]);
  // Late is told of the attempt that came furthest, not of one that was given up before.
  assert.deepEqual(await missesOf(yaml('', ', within: 2ms'), heard('a', 'b', 'a', 'x', 'b')), [
    [10, `${says('c')} after packet 10`, 'step 3 of 3 does not come'],
  ]);
  assert.deepEqual(await missesOf(yaml(', adjacent: true', ', within: 1ms'), heard('a', 'x', 'a', 'b')), [
    [12, `${says('b')} within 1.00 ms after packet 12`, 'packet 14 comes 2.00 ms after packet 12'],
  ]);
  // What was late for the first is in time for the second.
  assert.deepEqual(await missesOf(yaml('', ', within: 2ms'), heard('a', 'x', 'a', 'b', 'c')), []);
  assert.deepEqual(await missesOf(yaml(', adjacent: true'), heard('a', 'b', 'x', 'c', 'a', 'b', 'c')), []);
});

test('of requests without an answer, and of late answers, the first is told and how many more there are', async () => {
  const yaml = (rest = '') =>
    `- answered: { request: { direction: c2s }, answer: { direction: s2c, opcode: text }${rest} }`;
  const none: Line[] = [...said('a', 'b', 'c'), ...heard('1')];
  const [[packet, , found]] = await missesOf(yaml(), none);
  assert.deepEqual([packet, found], [10, 'no answer to it, nor to 1 more']);
  const slow: Line[] = [...said('a', 'b'), ...heard('1', '2')];
  assert.deepEqual(await missesOf(yaml(', within: 3ms'), slow), [
    [12, 'an answer to packet 8 within 3.00 ms', 'packet 12, 4.00 ms later, and 1 more are late'],
  ]);
  assert.deepEqual(await missesOf(yaml(', within: 4ms'), slow), []);
  // What answers asks nothing, though it might.
  const either = '- answered: { request: { opcode: text }, answer: { opcode: text } }';
  assert.deepEqual(await missesOf(either, [...said('ask'), ...heard('answer')]), []);
  assert.deepEqual(await missesOf(yaml(), heard('1')), [[null, 'c2s message', 'none, so nothing to answer']]);
});

test('a close frame is neither a question nor an answer, unless one is asked for', async () => {
  const close: Line[] = [
    ['s2c', 'close', 1000],
    ['c2s', 'close', 1000],
  ];
  const pair = (answer: string) => `{ request: { direction: c2s }, answer: { direction: s2c${answer} }`;
  const unanswered = [...said('question'), ...close];
  const good = [...said('question'), ...heard('answer'), ...close];
  assert.deepEqual(await missesOf(`- answered: ${pair('')} }`, good), []);
  assert.deepEqual(await missesOf(`- answered: ${pair('')} }`, unanswered), [
    [8, 's2c message for packet 8', 'no answer to it'],
  ]);
  assert.deepEqual(await missesOf(`- answered: ${pair(', kind: any')} }`, unanswered), []);
  assert.deepEqual(await missesOf(`- latency: ${pair('')}, max: 1s }`, unanswered), [
    [null, 's2c message as an answer', 'none'],
  ]);
  assert.deepEqual(await missesOf('- message: { direction: s2c, times: 1 }', good), []);
  assert.deepEqual(await missesOf('- sizes: { of: { direction: s2c }, total: 6 }', good), []);
  const after = (of: string) => `- nothing: { after: { text: question }, from: other${of} }`;
  assert.deepEqual(await missesOf(after(', of: { direction: s2c }'), unanswered), []);
  assert.equal((await missesOf(after(''), unanswered)).length, 1);
});

test('a percentile is the smallest value that so many answers are not above', async () => {
  const yaml = (limits: string) =>
    `- latency: { request: { direction: c2s, text: ask }, answer: { direction: s2c }, ${limits} }`;
  const answered = (...waits: number[]) =>
    waits.flatMap((wait): Line[] => [...said('ask', ...Array(wait - 1).fill('wait')), ...heard('answer')]);
  // 2 to 12 ms: by the nearest rank the median is the third of six, and the 90th percentile is the last.
  const six = answered(4, 6, 2, 1, 5, 3);
  assert.deepEqual(await missesOf(yaml('p50: 6ms, p90: 12ms, max: 12ms'), six), []);
  const found = (await missesOf(yaml('p50: 5ms, p90: 11ms, p95: 12ms, max: 11ms'), six)).map((miss) => miss.slice(1));
  assert.deepEqual(found, [
    ['p50 of 6 answers within 5ms', '6.00 ms'],
    ['p90 of 6 answers within 11ms', '12.0 ms'],
    ['max of 6 answers within 11ms', '12.0 ms'],
  ]);
  assert.deepEqual(await missesOf(yaml('p50: 1s'), said('ask')), [[null, 's2c message as an answer', 'none']]);
});

test('what takes exactly as long as it may is not too late, wherever in the capture it is', async () => {
  const pair = 'request: { text: ask }, answer: { text: answer }';
  const yaml = (limit: string) =>
    [
      `- answered: { ${pair}, within: ${limit} }`,
      `- latency: { ${pair}, max: ${limit} }`,
      `- sequence: { steps: [{ text: ask }, { text: answer, within: ${limit} }] }`,
      `- sequence: { steps: [{ text: ask }, { text: answer }], within: ${limit} }`,
    ].join('\n');
  for (let before = 0; before < 4; before++) {
    for (let took = 1; took < 8; took++) {
      // Each is acknowledged, so they are two milliseconds apart.
      const lines = heard(...Array(before).fill('x'), 'ask', ...Array(took - 1).fill('x'), 'answer');
      const heldOf = async (limit: string) => {
        const { verdicts } = await verdictOf(yaml(limit), [talk(lines)]);
        return verdicts.map(({ held }) => held);
      };
      const where = `${took} ms, ${before} messages before`;
      assert.deepEqual(await heldOf(`${took * 2}ms`), [true, true, true, true], where);
      assert.deepEqual(await heldOf(`${took * 2 - 0.000001}ms`), [false, false, false, false], where);
    }
  }
});

test('what must not come after a message may be of the same side, the other or either', async () => {
  const yaml = (from: string) => `- nothing: { after: { text: stop }, of: { opcode: text }, from: ${from} }`;
  const lines: Line[] = [...said('before', 'stop'), ...heard('news'), ...said('more', 'again')];
  const told = async (from: string) => (await missesOf(yaml(from), lines)).map(([packet, , found]) => [packet, found]);
  assert.deepEqual(await told('same'), [[14, 'packet 14, and 1 more']]);
  assert.deepEqual(await told('other'), [[12, 'packet 12']]);
  assert.deepEqual(await told('either'), [[12, 'packet 12, and 2 more']]);
  assert.deepEqual(await missesOf(yaml('either'), said('stop')), []);
  assert.deepEqual(await missesOf(yaml('either'), said('go')), [
    [null, 'message with text "stop"', 'none, so nothing comes after it'],
  ]);
});

test('close frames are expected of either side, of both, or of none', async () => {
  const bye = (...directions: ('c2s' | 's2c')[]) => directions.map((each): Line => [each, 'close', 1000]);
  const held = async (by: string, lines: Line[]) => (await missesOf(`- close: { by: ${by} }`, lines)).length === 0;
  const whoHolds = async (lines: Line[]) => {
    const all = ['client', 'server', 'both', 'either', 'none'];
    const holding = await Promise.all(all.map((by) => held(by, lines)));
    return all.filter((_, index) => holding[index]);
  };
  assert.deepEqual(await whoHolds(bye('c2s')), ['client', 'either']);
  assert.deepEqual(await whoHolds(bye('s2c')), ['server', 'either']);
  assert.deepEqual(await whoHolds(bye('s2c', 'c2s')), ['both', 'either']);
  assert.deepEqual(await whoHolds(said('a')), ['none']);
  assert.deepEqual(await missesOf('- close: { code: 1000 }', said('a')), [[11, 'close 1000', 'no close frame']]);
});

test('diagnostics may have to be exactly those that are known', async () => {
  const twice = () => [talk([], { raw: ['s2c', concat(frame(TEXT, 'x', { rsv: 2 }), frame(TEXT, 'y', { rsv: 2 }))] })];
  const exactly = (counts: string) => missesOf(`- diagnostics: { exactly: { close-missing: 1, ${counts} } }`, twice());
  assert.deepEqual(await exactly('rsv2: 2, data-after-close: 0'), []);
  assert.deepEqual((await exactly('rsv2: 1'))[0].slice(0, 2), [8, 'rsv2 1 time']);
  assert.deepEqual(await exactly('rsv2: 2, unmasked-client-frame: 1'), [
    [null, 'unmasked-client-frame 1 time', 'none'],
  ]);
});

test('a message whose length is not known fits no size, not even that of none', async () => {
  const expectations = await parseExpectations(
    'a.yaml',
    'expect: [{ sizes: { each: { min: 0 }, total: { min: 0 } } }]',
  );
  const said = message(8, { length: undefined, inflated: false } as object);
  const { verdicts } = await judge(expectations, logOf([handshake(6), text(7, 'abc'), said]));
  assert.deepEqual(
    verdicts[0].misses.map(({ packet, found }) => [packet, found]),
    [
      [8, 'a length that is not known'],
      [null, 'NaN octets'],
    ],
  );
});

test('of the severities that of the expectation counts, and those that are graver', async () => {
  const talks = () => [talk([], { raw: ['s2c', frame(TEXT, 'x', { rsv: 2 })] })];
  const codes = async (none: string) => {
    const misses = await missesOf(`- diagnostics: { none: ${none} }`, talks());
    return misses.map(([, , found]) => String(found).replace(/:.*/, ''));
  };
  assert.deepEqual(await codes('error'), ['error rsv2']);
  assert.deepEqual(await codes('warning'), ['error rsv2']);
  assert.deepEqual(await codes('note'), ['error rsv2', 'note close-missing']);
});

test('around a miss stand the three messages before and the three after', async () => {
  const lines = heard(...'abcdefghi');
  const excerptOf = async (yaml: string) => (await verdictOf(yaml, [talk(lines)])).verdicts[0].misses[0].excerpt;
  assert.deepEqual(await excerptOf('- message: { text: e, times: 0 }'), [
    '  10  ← b',
    '  12  ← c',
    '  14  ← d',
    '> 16  ← e',
    '  18  ← f',
    '  20  ← g',
    '  22  ← h',
  ]);
  assert.deepEqual(await excerptOf('- close: { code: 1000 }'), ['  18  ← f', '  20  ← g', '  22  ← h', '  24  ← i']);
});

test('what comes nearest is sought behind what was found, and six of its differences are told', async () => {
  const keys = 'abcdefg'.split('');
  const json = (value: number, count: number) =>
    `{ ${keys
      .slice(0, count)
      .map((key) => `"${key}": ${value}`)
      .join(', ')} }`;
  const nearestOf = async (count: number) => {
    const yaml = `- sequence: { steps: [{ text: go }, { json: ${json(1, count)} }] }`;
    const { verdicts } = await verdictOf(yaml, [talk(heard('{"a":1,"b":1,"c":1}', 'go', json(2, count)))]);
    return verdicts[0].misses[0].nearest?.map((line) => line.replace(/:.*/, ''));
  };
  assert.deepEqual(await nearestOf(6), ['nearest is packet 12', ...keys.slice(0, 6).map((key) => `json.${key}`)]);
  assert.deepEqual((await nearestOf(7))?.slice(6), ['json.f', '… and 1 more']);
});

test('a pattern and a condition fit nothing that is not there', async () => {
  for (const like of ["{ $pattern: '.' }", "{ $cel: 'true' }", '{ $any: true }', '{ $min: 0 }']) {
    const yaml = `- message: { json: { gone: ${like} } }`;
    assert.equal((await missesOf(yaml, heard('{"here":1}'))).length, 1, like);
    assert.deepEqual(await missesOf(yaml, heard('{"gone":1}')), [], like);
  }
});

test('what is to be this and nothing else has as many members, in their order, and is a list where it is one', async () => {
  const held = async (wanted: string, json: string) =>
    (await missesOf(`- message: { json: { it: { $is: ${wanted} } } }`, heard(`{"it":${json}}`))).length === 0;
  for (const [wanted, same, others] of [
    ['{ a: 1, b: [1, 2] }', '{"a":1,"b":[1,2]}', ['{"b":[1,2],"a":1}', '{"a":1,"b":[1,2],"c":3}', '{"a":1}', '7']],
    ['[1, null]', '[1,null]', ['[1]', '[1,null,2]', '[null,1]', '{"0":1,"1":null}', 'null']],
    ['{}', '{}', ['[]', '{"a":1}', 'null', '""']],
  ] as const) {
    assert.ok(await held(wanted, same));
    for (const other of others) assert.ok(!(await held(wanted, other)), `${other} is not ${wanted}`);
  }
});

test('a connection that began before the capture is chosen by its ends, and has no handshake to ask of', async () => {
  const { client, server } = handshake(6);
  const begun = {
    type: 'midstream',
    connection: 0,
    packet: 6,
    time: '',
    elapsed: 0,
    client,
    server,
    confidence: 1,
  } as const;
  const log = logOf([begun, text(7, 'x')]);
  const foundOf = async (expected: string) => {
    const { verdicts } = await judge(await parseExpectations('a.yaml', `expect: [{ ${expected} }]`), log);
    return verdicts[0].misses.map(({ found }) => found);
  };
  for (const on of [`port: ${client.port}`, `port: ${server.port}`, `host: ${client.address}`])
    assert.deepEqual(await foundOf(`message: { text: x }, on: { ${on} }`), [], on);
  assert.deepEqual(await foundOf('message: { text: x }, in: all, on: { port: 1 }'), ['none of 1 is one of those']);
  assert.deepEqual(await foundOf('handshake: { status: 101 }'), ['none: the capture began after it']);
});

test('of a connection that was refused twice the last answer counts; connections stand by their numbers', async () => {
  const refusal = (packet: number, status: number, connection: number) =>
    handshake(packet, {
      connection,
      upgraded: false,
      response: { status, reason: '', headers: [], body: '' },
    });
  const log = logOf([refusal(6, 404, 2), refusal(7, 401, 1), refusal(8, 403, 1)]);
  const yaml = [404, 403].map((status, index) => `{ handshake: { status: ${status} }, on: { index: ${1 - index} } }`);
  const { verdicts } = await judge(await parseExpectations('a.yaml', `expect: [${yaml}]`), log);
  assert.deepEqual(
    verdicts.map(({ misses }) => misses),
    [[], []],
  );
});

test('of a connection of which it should not hold the first message is told', async () => {
  assert.deepEqual(await missesOf('- { message: { text: b }, in: none }', heard('a', 'b')), [
    [8, 'that this holds of no connection', 'it holds of connection 0'],
  ]);
});

test('as many events are kept as are allowed, and so many octets of those that are large', () => {
  const kept = (limits: GivenLimits, events: WsdissectEvent[]) => {
    const logger = new CaptureLogger('a.pcap', limits);
    for (const event of events) logger.onEvent(event);
    return logger.log().connections[0].said.length;
  };
  const many = Array.from({ length: 200 }, (_, index) => text(7 + index, 'small'));
  assert.equal(kept({ events: 201, octets: 10_000 }, [handshake(6), ...many]), 200);
  assert.throws(() => kept({ events: 200 }, [handshake(6), ...many]), TooMuchToKeep);
  const large = text(300, 'x'.repeat(6000));
  assert.equal(kept({ octets: 10_000 }, [handshake(6), large, ...many]), 201);
  assert.throws(() => kept({ octets: 10_000 }, [handshake(6), large, large]), TooMuchToKeep);
});

test('a connection whose upgrade was refused is one that its handshake and diagnostics are asked of, and nothing else', async () => {
  const answer = head('HTTP/1.1 403 Forbidden', [
    ['X-Why', 'one'],
    ['x-why', 'two'],
    ['Content-Length', '2'],
  ]);
  const refused = () => [
    new TcpConversation({ client: peer('10.0.0.1', 40001) })
      .open()
      .exchange('c2s', upgradeRequest({ target: '/chat' }))
      .exchange('s2c', concat(answer, new TextEncoder().encode('no')))
      .close(),
  ];
  assert.deepEqual(await missesOf('- connections: { webSocket: 0, refused: 1 }', refused()), []);
  assert.deepEqual(await missesOf('- connections: { refused: 0 }', refused()), [[null, '0 refused connections', '1']]);
  assert.deepEqual(await missesOf('- connections: { unanswered: 0 }', refused()), []);
  const response = '{ x-why: "one, two", server: null }';
  assert.deepEqual(
    await missesOf(`- handshake: { status: 403, body: no, response: ${response}, subprotocol: null }`, refused()),
    [],
  );
  assert.deepEqual(await missesOf('- message: { text: x, times: 0 }', refused()), [
    [null, 'a connection to ask this of', 'the capture has none'],
  ]);
});

test('a connection whose upgrade was not answered is none that was refused', async () => {
  const unanswered = () => [
    new TcpConversation({ client: peer('10.0.0.1', 40001) })
      .open()
      .exchange('c2s', upgradeRequest({ target: '/chat' }))
      .close(),
  ];
  assert.deepEqual(await missesOf('- connections: { webSocket: 0, refused: 0, unanswered: 1 }', unanswered()), []);
  assert.deepEqual(await missesOf('- connections: { refused: 1, unanswered: 0 }', unanswered()), [
    [null, '1 refused connection', '0'],
    [null, '0 unanswered connections', '1'],
  ]);
});
