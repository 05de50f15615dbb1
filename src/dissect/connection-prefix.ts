// What may stand before HTTP on a connection: the header by which a proxy names the client that it speaks for, or the exchange
// with a SOCKS server. Tells by the first octets of both sides; a row a protocol. Knows nothing of what comes behind it.

import { LF } from '../http/octet-names.ts';
import { octetsOf, startsWith } from '../http/recognition.ts';
import { HANDSHAKE_RULES, type HandshakeRuleName } from '../http/rules.ts';
import { formatAddressAt } from '../link/address.ts';
import { word16, word32 } from '../link/octets.ts';

/** Octets that a part takes by those with which it begins, as far as there are any. */
type PartLength = number | 'no' | 'need-more';

interface Part {
  readonly from: 'client' | 'server';
  length(octets: Uint8Array): PartLength;
}

interface Prefix {
  /** The rule by which it is told. */
  readonly rule: HandshakeRuleName;
  /** What the sides say, in this order. */
  readonly parts: readonly Part[];
  /** What it names, by its parts as they came; the first is the client's. */
  detail(parts: readonly Uint8Array[]): string;
}

/** What stands before HTTP, and how many octets of each side it is. */
export interface FoundPrefix {
  readonly rule: HandshakeRuleName;
  readonly detail: string;
  readonly client: number;
  readonly server: number;
}

/** Octets that a side may say before it is known what the other one began with; those behind a prefix wait so too. */
const WAITING_LIMIT = 16 * 1024;

const PROXY_LINE = octetsOf('PROXY ');
/** With its CRLF. */
const PROXY_LINE_LIMIT = 107;
const PROXY_SIGNATURE = octetsOf('\r\n\r\n\0\r\nQUIT\n');
const PROXY_HEADER = PROXY_SIGNATURE.length + 4;
/** Octets of the addresses of both ends and their ports, by the octet that names families: TCP over IPv4, over IPv6. */
const PROXY_ADDRESSES: ReadonlyMap<number, number> = new Map([
  [0x11, 12],
  [0x21, 36],
]);
/** Octets of a SOCKS5 address by its type; a domain name begins with its length. */
const SOCKS_ADDRESSES: ReadonlyMap<number, number> = new Map([
  [1, 4],
  [4, 16],
]);
const SOCKS_DOMAIN = 3;
const SOCKS4_USER = 8;
/** Octets of a user or a name in SOCKS4, which gives no lengths, with the zero octet behind it. */
const SOCKS4_TEXT_LIMIT = 256;

const PREFIXES: readonly Prefix[] = [
  { rule: 'proxyHeader', parts: [{ from: 'client', length: lengthOfProxyLine }], detail: namedByProxyLine },
  { rule: 'proxyHeader', parts: [{ from: 'client', length: lengthOfProxyHeader }], detail: namedByProxyHeader },
  {
    // RFC 1928, without authentication
    rule: 'socks',
    parts: [
      { from: 'client', length: lengthOfGreeting },
      { from: 'server', length: (octets) => exactly(octets, [5, 0]) },
      { from: 'client', length: (octets) => lengthWithAddress(octets, [5, 1, 0]) },
      { from: 'server', length: (octets) => lengthWithAddress(octets, [5, 0, 0]) },
    ],
    detail: (parts) => namedBySocks5(parts[2]),
  },
  {
    // RFC 1928 with user and password, RFC 1929
    rule: 'socks',
    parts: [
      { from: 'client', length: lengthOfGreeting },
      { from: 'server', length: (octets) => exactly(octets, [5, 2]) },
      { from: 'client', length: lengthOfCredentials },
      { from: 'server', length: (octets) => exactly(octets, [1, 0]) },
      { from: 'client', length: (octets) => lengthWithAddress(octets, [5, 1, 0]) },
      { from: 'server', length: (octets) => lengthWithAddress(octets, [5, 0, 0]) },
    ],
    detail: (parts) => namedBySocks5(parts[4]),
  },
  {
    rule: 'socks',
    parts: [
      { from: 'client', length: lengthOfSocks4 },
      { from: 'server', length: (octets) => lengthBegunBy(octets, [0, 0x5a], 8) },
    ],
    detail: ([request]) => namedBySocks4(request),
  },
];

/** Codes of the diagnostics that tell of one. */
export const PREFIX_CODES: ReadonlySet<string> = new Set(PREFIXES.map(({ rule }) => HANDSHAKE_RULES[rule].code));

/** The octets with which a side may begin one: nearly all connections begin with another. */
const FIRST_OCTETS: ReadonlySet<number> = new Set([PROXY_LINE[0], PROXY_SIGNATURE[0], 5, 4, 0]);

/** Whether what a side says first may begin one, or answer one. */
export function mayBeginPrefix(octet: number): boolean {
  return FIRST_OCTETS.has(octet);
}

/** What stands before HTTP, by all that both sides said until now; `no` where nothing does. */
export function findPrefix(client: Uint8Array, server: Uint8Array): FoundPrefix | 'no' | 'need-more' {
  let isUndecided = false;
  for (const prefix of PREFIXES) {
    const found = match(prefix, client, server);
    if (found === 'need-more') isUndecided = true;
    else if (found !== 'no') return found;
  }
  return isUndecided ? 'need-more' : 'no';
}

function match({ rule, parts, detail }: Prefix, client: Uint8Array, server: Uint8Array): ReturnType<typeof findPrefix> {
  const rest = { client, server };
  const said: Uint8Array[] = [];
  for (const [at, { from, length }] of parts.entries()) {
    const octets = rest[from];
    const taken = length(octets);
    if (taken === 'no') return 'no';
    if (taken === 'need-more' || taken > octets.length) {
      const other = from === 'client' ? 'server' : 'client';
      const next = parts.slice(at).find((part) => part.from === other);
      return mayWait(rest[other], next, client.length > 0) ? 'need-more' : 'no';
    }
    said.push(octets.subarray(0, taken));
    rest[from] = octets.subarray(taken);
  }
  return {
    rule,
    detail: detail(said),
    client: client.length - rest.client.length,
    server: server.length - rest.server.length,
  };
}

/** Whether the other side may have said this already, while one is not through with its part. */
function mayWait(said: Uint8Array, next: Part | undefined, clientSpoke: boolean): boolean {
  if (said.length === 0) return true;
  if (said.length > WAITING_LIMIT) return false;
  return next === undefined ? clientSpoke : next.length(said) !== 'no';
}

/** Of a part that is so many octets long and begins with these. */
function lengthBegunBy(octets: Uint8Array, wanted: readonly number[], length: number): PartLength {
  for (let at = 0; at < wanted.length && at < octets.length; at++) if (octets[at] !== wanted[at]) return 'no';
  return octets.length < wanted.length ? 'need-more' : length;
}

function exactly(octets: Uint8Array, wanted: readonly number[]): PartLength {
  return lengthBegunBy(octets, wanted, wanted.length);
}

/** `PROXY TCP4 192.0.2.7 192.0.2.8 53538 443` and CRLF: https://www.haproxy.org/download/3.0/doc/proxy-protocol.txt §2.1 */
function lengthOfProxyLine(octets: Uint8Array): PartLength {
  const likeness = startsWith(octets, 0, octets.length, PROXY_LINE);
  if (likeness !== 'yes') return likeness;
  const end = octets.subarray(0, PROXY_LINE_LIMIT).indexOf(LF) + 1;
  if (end === 0) return octets.length < PROXY_LINE_LIMIT ? 'need-more' : 'no';
  return /^PROXY (TCP4|TCP6|UNKNOWN)( [!-~]+)*\r\n$/.test(latin1(octets, 0, end)) ? end : 'no';
}

function namedByProxyLine([line]: readonly Uint8Array[]): string {
  const words = latin1(line, 0, line.length).trimEnd().split(' ');
  if (words[1] === 'UNKNOWN' || words.length !== 6) return 'version 1, without addresses';
  const [, , from, to, fromPort, toPort] = words;
  return `version 1, ${forClient(from, fromPort, to, toPort)}`;
}

/** The same, §2.2: signature, version and command, families, length of what follows. */
function lengthOfProxyHeader(octets: Uint8Array): PartLength {
  const likeness = startsWith(octets, 0, octets.length, PROXY_SIGNATURE);
  if (likeness !== 'yes') return likeness;
  if (octets.length < PROXY_HEADER) return 'need-more';
  return octets[12] === 0x20 || octets[12] === 0x21 ? PROXY_HEADER + word16(octets, 14) : 'no';
}

/** Without addresses it is for a connection of the proxy's own, or for one that is no TCP. */
function namedByProxyHeader([header]: readonly Uint8Array[]): string {
  const length = PROXY_ADDRESSES.get(header[13]);
  if (header[12] === 0x20 || length === undefined || header.length < PROXY_HEADER + length) {
    return 'version 2, without addresses';
  }
  const portsAt = PROXY_HEADER + length - 4;
  const each = (length - 4) / 2;
  const [from, to] = [formatAddressAt(header, PROXY_HEADER, each), formatAddressAt(header, PROXY_HEADER + each, each)];
  return `version 2, ${forClient(from, word16(header, portsAt), to, word16(header, portsAt + 2))}`;
}

function forClient(from: string, fromPort: string | number, to: string, toPort: string | number): string {
  const [client, server] = [from, to].map((address) => (address.includes(':') ? `[${address}]` : address));
  return `for ${client}:${fromPort}, which connected to ${server}:${toPort}`;
}

/** Version, how many methods, the methods: RFC 1928 §3. */
function lengthOfGreeting(octets: Uint8Array): PartLength {
  if (octets.length > 1 && octets[1] === 0) return 'no';
  const length = lengthBegunBy(octets, [5], 2);
  return length === 2 && octets.length > 1 ? 2 + octets[1] : length;
}

/** Version, user and password, each behind its length: RFC 1929 §2. */
function lengthOfCredentials(octets: Uint8Array): PartLength {
  const length = lengthBegunBy(octets, [1], 2);
  if (length !== 2 || octets.length < 2) return length;
  const passwordAt = 2 + octets[1];
  return octets.length > passwordAt ? passwordAt + 1 + octets[passwordAt] : 'need-more';
}

/** A request or a reply: what it begins with, then type, address, port: RFC 1928 §4, §6. */
function lengthWithAddress(octets: Uint8Array, wanted: readonly number[]): PartLength {
  const begin = exactly(octets, wanted);
  if (begin === 'no' || begin === 'need-more' || octets.length < begin + 2) return begin === 'no' ? 'no' : 'need-more';
  const type = octets[begin];
  const length = type === SOCKS_DOMAIN ? 1 + octets[begin + 1] : SOCKS_ADDRESSES.get(type);
  return length === undefined ? 'no' : begin + 1 + length + 2;
}

function namedBySocks5(request: Uint8Array): string {
  const portAt = request.length - 2;
  const target =
    request[3] === SOCKS_DOMAIN ? nameText(request, 5, portAt) : formatAddressAt(request, 4, request.length - 6);
  return `version 5, to ${target}, port ${word16(request, portAt)}`;
}

/** Version, CONNECT, port, address, user, and in 4a, where the address is 0.0.0.x, a name; both end with a zero octet. */
function lengthOfSocks4(octets: Uint8Array): PartLength {
  const length = lengthBegunBy(octets, [4, 1], SOCKS4_USER);
  if (length === 'no' || octets.length < SOCKS4_USER) return length === 'no' ? 'no' : 'need-more';
  const user = lengthOfSocks4Text(octets, SOCKS4_USER);
  return isSocks4a(octets) && typeof user === 'number' ? lengthOfSocks4Text(octets, user) : user;
}

function isSocks4a(request: Uint8Array): boolean {
  const address = word32(request, 4);
  return address > 0 && address < 256;
}

/** Up to the end of a text that begins at `start`. */
function lengthOfSocks4Text(octets: Uint8Array, start: number): PartLength {
  const end = octets.indexOf(0, start);
  if (end !== -1 && end - start < SOCKS4_TEXT_LIMIT) return end + 1;
  return end === -1 && octets.length - start < SOCKS4_TEXT_LIMIT ? 'need-more' : 'no';
}

function namedBySocks4(request: Uint8Array): string {
  const port = word16(request, 2);
  if (!isSocks4a(request)) return `version 4, to ${formatAddressAt(request, 4, 4)}, port ${port}`;
  return `version 4a, to ${nameText(request, request.indexOf(0, SOCKS4_USER) + 1, request.length - 1)}, port ${port}`;
}

/** A name from the capture may be anything. */
function nameText(octets: Uint8Array, start: number, end: number): string {
  return JSON.stringify(latin1(octets, start, end));
}

function latin1(octets: Uint8Array, start: number, end: number): string {
  return String.fromCharCode(...octets.subarray(start, end));
}
