// WebSocket over Multipath TCP (RFC 8684): the conversation is that of the connection, whichever subflows were captured, and
// nothing is judged across octets that were not.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { MultipathWriter, type SubflowWriter } from '../support/multipath-writer.ts';
import { type Direction, TcpConversation } from '../support/tcp-conversation.ts';
import { peer, type TcpPacket } from '../support/tcp-packet.ts';
import {
  CLOSE,
  clientFrame,
  closePayload,
  frame,
  TEXT,
  upgradeRequest,
  upgradeResponse,
} from '../support/websocket-writer.ts';
import { dissectionOf } from './dissection.ts';

const FIRST_PORT = 40001;

/** A conversation whose octets are placed one behind the other, over whichever subflow. */
class Talk {
  readonly connection = new MultipathWriter();
  readonly first: SubflowWriter = this.connection.subflow().open();
  readonly second: SubflowWriter = this.connection.second().join();
  readonly #said: Record<Direction, number> = { c2s: 0, s2c: 0 };

  constructor() {
    this.say(this.first, 'c2s', upgradeRequest()).say(this.first, 's2c', upgradeResponse());
  }

  say(subflow: SubflowWriter, direction: Direction, octets: Uint8Array): this {
    subflow.send(direction, octets, this.#said[direction]);
    this.#said[direction] += octets.length;
    this.acknowledge(subflow, direction);
    return this;
  }

  /** What was said last once more: the connection's own retransmission, RFC 8684 §3.3.6. */
  again(subflow: SubflowWriter, direction: Direction, octets: Uint8Array): this {
    subflow.send(direction, octets, this.#said[direction] - octets.length);
    return this;
  }

  acknowledge(subflow: SubflowWriter, direction: Direction): void {
    subflow.acknowledge(direction === 'c2s' ? 's2c' : 'c2s', this.#said[direction]);
  }

  /** Packets of one subflow, as a capture at one of two interfaces has them. */
  packetsOf(isFirst: boolean): TcpPacket[] {
    return this.connection.packets.filter(
      ({ source, destination }) => (source.port === FIRST_PORT || destination.port === FIRST_PORT) === isFirst,
    );
  }
}

function conversation(): Talk {
  const talk = new Talk();
  const { first, second } = talk;
  const hello = frame(TEXT, 'hello from the first');
  talk.say(first, 's2c', hello).again(first, 's2c', hello).again(second, 's2c', hello);
  talk.say(second, 'c2s', clientFrame(TEXT, 'hello from the second')).say(first, 'c2s', clientFrame(TEXT, 'and again'));
  const long = frame(TEXT, 'half over one, half over the other');
  talk.say(second, 's2c', long.subarray(0, 10)).say(first, 's2c', long.subarray(10));
  talk.say(first, 's2c', frame(TEXT, 'last'));
  talk.say(first, 's2c', frame(CLOSE, closePayload(1000))).say(second, 'c2s', clientFrame(CLOSE, closePayload(1000)));
  return talk;
}

describe('WebSocket over two subflows', () => {
  it('is one conversation, without a fault', () => {
    const dissection = dissectionOf(conversation().connection.packets);
    assert.deepEqual(dissection.said, [
      's2c hello from the first',
      'c2s hello from the second',
      'c2s and again',
      's2c half over one, half over the other',
      's2c last',
    ]);
    assert.deepEqual(dissection.codes, ['tcp-multipath']);
    assert.deepEqual(dissection.faults, []);
    const { tcpConnections, webSocketConnections, otherConnections } = dissection.summary;
    assert.deepEqual([tcpConnections, webSocketConnections, otherConnections], [1, 1, []]);
    assert.equal(dissection.of('end')[0].how, 'close');
  });

  it('is told with a gap where only the first was captured, and goes on behind it', () => {
    const dissection = dissectionOf(conversation().packetsOf(true));
    // Which of the two directions is told first, where both wait, depends on what waits longest.
    assert.deepEqual(dissection.said.toSorted(), ['c2s and again', 's2c hello from the first', 's2c last']);
    assert.deepEqual(
      dissection
        .of('gap')
        .map(({ direction, length }) => `${direction} ${length}`)
        .toSorted(),
      [`c2s ${clientFrame(TEXT, 'hello from the second').length}`, 's2c 10'],
    );
    assert.deepEqual(
      dissection.of('diagnostic').filter(({ severity }) => severity === 'error'),
      [],
    );
  });

  it('is not known by the second alone', () => {
    const dissection = dissectionOf(conversation().packetsOf(false));
    assert.deepEqual([dissection.said, dissection.of('diagnostic'), dissection.of('gap')], [[], [], []]);
    assert.equal(dissection.summary.webSocketConnections, 0);
  });

  it('goes on when it was let go meanwhile, where its first subflow says more', () => {
    const talk = new Talk();
    talk.say(talk.first, 's2c', frame(TEXT, 'before')).again(talk.first, 's2c', frame(TEXT, 'before'));
    const before = talk.connection.packets.length;
    talk.say(talk.first, 's2c', frame(TEXT, 'after')).again(talk.first, 's2c', frame(TEXT, 'after'));
    talk.say(talk.second, 's2c', frame(TEXT, 'over the second')).say(talk.first, 'c2s', clientFrame(TEXT, 'yes'));
    const others = Array.from({ length: 40 }, (_, port) =>
      new TcpConversation({ client: peer('10.9.9.9', 1 + port) }).open().exchange('c2s', upgradeRequest()),
    );
    const packets = talk.connection.packets.toSpliced(before, 0, ...others.flatMap((other) => other.packets));
    const dissection = dissectionOf(packets, { limits: { openConnections: 16 } });
    assert.deepEqual(dissection.said, ['s2c before', 's2c after', 's2c over the second', 'c2s yes']);
    assert.equal(dissection.of('midstream').length, 1);
    assert.deepEqual(dissection.of('gap'), []);
  });
});
