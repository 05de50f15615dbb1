// Which of the fields that HTTP's framing and its upgrades turn on a head may have: a bit each, so that a head without one is
// never searched for it (bench/http.ts). Does not know what the fields say.

import { viewOf } from '../link/octets.ts';
import { COLON, CR, LF } from './octet-names.ts';

/** A line begins like the field's name; it may go on otherwise. */
export const CONTENT_LENGTH = 1;
export const TRANSFER_ENCODING = 2;
export const UPGRADE = 4;
/** Any field whose name begins with Sec-WebSocket-; this one and the next are certain. */
export const SEC_WEBSOCKET = 8;
export const SEC_WEBSOCKET_EXTENSIONS = 16;
/** Sec-WebSocket-Key1, of a draft. A name may go on otherwise. */
export const SEC_WEBSOCKET_KEY1 = 32;

/** Octets; nothing shorter is one of these fields with the end of a head behind it, nor an upgrade to `websocket`. */
const SHORTEST = 'sec-websocket-'.length;
const EXTENSIONS_LENGTH = 'extensions'.length;
const KEY1_LENGTH = 'key1'.length;

const LETTER_L = 0x6c;

// Four characters in lower case as a word. Letters are made so by a bit, which makes a hyphen of CR.
const CONT = 0x636f6e74;
const TRAN = 0x7472616e;
const UPGR = 0x75706772;
const SEC_ = 0x7365632d;
const WEBS = 0x77656273;
const OCKE = 0x6f636b65;
const KET_ = 0x6b65742d;
const EXTE = 0x65787465;
const NSIO = 0x6e73696f;
const IONS = 0x696f6e73;
const KEY1 = 0x6b657931;
const FOUR_LETTERS = 0x20202020;
const THREE_LETTERS = 0x20202000;

/** The bits of the field whose line begins at `start`; 0 where it is none of them. */
export function fieldBitsAt(octets: Uint8Array, start: number, end: number): number {
  if (end - start < SHORTEST) return 0;
  switch (viewOf(octets).getInt32(start) | FOUR_LETTERS) {
    case CONT:
      return (octets[start + 'content-'.length] | 0x20) === LETTER_L ? CONTENT_LENGTH : 0;
    case TRAN:
      return TRANSFER_ENCODING;
    case UPGR:
      return UPGRADE;
    case SEC_:
      return webSocketBitsAt(octets, start, end);
    default:
      return 0;
  }
}

function webSocketBitsAt(octets: Uint8Array, start: number, end: number): number {
  const view = viewOf(octets);
  const isWebSocket =
    (view.getInt32(start) | THREE_LETTERS) === SEC_ &&
    (view.getInt32(start + 4) | FOUR_LETTERS) === WEBS &&
    (view.getInt32(start + 8) | FOUR_LETTERS) === OCKE &&
    (view.getInt32(start + 10) | THREE_LETTERS) === KET_;
  if (!isWebSocket) return 0;
  const behind = start + SHORTEST;
  if (isExtensionsAt(octets, behind, end)) return SEC_WEBSOCKET | SEC_WEBSOCKET_EXTENSIONS;
  const isKey1 = end - behind >= KEY1_LENGTH && (view.getInt32(behind) | FOUR_LETTERS) === KEY1;
  return isKey1 ? SEC_WEBSOCKET | SEC_WEBSOCKET_KEY1 : SEC_WEBSOCKET;
}

/** Whether a field's name goes on like this, and ends there. */
function isExtensionsAt(octets: Uint8Array, start: number, end: number): boolean {
  if (end - start < EXTENSIONS_LENGTH + 2) return false;
  const view = viewOf(octets);
  const behind = start + EXTENSIONS_LENGTH;
  return (
    (view.getInt32(start) | FOUR_LETTERS) === EXTE &&
    (view.getInt32(start + 4) | FOUR_LETTERS) === NSIO &&
    (view.getInt32(start + 6) | FOUR_LETTERS) === IONS &&
    (octets[behind] === COLON || octets[behind] === LF || (octets[behind] === CR && octets[behind + 1] === LF))
  );
}
