// The handshake of draft-ietf-hybi-thewebsocketprotocol-00, also called hixie-76, by which its connections are told from those of
// RFC 6455. Knows none of its frames, nor the octets behind its heads.

import { SEC_WEBSOCKET, SEC_WEBSOCKET_KEY1 } from './field-bits.ts';
import type { RequestHead, ResponseHead } from './head.ts';

/** Whether a request asks for the draft's protocol, and not for that of RFC 6455 too. */
export function asksForDraft(request: RequestHead): boolean {
  if (!request.text.mayHave(SEC_WEBSOCKET_KEY1)) return false;
  const has = (name: string) => request.field(name) !== null;
  return has('Sec-WebSocket-Key1') && has('Sec-WebSocket-Key2') && !has('Sec-WebSocket-Key');
}

/** Whether a 101 to such a request agrees to it. */
export function agreesToDraft(response: ResponseHead): boolean {
  return !response.text.mayHave(SEC_WEBSOCKET) || response.field('Sec-WebSocket-Accept') === null;
}
