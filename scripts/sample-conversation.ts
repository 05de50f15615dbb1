// The conversation of all fixtures that show how something was captured, not what was said: as short as one can be.

import { peer } from '../test/support/tcp-packet.ts';
import { FixtureConversation } from './fixture-conversation.ts';

export function sampleConversation(family: 4 | 6): FixtureConversation {
  const [client, server] = family === 4 ? ['10.0.0.1', '10.0.0.2'] : ['fd00::1', 'fd00::2'];
  return new FixtureConversation({ tcp: { client: peer(client, 40001), server: peer(server, 8888) } })
    .upgrade()
    .message('c2s', 'hello')
    .message('s2c', Uint8Array.of(0, 2, 8, 150, 1))
    .close(1000);
}
