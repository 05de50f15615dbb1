// Status codes of close frames: their names and whether they may stand on the wire, RFC 6455 §7.4 and the IANA
// WebSocket Close Code Number registry.

const names = new Map<number, string>([
  [1000, 'normal closure'],
  [1001, 'going away'],
  [1002, 'protocol error'],
  [1003, 'unsupported data'],
  [1004, 'reserved'],
  [1005, 'no status received'],
  [1006, 'abnormal closure'],
  [1007, 'invalid frame payload data'],
  [1008, 'policy violation'],
  [1009, 'message too big'],
  [1010, 'mandatory extension'],
  [1011, 'internal error'],
  [1012, 'service restart'],
  [1013, 'try again later'],
  [1014, 'bad gateway'],
  [1015, 'TLS handshake'],
  [3000, 'unauthorized'],
  [3003, 'forbidden'],
  [3008, 'timeout'],
]);

export const NORMAL_CLOSURE = 1000;
export const GOING_AWAY = 1001;
export const PROTOCOL_ERROR = 1002;
/** What a close frame without a code counts as, RFC 6455 §7.1.5. */
export const NO_STATUS = 1005;
/** What an end without a close frame counts as, RFC 6455 §7.1.5. */
export const ABNORMAL = 1006;
export const MESSAGE_TOO_BIG = 1009;

/** The registered name of a status code, else the name of its range; null where the code has neither. */
export function closeCodeName(code: number): string | null {
  const name = names.get(code);
  if (name !== undefined) return name;
  if (code >= 3000 && code < 4000) return 'for registration at IANA';
  if (code >= 4000 && code < 5000) return 'private use';
  return null;
}

/** The codes that an endpoint may send; between them 1004, 1005, 1006 and 1015 are reserved. */
const SENDABLE = [
  { first: 1000, last: 1003 },
  { first: 1007, last: 1014 },
  { first: 3000, last: 4999 },
] as const;

/** The same in words. */
export const MAY_BE_SENT = SENDABLE.map(({ first, last }) => `${first} to ${last}`).join(', ');

export function mayBeSent(code: number): boolean {
  return SENDABLE.some(({ first, last }) => code >= first && code <= last);
}
