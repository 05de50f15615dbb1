// Which of the fields that HTTP's framing and its upgrades turn on a head may have: a bit each, so that a head without one is
// never searched for it (bench/http.ts). Knows not what the fields say.

/** A line begins like the field's name; it may go on otherwise. */
export const CONTENT_LENGTH = 1;
export const TRANSFER_ENCODING = 2;
export const UPGRADE = 4;
/** Any field whose name begins with Sec-WebSocket-; this one is certain. */
export const SEC_WEBSOCKET = 8;
export const SEC_WEBSOCKET_EXTENSIONS = 16;

const LETTER_A = 0x61;
const LETTER_C = 0x63;
const LETTER_E = 0x65;
const LETTER_S = 0x73;
const LETTER_T = 0x74;
const LETTER_U = 0x75;

// In lower case.
const CONTENT_L = octetsOf('content-l');
const TRANSFER = octetsOf('transfer-');
const UP = octetsOf('up');
const WEBSOCKET = octetsOf('sec-websocket-');

function octetsOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** The bits of the field whose line begins at `start`; 0 where it is none of them. */
export function fieldBitsAt(octets: Uint8Array, start: number, end: number): number {
  switch (octets[start] | 0x20) {
    case LETTER_C:
      return beginsWith(octets, start, end, CONTENT_L) ? CONTENT_LENGTH : 0;
    case LETTER_T:
      return beginsWith(octets, start, end, TRANSFER) ? TRANSFER_ENCODING : 0;
    case LETTER_U:
      return beginsWith(octets, start, end, UP) ? UPGRADE : 0;
    case LETTER_S: {
      if (!beginsWith(octets, start, end, WEBSOCKET)) return 0;
      const isExtensions = (octets[start + WEBSOCKET.length] | 0x20) === LETTER_E;
      return isExtensions ? SEC_WEBSOCKET | SEC_WEBSOCKET_EXTENSIONS : SEC_WEBSOCKET;
    }
    default:
      return 0;
  }
}

/** Whether the octets at `start` are `name`, which is in lower case, but for the case of letters. */
function beginsWith(octets: Uint8Array, start: number, end: number, name: Uint8Array): boolean {
  if (end - start < name.length) return false;
  for (let at = 0; at < name.length; at++) {
    const wanted = name[at];
    const octet = octets[start + at];
    if ((wanted < LETTER_A ? octet : octet | 0x20) !== wanted) return false;
  }
  return true;
}
