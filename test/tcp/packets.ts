// Packets of small conversations, and what is done to them before they are read, for the tests of what captures do to TCP. They are
// written by `test/support/`, which knows nothing of the code under test.

import { TcpConversation } from '../support/tcp-conversation.ts';
import type { TcpPacket } from '../support/tcp-packet.ts';
import { utf8 } from '../support/websocket-writer.ts';

/** An open connection on which the client says each of `words`, and the server acknowledges it. */
export function saying(...words: string[]): TcpConversation {
  const talk = new TcpConversation().open();
  for (const word of words) talk.exchange('c2s', utf8(word));
  return talk;
}

/** The data packets, and all others. */
export function parted(packets: readonly TcpPacket[]): { data: TcpPacket[]; bare: TcpPacket[] } {
  return {
    data: packets.filter((packet) => packet.payload.length > 0),
    bare: packets.filter((packet) => packet.payload.length === 0),
  };
}

export function resend(packet: TcpPacket, text: string, shift = 0): TcpPacket {
  return { ...packet, sequence: (packet.sequence + shift) >>> 0, payload: utf8(text) };
}
