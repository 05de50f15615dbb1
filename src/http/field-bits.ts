// Which of the fields that HTTP's framing and its upgrades turn on a head may have: a bit each, so that a head without one is
// never searched for it (bench/http.ts). Knows not what the fields say.

import { equalsIgnoringCase } from './field-text.ts';

/** A line begins like the field's name; it may go on otherwise. */
export const CONTENT_LENGTH = 1;
export const TRANSFER_ENCODING = 2;
export const UPGRADE = 4;
/** Any field whose name begins with Sec-WebSocket-; this one is certain. */
export const SEC_WEBSOCKET = 8;
export const SEC_WEBSOCKET_EXTENSIONS = 16;

const LETTER_C = 0x63;
const LETTER_E = 0x65;
const LETTER_S = 0x73;
const LETTER_T = 0x74;
const LETTER_U = 0x75;
const WEBSOCKET_PREFIX = 'Sec-WebSocket-';

/** The bits of the field whose line begins at `start`; 0 where it is none of them. */
export function fieldBitsAt(text: string, start: number): number {
  switch (text.charCodeAt(start) | 0x20) {
    case LETTER_C:
      return equalsIgnoringCase(text, start, 'Content-L') ? CONTENT_LENGTH : 0;
    case LETTER_T:
      return equalsIgnoringCase(text, start, 'Transfer-') ? TRANSFER_ENCODING : 0;
    case LETTER_U:
      return equalsIgnoringCase(text, start, 'Up') ? UPGRADE : 0;
    case LETTER_S: {
      if (!equalsIgnoringCase(text, start, WEBSOCKET_PREFIX)) return 0;
      const isExtensions = (text.charCodeAt(start + WEBSOCKET_PREFIX.length) | 0x20) === LETTER_E;
      return isExtensions ? SEC_WEBSOCKET | SEC_WEBSOCKET_EXTENSIONS : SEC_WEBSOCKET;
    }
    default:
      return 0;
  }
}
