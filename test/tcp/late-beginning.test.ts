// The first segments of a connection captured in any order: which end's stream begins where is told by a SYN, a SYN/ACK or an
// acknowledgment that comes behind the data. Nothing waits where that is known, and for a few segments only where it is not.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Random } from '../support/random.ts';
import { splitPacket, TcpConversation } from '../support/tcp-conversation.ts';
import { frameOctets, type TcpPacket } from '../support/tcp-packet.ts';
import { utf8 } from '../support/websocket-writer.ts';
import { only, streamsOf } from './streams.ts';

/** SYN, SYN/ACK, ACK, the request in two segments, its acknowledgment, the answer in two, its acknowledgment, and more of both. */
function opening(): TcpPacket[] {
  const talk = new TcpConversation().open().exchange('c2s', utf8('question')).exchange('s2c', utf8('answer'));
  for (let at = 0; at < 30; at++) talk.exchange('c2s', utf8(`+${at}`)).exchange('s2c', utf8(`-${at}`));
  const [syn, synAck, ack, question, heard, answer, thanks, ...rest] = talk.packets;
  return [syn, synAck, ack, ...splitPacket(question, 3), heard, ...splitPacket(answer, 2), thanks, ...rest];
}

const PACKETS = opening();
const [SYN, SYN_ACK, ACK, QUEST, ION, HEARD, AN, SWER, THANKS, ...REST] = PACKETS;
const C2S = `question${Array.from({ length: 30 }, (_, at) => `+${at}`).join('')}`;
const S2C = `answer${Array.from({ length: 30 }, (_, at) => `-${at}`).join('')}`;

function assertWhole(packets: readonly TcpPacket[]): void {
  const { said, gaps, findings } = only(streamsOf([...packets, ...REST]));
  assert.deepEqual([...said].sort(), [C2S, S2C].sort());
  assert.deepEqual([gaps, findings], [[], []]);
}

describe('the beginning of a stream', () => {
  it('is told by a SYN behind acknowledgments alone', () => {
    assertWhole([THANKS, SYN, SYN_ACK, ACK, QUEST, ION, HEARD, AN, SWER]);
    assertWhole([THANKS, SYN_ACK, SYN, ACK, QUEST, ION, HEARD, AN, SWER]);
  });

  it('is told by the client’s first segment where the SYN/ACK was not captured', () => {
    assertWhole([SYN, SWER, QUEST, ION, AN, THANKS]);
    assertWhole([SYN, THANKS, QUEST, ION, SWER, AN]);
    assertWhole([SYN, HEARD, QUEST, ION, SWER, AN]);
  });

  it('is told by a SYN/ACK behind the answer', () => {
    assertWhole([SYN, SWER, AN, SYN_ACK, QUEST, ION]);
    assertWhole([THANKS, SYN, QUEST, ION, SYN_ACK, SWER, AN]);
  });

  it('is told by a SYN behind octets that an acknowledgment alone was captured before', () => {
    assertWhole([THANKS, ION, QUEST, SYN, SYN_ACK, SWER, AN]);
  });

  it('is not awaited for longer than sixteen segments', () => {
    const { said, packets } = only(streamsOf([SYN, SWER, ...REST]));
    const side = said[0].startsWith('[') || said[0].startsWith('+') ? 1 : 0;
    assert.equal(said[side], S2C.replace('an', ''));
    assert.ok(packets.indexOf(2) < 16, `${packets}`);
  });

  it('is where octets were captured first if nothing tells of it until the end', () => {
    assert.equal(only(streamsOf([SYN, SWER, AN])).said[1], 'answer');
  });

  it('is another connection’s where the SYN is far from it', () => {
    const far = { ...SYN, sequence: SYN.sequence - 100_000 + 2 ** 32 };
    assert.equal(streamsOf([THANKS, { ...far, sequence: far.sequence >>> 0 }]).length, 2);
  });

  it('is found in any order of a handshake whose SYN is the first', () => {
    for (let seed = 0; seed < 300; seed++) {
      const random = new Random(seed);
      const first = [SYN_ACK, ACK, QUEST, ION, HEARD, AN, SWER, THANKS];
      for (let at = first.length - 1; at > 0; at--) {
        const other = random.between(0, at + 1);
        [first[at], first[other]] = [first[other], first[at]];
      }
      assertWhole([SYN, ...first]);
    }
  });
});

describe('a connection of which one direction is tagged', () => {
  const tagged = (packet: TcpPacket): Uint8Array => {
    const frame = frameOctets(packet);
    return Uint8Array.from([...frame.subarray(0, 12), 0x81, 0, 0, 5, ...frame.subarray(12)]);
  };

  it('is one where the SYN/ACK, or more, was captured before the SYN', () => {
    for (const order of [
      [SYN_ACK, SYN, ACK],
      [THANKS, SYN, SYN_ACK],
      [SYN_ACK, ACK, SYN],
    ]) {
      const all = [...order, QUEST, ION, HEARD, AN, SWER, ...REST];
      const { said, gaps } = only(
        streamsOf(all.map((packet) => (packet.source.port === SYN.source.port ? packet : tagged(packet)))),
      );
      assert.deepEqual([...said].sort(), [C2S, S2C].sort());
      assert.deepEqual(gaps, []);
    }
  });
});
