// What HTTP says on a connection before anybody asks for an upgrade. For the tests of this folder that draw conversations.

import type { Random } from '../support/random.ts';
import type { TcpConversation } from '../support/tcp-conversation.ts';
import { concat, type Fields, head } from '../support/websocket-writer.ts';

export function contentLength(octets: number): Fields {
  return [['Content-Length', String(octets)]];
}

/** A request and its answer, with bodies that come in many segments or few. */
export function sayHttp(random: Random, talk: TcpConversation): void {
  const [asked, answered] = [random.pick([0, 0, 5, 200]), random.pick([0, 90, 300, 3000])];
  talk.exchange('c2s', concat(head('POST / HTTP/1.1', contentLength(asked)), random.octets(asked)));
  talk.exchange('s2c', concat(head('HTTP/1.1 200 OK', contentLength(answered)), random.octets(answered)));
}
