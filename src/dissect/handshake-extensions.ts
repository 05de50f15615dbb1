// What the heads of a handshake that were captured say of the connection's extensions. Knows no frames.

import { parseExtensions } from '../http/extensions.ts';
import { SEC_WEBSOCKET_EXTENSIONS } from '../http/field-bits.ts';
import type { HttpHead, RequestHead, ResponseHead } from '../http/head.ts';
import { type AgreedExtensions, agreedExtensions, NO_EXTENSIONS, UNKNOWN_EXTENSIONS } from '../ws/extensions.ts';

/** The extensions that the answer agrees to. */
export function extensionsOf(response: ResponseHead): AgreedExtensions {
  const field = extensionsField(response);
  return field === null ? NO_EXTENSIONS : agreedExtensions(parseExtensions(field).extensions);
}

/** What may have been agreed to in the answer to this request: nothing but what was asked for. */
export function possibleExtensions(request: RequestHead): AgreedExtensions {
  return request.text.mayHave(SEC_WEBSOCKET_EXTENSIONS) ? UNKNOWN_EXTENSIONS : NO_EXTENSIONS;
}

function extensionsField(head: HttpHead): string | null {
  return head.text.mayHave(SEC_WEBSOCKET_EXTENSIONS) ? head.field('Sec-WebSocket-Extensions') : null;
}
