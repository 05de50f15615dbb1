// What stands in packets beside the octets of a stream, or is missing of them: padding, lengths of offload, octets in a SYN, what
// the snaplen cut.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { TcpConversation } from '../support/tcp-conversation.ts';
import { frameOctets } from '../support/tcp-packet.ts';
import { utf8 } from '../support/websocket-writer.ts';
import { saying } from './packets.ts';
import { only, streamsOf } from './streams.ts';

describe('what is on the wire beside the data', () => {
  it('takes neither Ethernet padding nor a frame check sequence for data', () => {
    const packets = saying('a', 'bc').packets.map((packet) => {
      const octets = frameOctets(packet);
      const padded = new Uint8Array(Math.max(60, octets.length) + 4).fill(0x55);
      padded.set(octets);
      return padded;
    });
    assert.equal(only(streamsOf(packets)).said[0], 'abc');
  });

  it('reads super-segments of offload, whose IPv4 total length is 0', () => {
    const talk = new TcpConversation({ segmentSize: 200_000 }).open();
    talk.exchange('c2s', new Uint8Array(150_000).fill(97)).exchange('c2s', utf8('end'));
    const stream = only(streamsOf(talk.packets));
    assert.equal(stream.said[0].length, 150_003);
    assert.ok(stream.said[0].endsWith('aaend'));
  });

  it('takes octets in the SYN for the first of the stream', () => {
    const talk = new TcpConversation().open(utf8('early ')).exchange('c2s', utf8('late'));
    assert.equal(only(streamsOf(talk.packets)).said[0], 'early late');
  });

  it('counts octets of a SYN once where they are sent again behind it', () => {
    const talk = new TcpConversation().open(utf8('early '));
    const again = { ...talk.packets[0], sequence: talk.packets[0].sequence + 1, flags: 0x10 };
    assert.equal(only(streamsOf([...talk.packets, again])).said[0], 'early ');
  });

  it('knows what the snaplen cut', () => {
    const talk = saying('x'.repeat(100), 'y');
    const stream = only(streamsOf(talk.packets, { snapLength: 14 + 40 + 60 }));
    assert.equal(stream.said[0], `${'x'.repeat(60)}[-40]y`);
    assert.deepEqual(stream.gaps, ['0 40 snaplen']);
  });
});
