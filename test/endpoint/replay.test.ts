// A captured conversation, said again: to the server that it was captured from, and to some that answer otherwise.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it, test } from 'node:test';
import { dissect } from '../../src/dissect/dissect.ts';
import {
  articleProtocol,
  type CapturedConversation,
  type Comparison,
  type ConnectedClient,
  connect,
  conversationOf,
  ignoring,
  type ReplayOptions,
  replay,
  type ServeOptions,
  serve,
} from '../../src/endpoint/index.ts';
import { type Answer, differencesOf } from '../../src/endpoint/replay/answer-differences.ts';
import { record } from '../../src/endpoint/scenario/record.ts';
import { captureOf } from '../support/capture-builder.ts';
import { TcpConversation } from '../support/tcp-conversation.ts';
import { peer } from '../support/tcp-packet.ts';
import { clientFrame, TEXT, upgradeRequest, upgradeResponse } from '../support/websocket-writer.ts';

const folder = mkdtempSync(join(tmpdir(), 'wsdissect-replay-'));
after(() => rmSync(folder, { recursive: true }));
const capture = join(folder, 'captured.pcap');
const protocol = await articleProtocol();

/** Three pings with a pause, answered by the article's server. */
before(() =>
  record({
    output: capture,
    resolution: 9,
    run: async (tap) => {
      await using server = await serve({ host: '127.0.0.1', port: 0, socketTap: tap });
      const { connection } = await connect(server.url, { protocol });
      for (const seq of [1, 2, 3]) {
        if (seq === 3) await new Promise((resolve) => setTimeout(resolve, 200));
        await connection.send('pb.Ping', { seq });
        await connection.next();
      }
      await connection.close(1000, 'done');
    },
  }),
);

async function replayTo(
  server: ServeOptions,
  options: ReplayOptions = {},
  change: (conversation: CapturedConversation) => void = () => {},
) {
  const comparisons: Comparison[] = [];
  await using live = await serve({ host: '127.0.0.1', port: 0, ...server });
  const conversation = await conversationOf(dissect(capture, { payload: 'always' }), null);
  change(conversation);
  const { connection } = await connect(live.url, { protocol });
  const result = await replay(conversation, connection, {
    speed: Number.POSITIVE_INFINITY,
    protocol,
    onAnswer: (comparison) => comparisons.push(comparison),
    ...options,
  });
  return { result, comparisons };
}

/** A server that answers each message by `answer`. */
const answering = (answer: (seq: number, client: ConnectedClient) => Promise<void> | void): ServeOptions => ({
  converse: async (client) => {
    for await (const message of client.connection) {
      await answer(Number(protocol.unmarshal(message.data).value.seq), client);
    }
  },
});
const pong = (client: ConnectedClient, seq: number, note = '收到') => client.connection.send('pb.Pong', { seq, note });

describe('the client said again', () => {
  it('to the same server: all answers are as captured', async () => {
    const { result, comparisons } = await replayTo({});
    const end = { code: 1000, reason: '', sent: 1000, error: null };
    assert.deepEqual(result, { sent: 4, answers: 3, different: 0, complete: true, end });
    assert.equal(comparisons.length, 3);
  });

  it('to a server that answers otherwise: told by field, and left out where it is ignored', async () => {
    const other = answering((seq, client) => pong(client, seq, seq === 2 ? 'late' : '收到'));
    const { result, comparisons } = await replayTo(other);
    assert.equal(result.different, 1);
    assert.deepEqual(comparisons[1].differences, [{ path: 'note', captured: '收到', live: 'late' }]);
    assert.equal((await replayTo(other, { ignored: ignoring(['note']) })).result.different, 0);
  });

  it('to a server that leaves answers out: they are missing, and the rest is said after a while', async () => {
    const silent = answering((seq, client) => (seq === 2 ? undefined : pong(client, seq)));
    const { result, comparisons } = await replayTo(silent, { patience: 50 });
    assert.deepEqual([result.sent, result.answers, result.complete], [4, 2, true]);
    assert.ok(
      comparisons.some(({ live }) => live === null),
      'one is missing',
    );
  });

  it('to a server that says nothing: it is waited for once', async () => {
    const begun = performance.now();
    const { result } = await replayTo(
      answering(() => {}),
      { patience: 300 },
    );
    assert.deepEqual([result.sent, result.answers, result.different], [4, 0, 3]);
    assert.ok(performance.now() - begun < 2 * 300);
  });

  it('by whom cannot be told of it: the error is the reason', async () => {
    const failing = () => {
      throw new Error('EPIPE');
    };
    await assert.rejects(replayTo({}, { onAnswer: failing }), /EPIPE/);
  });

  it('with a ping that is too long: what of it may be sent', async () => {
    const { result } = await replayTo({}, {}, ({ said }) => {
      Object.assign(said[0] as object, { kind: 'ping', data: new Uint8Array(200) });
    });
    assert.deepEqual([result.sent, result.complete], [4, true]);
  });

  it('to a server that says more: those are told too', async () => {
    const talkative = answering(async (seq, client) => {
      await pong(client, seq);
      if (seq === 3) await pong(client, 4);
    });
    const { comparisons } = await replayTo(talkative);
    assert.deepEqual(comparisons.at(-1)?.captured, null);
  });

  it('to a server that ends early: not all was said', async () => {
    const ends: unknown[] = [];
    const leaving = answering((_seq, client) => void client.connection.close(1001));
    const { result } = await replayTo(leaving, { onEnd: (differences) => ends.push(...differences) });
    assert.deepEqual(ends, [{ path: 'close.code', captured: 1000, live: 1001 }]);
    // Three answers that did not come, and the close.
    assert.deepEqual([result.complete, result.different], [false, 4]);
  });

  it('with a close code that may not be sent: the close frame has none', async () => {
    for (const code of [0, 999, 1006, 5000, 65_535]) {
      const ends: (number | null)[] = [];
      const { result } = await replayTo({ onEnd: (_client, end) => ends.push(end.code) }, {}, ({ said }) => {
        const close = said.find(({ kind, direction }) => kind === 'close' && direction === 'c2s');
        Object.assign(close as object, { code });
      });
      assert.deepEqual([result.sent, result.complete, ends], [4, true, [1005]]);
    }
  });

  it('after a pause of a month: it is waited for, without a warning, until it is interrupted', async () => {
    const warnings: Error[] = [];
    const warned = (warning: Error) => warnings.push(warning);
    process.on('warning', warned);
    const stop = new AbortController();
    const month = ({ said }: CapturedConversation) => {
      for (const each of said.slice(3)) Object.assign(each, { seconds: each.seconds + 30 * 86_400 });
    };
    const replayed = replayTo(
      {},
      { speed: 1, signal: stop.signal, onSent: () => setTimeout(() => stop.abort(), 100) },
      month,
    );
    await assert.rejects(replayed, { name: 'AbortError' });
    process.off('warning', warned);
    assert.deepEqual(warnings, []);
  });

  it('with the pauses in which only the other side said something that is no answer', async () => {
    const begun = performance.now();
    const { result } = await replayTo({}, { speed: 1 }, ({ said }) => {
      const third = said.findIndex(
        ({ kind, direction }, index) => index > 2 && direction === 'c2s' && kind === 'binary',
      );
      const { seconds } = said[third];
      const ping = { ...said[1], kind: 'ping', direction: 's2c', data: new Uint8Array(1), seconds: seconds - 0.001 };
      (said as unknown[]).splice(third, 0, ping);
    });
    assert.ok(performance.now() - begun >= 200);
    assert.equal(result.complete, true);
  });

  it('at the pace of the capture, or faster', async () => {
    const time = async (speed: number) => {
      const begun = performance.now();
      await replayTo({}, { speed });
      return performance.now() - begun;
    };
    assert.ok((await time(1)) >= 200);
    assert.ok((await time(1000)) < 200);
  });
});

test('the server said again: a client of ours plays its part', async () => {
  const heard: string[] = [];
  const pinging: ServeOptions = {
    converse: async ({ connection }) => {
      for (const seq of [1, 2, 3]) {
        await connection.send('pb.Ping', { seq });
        const answer = await connection.next();
        if (answer) heard.push(connection.unmarshal(answer).type);
      }
      await connection.close(1000, 'done');
    },
  };
  const { result } = await replayTo(pinging, { direction: 's2c' });
  assert.deepEqual(heard, ['pb.Pong', 'pb.Pong', 'pb.Pong']);
  assert.equal(result.different, 0);
});

test('a capture without anything to say is told', async () => {
  const conversation = (connection: number) => conversationOf(dissect(capture, { payload: 'always' }), connection);
  await assert.rejects(conversation(7), {
    name: 'ReplayError',
    message: 'connection 7: there is no such conversation; conversations of the capture: 0',
  });
});

test('a message whose payload the events do not have is told, and not said as an empty one', async () => {
  const events = dissect(capture, { payload: 'never' });
  await assert.rejects(conversationOf(events), {
    name: 'ReplayError',
    message: /^packet \d+: a message stands here without its payload/,
  });
});

test('of many conversations the first ten are named, and how many there are', async () => {
  const packets = Array.from({ length: 12 }, (_, at) => {
    const talk = new TcpConversation({ client: peer('10.0.0.1', 5000 + at) }).open();
    talk.exchange('c2s', upgradeRequest()).exchange('s2c', upgradeResponse());
    return talk.exchange('c2s', clientFrame(TEXT, 'one')).packets;
  });
  const events = dissect(captureOf(packets.flat()), { payload: 'always' });
  await assert.rejects(conversationOf(events, 50), {
    message:
      'connection 50: there is no such conversation; conversations of the capture: 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, … of 12',
  });
});

describe('answers compared', () => {
  const json = (value: unknown): Answer => ({
    kind: 'text',
    type: null,
    value,
    data: Buffer.from(JSON.stringify(value)),
  });
  const paths = (captured: unknown, live: unknown, ...ignored: string[]) =>
    differencesOf(json(captured), json(live), ignoring(ignored)).map(({ path }) => path);

  it('names each place that differs, in lists and objects', () => {
    assert.deepEqual(paths({ a: 1, b: [{ c: 2 }, 3], d: 4 }, { a: 1, b: [{ c: 5 }, 3, 6] }), ['b.0.c', 'b.2', 'd']);
  });

  it('leaves out what is ignored, one step or any number of them', () => {
    const [captured, live] = [
      { id: 1, items: [{ id: 2, at: 3 }] },
      { id: 4, items: [{ id: 5, at: 6 }] },
    ];
    assert.deepEqual(paths(captured, live, 'items.*.id'), ['id', 'items.0.at']);
    assert.deepEqual(paths(captured, live, '**.id'), ['items.0.at']);
    assert.deepEqual(paths(captured, live, 'items', 'id'), []);
  });

  it('takes a value of another kind as a whole', () => {
    assert.deepEqual(paths([1], { 0: 1 }), ['']);
    assert.deepEqual(paths({ a: null }, {}), ['a']);
    assert.deepEqual(paths({ __proto__: null, a: 1 }, { a: 1 }), []);
  });

  it('compares octets where there is no value', () => {
    const binary = (...octets: number[]): Answer => ({
      kind: 'binary',
      type: null,
      value: undefined,
      data: Uint8Array.from(octets),
    });
    assert.deepEqual(differencesOf(binary(1, 2), binary(1, 2), ignoring([])), []);
    assert.equal(differencesOf(binary(1, 2), binary(1, 3), ignoring([])).length, 1);
    assert.equal(differencesOf(binary(1), json({}), ignoring([]))[0].live, 'text');
  });
});
