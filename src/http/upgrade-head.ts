// Whether octets begin with the head of an upgrade to WebSocket, told by one segment alone: where a conversation opens in the midst of
// a capture, nothing before it says so. Strict, as what it is taken for ends what was there before. Reads no head to its end.

import { octetsOf, startsWith } from './recognition.ts';

/** Octets of a head that are looked at. */
const LOOKED_AT = 16 * 1024;

const GET = octetsOf('GET ');
const SWITCHING = octetsOf('HTTP/1.1 101 ');

const REQUEST_LINE = /^GET [!-~]+ HTTP\/1\.1\r?\n/;
const UPGRADE = /\nupgrade:[ \t]*websocket[ \t]*\r?\n/i;
/** Where the key stands in another segment, behind cookies, the version may be in this one. */
const ONLY_IN_REQUESTS = /\nsec-websocket-(key|version):/i;
const ONLY_IN_ANSWERS = /\nsec-websocket-accept:/i;

/** Which head of an upgrade `octets[start, end)` begin with; null where they begin with none. */
export function upgradeHeadAt(octets: Uint8Array, start: number, end: number): 'request' | 'response' | null {
  if (startsWith(octets, start, end, GET) === 'yes') {
    const head = headAt(octets, start, end);
    return REQUEST_LINE.test(head) && UPGRADE.test(head) && ONLY_IN_REQUESTS.test(head) ? 'request' : null;
  }
  if (startsWith(octets, start, end, SWITCHING) !== 'yes') return null;
  const head = headAt(octets, start, end);
  return UPGRADE.test(head) && ONLY_IN_ANSWERS.test(head) ? 'response' : null;
}

/** The head that begins there, as far as it is there. */
function headAt(octets: Uint8Array, start: number, end: number): string {
  const text = Buffer.from(octets.subarray(start, Math.min(end, start + LOOKED_AT))).toString('latin1');
  const emptyLine = text.search(/\n\r?\n/);
  return emptyLine === -1 ? text : text.slice(0, emptyLine + 1);
}
