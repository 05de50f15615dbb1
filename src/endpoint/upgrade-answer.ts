// What a server answers to an upgrade request: the octets of the 101 in gorilla's order, or a refusal as Go's net/http writes
// it. Knows no sockets, and not why a request is refused.

import { STATUS_CODES } from 'node:http';
import { acceptKey } from '../http/accept-key.ts';
import { type Extension, parseExtensions } from '../http/extensions.ts';
import { listElements } from '../http/field-text.ts';
import { agreeOnDeflate } from './compression.ts';
import { fieldValues, type UpgradePolicy, type UpgradeRequest } from './upgrade-checks.ts';

export interface AcceptedUpgrade {
  subprotocol: string | null;
  compression: boolean;
  /** Of the window by which messages may be compressed. */
  windowBits: number | undefined;
  /** The head of the answer. */
  head: string;
}

export interface Answer {
  status: number;
  /** In the order in which they are sent. */
  fields: [name: string, value: string][];
  body: string;
}

/** The answer to a request that passed the checks. */
export function acceptUpgrade(request: UpgradeRequest, policy: UpgradePolicy): AcceptedUpgrade {
  const [key = ''] = fieldValues(request, 'Sec-WebSocket-Key');
  const subprotocol = chooseSubprotocol(request, policy);
  const deflate = policy.compression ? agreeOnDeflate(offersOf(request)) : null;
  const lines = [
    'HTTP/1.1 101 Switching Protocols',
    'Upgrade: websocket',
    'Connection: Upgrade',
    `Sec-WebSocket-Accept: ${acceptKey(key.trim())}`,
  ];
  if (subprotocol !== null) lines.push(`Sec-WebSocket-Protocol: ${subprotocol}`);
  if (deflate !== null) lines.push(`Sec-WebSocket-Extensions: ${deflate.answer}`);
  for (const [name, value] of policy.headers) {
    if (!isSubprotocol(name)) lines.push(`${unsplit(name)}: ${unsplit(value)}`);
  }
  return {
    subprotocol,
    compression: deflate !== null,
    windowBits: deflate?.windowBits,
    head: `${lines.join('\r\n')}\r\n\r\n`,
  };
}

function isSubprotocol(name: string): boolean {
  return name.toLowerCase() === 'sec-websocket-protocol';
}

/** Controls become spaces, so that no value can end the field and begin another. */
function unsplit(text: string): string {
  return text.replace(/[\x00-\x1f]/g, ' ');
}

/** The first of the server's that the client offers; where it has none, what its further fields say, as in gorilla. */
function chooseSubprotocol(request: UpgradeRequest, { subprotocols, headers }: UpgradePolicy): string | null {
  if (subprotocols.length === 0) {
    const [, value = ''] = headers.find(([name]) => isSubprotocol(name)) ?? [];
    return value === '' ? null : unsplit(value);
  }
  const offered = listElements(fieldValues(request, 'Sec-WebSocket-Protocol')[0] ?? null);
  return subprotocols.find((each) => offered.includes(each)) ?? null;
}

function offersOf(request: UpgradeRequest): Extension[] {
  return parseExtensions(fieldValues(request, 'Sec-WebSocket-Extensions').join(', ')).extensions;
}

/** A refused upgrade, as gorilla and Go's net/http answer it: fields in alphabetical order, then Date and length. */
export function refuseUpgrade(status: number, date: Date): Answer {
  return errorAnswer(status, STATUS_CODES[status] ?? '', [['Sec-Websocket-Version', '13']], date);
}

/** Any other path than the server's. */
export function notFound(date: Date): Answer {
  return errorAnswer(404, '404 page not found', [], date);
}

function errorAnswer(status: number, text: string, further: [string, string][], date: Date): Answer {
  const body = `${text}\n`;
  return {
    status,
    body,
    fields: [
      ['Content-Type', 'text/plain; charset=utf-8'],
      ...further,
      ['X-Content-Type-Options', 'nosniff'],
      ['Date', date.toUTCString()],
      ['Content-Length', String(body.length)],
    ],
  };
}

/** What Go's net/http says to octets that are no request; the connection ends with it. */
export function malformedRequestAnswer(status: 400 | 431): string {
  const words = `${status} ${STATUS_CODES[status]}`;
  return `HTTP/1.1 ${words}\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n\r\n${words}`;
}
