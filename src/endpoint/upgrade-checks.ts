// The article's checks of an upgrade request, in its order, one row each: what must hold, the status where it does not, and
// the words for it. Knows no sockets; the last two of its table, about the connection itself, are the server's.

import { isValidKey } from '../http/accept-key.ts';
import { isToken, trimmed } from '../http/field-text.ts';
import { authorityOf, isOwnOrigin } from '../http/origin.ts';
import { HANDSHAKE_RULES } from '../http/rules.ts';

/** The fields of a request or an answer, as Node's parser hands them on. */
interface Headed {
  /** Name, value, name, value … as sent. */
  readonly rawHeaders: readonly string[];
}

export interface UpgradeRequest extends Headed {
  method: string;
}

export interface UpgradePolicy {
  /** Hosts, or whole origins, that may connect besides the request's own host; `*` is all. */
  origins: readonly string[];
  /** In order of preference. */
  subprotocols: readonly string[];
  compression: boolean;
  /** Further fields of the answer. */
  headers: readonly (readonly [name: string, value: string])[];
}

export interface Refusal {
  status: number;
  /** In gorilla's words. */
  words: string;
}

/** The values of a field, each as it was sent. */
export function fieldValues(message: Headed, name: string): string[] {
  const wanted = name.toLowerCase();
  const values: string[] = [];
  for (let at = 0; at < message.rawHeaders.length; at += 2) {
    if (message.rawHeaders[at].toLowerCase() === wanted) values.push(message.rawHeaders[at + 1]);
  }
  return values;
}

/** As gorilla reads lists: a value no further than to what is no token, such as `foo/1`, or nothing between two commas. */
export function fieldHasToken(message: Headed, name: string, token: string): boolean {
  return fieldValues(message, name).some((value) => {
    for (const element of value.split(',')) {
      const text = trimmed(element, 0, element.length);
      if (!isToken(text)) return false;
      if (text.toLowerCase() === token) return true;
    }
    return false;
  });
}

interface Check extends Refusal {
  passes(request: UpgradeRequest, policy: UpgradePolicy): boolean;
}

const words = (rule: keyof typeof HANDSHAKE_RULES): string => HANDSHAKE_RULES[rule].peerWords ?? '';

const CHECKS: readonly Check[] = [
  {
    status: 400,
    words: words('requestConnection'),
    passes: (request) => fieldHasToken(request, 'Connection', 'upgrade'),
  },
  { status: 400, words: words('requestUpgrade'), passes: (request) => fieldHasToken(request, 'Upgrade', 'websocket') },
  { status: 405, words: words('method'), passes: (request) => request.method === 'GET' },
  {
    status: 400,
    words: words('version'),
    passes: (request) => fieldHasToken(request, 'Sec-WebSocket-Version', '13'),
  },
  {
    status: 500,
    words: "websocket: application specific 'Sec-WebSocket-Extensions' headers are unsupported",
    passes: (_request, { headers }) => !headers.some(([name]) => name.toLowerCase() === 'sec-websocket-extensions'),
  },
  { status: 403, words: words('foreignOrigin'), passes: originIsAllowed },
  {
    status: 400,
    words: words('key'),
    passes: (request) => isValidKey((fieldValues(request, 'Sec-WebSocket-Key')[0] ?? '').trim()),
  },
];

/** Why the request is refused; null where it is not. */
export function refusalOf(request: UpgradeRequest, policy: UpgradePolicy): Refusal | null {
  const failed = CHECKS.find((check) => !check.passes(request, policy));
  return failed === undefined ? null : { status: failed.status, words: failed.words };
}

/** As gorilla does by default: no Origin, or one whose host and port are those of Host, in any case of letters. */
function originIsAllowed(request: UpgradeRequest, { origins }: UpgradePolicy): boolean {
  const [origin] = fieldValues(request, 'Origin');
  if (origin === undefined || origins.includes('*')) return true;
  const [host = ''] = fieldValues(request, 'Host');
  if (isOwnOrigin(origin, host)) return true;
  const own = authorityOf(origin);
  if (own === null) return false;
  return origins.some((each) => [own.toLowerCase(), origin.toLowerCase()].includes(each.toLowerCase()));
}
