// What each selection lets through, on a capture of two conversations written here; and that it never changes what it
// lets through.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { PayloadCodec } from '../../src/codec/codec.ts';
import { EventMaker } from '../../src/dissect/event-maker.ts';
import type { ControlEvent, FrameEvent, MessageEvent, WsdissectEvent } from '../../src/dissect/events.ts';
import { runDissection, runDissectionSync } from '../../src/dissect/run.ts';
import { SelectingSink, type Selection } from '../../src/dissect/selection.ts';
import { captureOf } from '../support/capture-builder.ts';
import { TcpConversation } from '../support/tcp-conversation.ts';
import { peer } from '../support/tcp-packet.ts';
import {
  BINARY,
  CLOSE,
  clientFrame,
  closePayload,
  frame,
  PING,
  TEXT,
  upgradeRequest,
  upgradeResponse,
} from '../support/websocket-writer.ts';
import { upgraded } from './dissection.ts';

/** Two octets of id; 1 is a Number whose one octet follows, 3 a Note whose text does, everything else has no type. */
const codec: PayloadCodec = {
  write(octets, start, end, writer) {
    const type = this.typeOf(octets, start, end);
    if (type === null) return { code: 'ErrNotRegister', message: 'no such id' };
    if (type === 'pb.Number') {
      writer.ascii(`{"id":1,"type":"pb.Number","value":{"number":${octets[start + 2]}}}`);
    } else {
      writer.ascii('{"id":3,"type":"pb.Note","value":{"number":7,"note":');
      writer.jsonText(octets, start + 2, end);
      writer.ascii('}}');
    }
    return null;
  },
  typeOf(octets, start, end) {
    if (octets[start + 1] === 3) return 'pb.Note';
    return end - start === 3 && octets[start + 1] === 1 ? 'pb.Number' : null;
  },
};

const first = new TcpConversation({ client: peer('10.0.0.1', 40001), server: peer('10.0.0.2', 8888) })
  .open()
  .exchange('c2s', upgradeRequest())
  .exchange('s2c', upgradeResponse())
  .exchange('c2s', clientFrame(TEXT, 'seek and find'))
  .exchange('s2c', frame(BINARY, Uint8Array.of(0, 1, 77)))
  .exchange('c2s', clientFrame(PING, 'find me not'))
  .exchange('s2c', frame(CLOSE, closePayload(1000, 'nothing to find')))
  .close();
const second = new TcpConversation({ client: peer('fd00::1', 40002), server: peer('fd00::2', 9000) })
  .open()
  .exchange('c2s', upgradeRequest())
  .exchange('s2c', upgradeResponse())
  .exchange('s2c', frame(TEXT, 'gesucht: Größe'))
  .exchange('c2s', clientFrame(BINARY, Uint8Array.of(0, 2, 77)))
  .close();
const capture = captureOf([...first.packets, ...second.packets]);

function eventsOf(selection: Selection, frames = false, read = capture): WsdissectEvent[] {
  const events: WsdissectEvent[] = [];
  runDissectionSync(read, (clock) => {
    const maker = new EventMaker(
      { onEvent: (event) => events.push(event) },
      { frames, payload: 'undecoded', codec },
      clock,
    );
    return new SelectingSink(maker, selection, codec);
  });
  return events;
}

/** `0 c2s text`, … of all that is said. */
function said(selection: Selection, read = capture): string[] {
  return eventsOf(selection, false, read)
    .filter((event): event is MessageEvent | ControlEvent => event.type === 'message' || event.type === 'control')
    .map(({ connection, direction, opcode }) => `${connection} ${direction} ${opcode}`);
}

const ALL = ['0 c2s text', '0 s2c binary', '0 c2s ping', '0 s2c close', '1 s2c text', '1 c2s binary'];

describe('a selection', () => {
  test('of nothing in particular passes all', () => {
    assert.deepEqual(said({}), ALL);
  });

  test('by connection applies to all events of the connection', () => {
    const events = eventsOf({ connections: [1] });
    const located = events.filter((event) => 'connection' in event);
    assert.deepEqual([...new Set(located.map((event) => event.connection))], [1]);
    assert.deepEqual(
      [...new Set(events.map((event) => event.type))],
      ['capture', 'handshake', 'diagnostic', 'message', 'end', 'summary'],
    );
  });

  test('by port takes either end', () => {
    assert.deepEqual(said({ ports: [40002] }), ALL.slice(4));
    assert.deepEqual(said({ ports: [8888] }), ALL.slice(0, 4));
    assert.deepEqual(said({ ports: [1] }), []);
  });

  test('by host takes either end', () => {
    assert.deepEqual(said({ hosts: ['fd00::2'] }), ALL.slice(4));
    assert.deepEqual(said({ hosts: ['10.0.0.1', 'fd00::1'] }), ALL);
  });

  test('by opcode and direction', () => {
    assert.deepEqual(said({ opcodes: ['text', 'close'] }), ['0 c2s text', '0 s2c close', '1 s2c text']);
    assert.deepEqual(said({ opcodes: ['binary'], direction: 's2c' }), ['0 s2c binary']);
  });

  test('by type shows no message without that type, and no control frame', () => {
    assert.deepEqual(said({ types: ['pb.Number'] }), ['0 s2c binary']);
  });

  test('by text looks in texts and close reasons, not in pings', () => {
    assert.deepEqual(said({ grep: 'find' }), ['0 c2s text', '0 s2c close']);
    assert.deepEqual(said({ grep: 'Größe' }), ['1 s2c text']);
  });

  test('by text looks in the decoded value, not in the id before it', () => {
    assert.deepEqual(said({ grep: '"number":77' }), ['0 s2c binary']);
    assert.deepEqual(said({ grep: 'pb.Number' }), []);
  });

  test('by text finds in a decoded value what it says, as in a text, whatever JSON would escape of it', () => {
    const texts = [
      'sagte "hallo"',
      'C:\\temp',
      'zeile1\nzeile2',
      'tab\there',
      'x\u202ey',
      'a\x7fb\x85c',
      'e\u2028f',
      'bom\ufeffz',
    ];
    const talk = upgraded();
    for (const text of texts) {
      const octets = new TextEncoder().encode(text);
      talk.exchange('s2c', frame(TEXT, text)).exchange('s2c', frame(BINARY, Uint8Array.of(0, 3, ...octets)));
    }
    const notes = captureOf(talk.packets);
    const both = ['0 s2c text', '0 s2c binary'];
    for (const text of texts) assert.deepEqual(said({ grep: text }, notes), both, JSON.stringify(text));
    for (const pattern of ['/1\\nz/', '/tab\\s+h/', '/^.*\\u202ey/u', '/:\\\\t/']) {
      assert.deepEqual(said({ grep: pattern }, notes), both, pattern);
    }
    for (const spelling of ['\\n', 'u202e', '\\"', '\\\\'])
      assert.deepEqual(said({ grep: spelling }, notes), [], spelling);
    assert.equal(said({ grep: '"number":7,"note":"' }, notes).length, texts.length);
  });

  test('by type and by text looks under the mask of a client', () => {
    const talk = upgraded().exchange('c2s', clientFrame(BINARY, Uint8Array.of(0, 1, 77)));
    talk.exchange('c2s', clientFrame(BINARY, Uint8Array.of(0, 1, 78))).exchange('c2s', clientFrame(BINARY, 'else'));
    const masked = captureOf(talk.packets);
    assert.deepEqual(said({ types: ['pb.Number'] }, masked), ['0 c2s binary', '0 c2s binary']);
    assert.deepEqual(said({ grep: '"number":78' }, masked), ['0 c2s binary']);
  });

  test('by type and by text finds nothing where an extension that is not known has changed it', () => {
    const talk = upgraded({}, [['Sec-WebSocket-Extensions', 'x-strange']]);
    talk.exchange('s2c', frame(BINARY, Uint8Array.of(0, 1, 77), { rsv: 4 }));
    talk.exchange('s2c', frame(TEXT, 'find', { rsv: 4 }));
    const opaque = captureOf(talk.packets);
    assert.deepEqual(said({}, opaque), ['0 s2c binary', '0 s2c text']);
    assert.deepEqual(said({ types: ['pb.Number'] }, opaque), []);
    assert.deepEqual(said({ grep: 'find' }, opaque), []);
    assert.deepEqual(said({ grep: '77' }, opaque), []);
  });

  test('applies to conversations that began before the capture', () => {
    const talks = [40001, 40002].map((port) => {
      const talk = upgraded({ client: peer('10.0.0.1', port) });
      const { length } = talk.packets;
      for (let count = 0; count < 12; count++) talk.exchange('s2c', frame(TEXT, `{"count": ${count}}`));
      return talk.packets.slice(length);
    });
    const late = captureOf(talks.flat());
    const told = (selection: Selection) =>
      eventsOf(selection, false, late).flatMap((event) => (event.type === 'midstream' ? [event.connection] : []));
    assert.deepEqual(told({}), [0, 1]);
    assert.deepEqual(told({ ports: [40002] }), [1]);
    assert.deepEqual(told({ connections: [0] }), [0]);
    assert.deepEqual(said({ ports: [40002] }, late), new Array(12).fill('1 s2c text'));
    assert.deepEqual(told({ limit: 12 }), [0]);
  });

  test('by a pattern', () => {
    assert.deepEqual(said({ grep: '/^SEEK.*find$/i' }), ['0 c2s text']);
    assert.deepEqual(said({ grep: '/(a|b)*"number":\\d+/' }), ['0 s2c binary']);
  });

  test('passes frames by opcode and direction, and none where it must look inside', () => {
    const frames = (selection: Selection) =>
      eventsOf(selection, true).filter((event): event is FrameEvent => event.type === 'frame').length;
    assert.equal(frames({}), 6);
    assert.equal(frames({ direction: 'c2s' }), 3);
    assert.equal(frames({ grep: 'find' }), 0);
  });

  test('changes nothing of what it passes', () => {
    const selected = eventsOf({ opcodes: ['text'] });
    const all = eventsOf({});
    for (const event of selected) assert.ok(all.some((other) => JSON.stringify(other) === JSON.stringify(event)));
  });

  test('with a limit passes that many messages and control frames, then the summary alone', () => {
    const events = eventsOf({ limit: 3 });
    assert.deepEqual(said({ limit: 3 }), ALL.slice(0, 3));
    assert.deepEqual(
      events.slice(-2).map((event) => event.type),
      ['control', 'summary'],
    );
  });

  test('whose limit throws ends the reading at that message', async () => {
    const stop = new AbortController();
    const events: WsdissectEvent[] = [];
    const enough = new Error('enough');
    const result = await runDissection(
      capture,
      (clock) => {
        const options = { frames: false, payload: 'undecoded', codec: null } as const;
        const maker = new EventMaker({ onEvent: (event) => events.push(event) }, options, clock);
        return new SelectingSink(maker, { limit: 1 }, null, () => {
          stop.abort(enough);
          throw enough;
        });
      },
      { signal: stop.signal },
    );
    const summary = events.at(-1);
    assert.equal(result.error, null);
    assert.equal(summary?.type === 'summary' && summary.packets, 8);
  });
});
