// A sink that wants nothing more of a connection may let go of it in the middle of any call: nothing more of it is handed on
// then, and nothing that waited for it stays behind for others.

import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { Connection, Side } from '../../src/tcp/connection.ts';
import { defaultTcpLimits, type TcpLimits } from '../../src/tcp/limits.ts';
import { Reassembler } from '../../src/tcp/reassembler.ts';
import type { StreamSink } from '../../src/tcp/stream-sink.ts';
import { captureOf } from '../support/capture-builder.ts';
import { TcpConversation } from '../support/tcp-conversation.ts';
import { peer, type TcpPacket } from '../support/tcp-packet.ts';
import { utf8 } from '../support/websocket-writer.ts';
import { reassemble } from './streams.ts';

/** Writes down what it is told, and lets go of the connection in the call of that number. */
class Releasing implements StreamSink<null> {
  readonly calls: string[] = [];
  /** What it is told of the connections behind the first. */
  readonly others: string[] = [];
  readonly #last: number;
  readonly #reassembler: Reassembler<null>;

  constructor(last: number, limits: Partial<TcpLimits>) {
    this.#last = last;
    this.#reassembler = new Reassembler<null>(this, { ...defaultTcpLimits, ...limits });
  }

  read(capture: Uint8Array): this {
    reassemble(capture, this.#reassembler);
    return this;
  }

  onOpen(connection: Connection<null>): void {
    this.#call(connection, 'open');
  }

  onOctets(connection: Connection<null>, side: Side, buffer: Uint8Array, start: number, end: number): void {
    this.#call(connection, `${side} ${Buffer.from(buffer.subarray(start, end)).toString('latin1')}`);
  }

  onGap(connection: Connection<null>, side: Side, length: number): void {
    this.#call(connection, `${side} [-${length}]`);
  }

  onFinding(connection: Connection<null>, _side: Side, code: string): void {
    this.#call(connection, code);
  }

  onEnd(connection: Connection<null>, how: string): void {
    this.#call(connection, how);
  }

  #call(connection: Connection<null>, what: string): void {
    if (connection.number > 0) {
      this.others.push(what);
      return;
    }
    this.calls.push(what);
    if (this.calls.length === this.#last) this.#reassembler.release(connection);
  }
}

/** Holes, cuts of the snaplen, copies that differ and come early, a limit that is reached, and an end with holes before it. */
function troubled(end: (talk: TcpConversation) => void): TcpPacket[] {
  const talk = new TcpConversation().open();
  const say = (text: string) => talk.send('c2s', utf8(text)).packets.at(-1) as TcpPacket;
  say('first ');
  const told = say('told ');
  talk.packets.push({ ...told, payload: utf8('TOLD and more') });
  talk.skip('c2s', 8);
  const early = talk.packets.length;
  say('one ');
  const late = say('two ');
  say('three ');
  talk.packets.push({ ...late, payload: utf8('TWO ') });
  talk.packets.push(...talk.packets.splice(early, 1));
  talk.skip('c2s', 2);
  say('long '.repeat(20));
  say('behind it ');
  talk.skip('c2s', 1);
  for (let count = 0; count < 70; count++) talk.acknowledge('s2c');
  talk.send('s2c', utf8('answer')).skip('s2c', 3).send('s2c', utf8('end'));
  talk.skip('c2s', 3);
  say('last ');
  end(talk);
  return talk.packets;
}

it('hands on nothing more of a connection that the sink lets go, in whatever call it does', () => {
  const limits = { waitingOctetsADirection: 800 };
  const next = new TcpConversation({ client: peer('10.0.0.3', 1) }).open();
  for (const word of ['a', 'b', 'c']) next.exchange('c2s', utf8(word));
  next.packets.splice(5, 1);
  const expected = ['open', '0 a', '0 [-1]', '0 c', 'fin'];
  next.close();
  const ends = [(talk: TcpConversation) => talk.close(), (talk: TcpConversation) => talk.reset('s2c'), () => {}];
  for (const end of ends) {
    const capture = captureOf([...troubled(end), ...next.packets], { snapLength: 14 + 40 + 60 });
    const whole = new Releasing(0, limits).read(capture);
    assert.deepEqual(whole.others, expected);
    for (let last = 1; last <= whole.calls.length; last++) {
      const { calls, others } = new Releasing(last, limits).read(capture);
      assert.deepEqual(calls, whole.calls.slice(0, last));
      assert.deepEqual(others, expected, `let go in the call of ${whole.calls[last - 1]}`);
    }
  }
});
