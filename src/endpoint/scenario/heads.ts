// The two heads of an upgrade as a scenario wants them: right ones by default, with whatever fields taken away or changed.

import { acceptKey } from '../../http/accept-key.ts';
import { SWITCHING_PROTOCOLS } from '../../http/status-codes.ts';
import { COMPRESSION_OFFER } from '../compression.ts';
import type { AnswerForm, Compression, FieldChanges, RequestForm } from './scenario.ts';

type Fields = (readonly [name: string, value: string])[];

const REASONS: Readonly<Record<number, string>> = {
  [SWITCHING_PROTOCOLS]: 'Switching Protocols',
  200: 'OK',
  301: 'Moved Permanently',
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  426: 'Upgrade Required',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
};

const EXTENSION: Readonly<Record<Exclude<Compression, 'none'>, string>> = {
  'per-message': COMPRESSION_OFFER,
  takeover: 'permessage-deflate',
};

/** In the place of the field of that name; behind all others where there is none. */
function changed(own: Fields, changes: FieldChanges): Fields {
  let fields = own;
  for (const [name, values] of changes) {
    const isNamed = (field: Fields[number]) => field[0].toLowerCase() === name.toLowerCase();
    const at = fields.findIndex(isNamed);
    const others = fields.filter((field) => !isNamed(field));
    fields = others.toSpliced(at < 0 ? others.length : at, 0, ...values.map((value) => [name, value] as const));
  }
  return fields;
}

function head(firstLine: string, fields: Fields): Uint8Array {
  const lines = fields.map(([name, value]) => `${name}: ${value}\r\n`);
  return new TextEncoder().encode(`${firstLine}\r\n${lines.join('')}\r\n`);
}

/** In the order of Go's net/http: Host, then by name. */
export function requestHead(form: RequestForm, host: string, key: string): Uint8Array {
  const { method, target, fields, subprotocol, compression } = form;
  const own: Fields = [
    ['Host', host],
    ['User-Agent', 'Go-http-client/1.1'],
    ['Connection', 'Upgrade'],
    ...(compression === 'none' ? [] : [['Sec-WebSocket-Extensions', EXTENSION[compression]] as const]),
    ['Sec-WebSocket-Key', key],
    ...(subprotocol === null ? [] : [['Sec-WebSocket-Protocol', subprotocol] as const]),
    ['Sec-WebSocket-Version', '13'],
    ['Upgrade', 'websocket'],
  ];
  return head(`${method} ${target ?? '/connect'} HTTP/1.1`, changed(own, fields));
}

/** The answer's head with its body. */
export function answerHead(form: AnswerForm, compression: Compression, key: string): Uint8Array {
  const { status, fields, subprotocol, body } = form;
  const octets = new TextEncoder().encode(body);
  const upgraded: Fields = [
    ['Upgrade', 'websocket'],
    ['Connection', 'Upgrade'],
    ['Sec-WebSocket-Accept', acceptKey(key)],
    ...(subprotocol === null ? [] : [['Sec-WebSocket-Protocol', subprotocol] as const]),
    ...(compression === 'none' ? [] : [['Sec-WebSocket-Extensions', EXTENSION[compression]] as const]),
  ];
  const refused: Fields = [
    ['Content-Type', 'text/plain; charset=utf-8'],
    ['Content-Length', String(octets.length)],
  ];
  const reason = form.reason ?? REASONS[status] ?? 'Status';
  const written = head(
    `HTTP/1.1 ${status} ${reason}`,
    changed(status === SWITCHING_PROTOCOLS ? upgraded : refused, fields),
  );
  const whole = new Uint8Array(written.length + octets.length);
  whole.set(written);
  whole.set(octets, written.length);
  return whole;
}
