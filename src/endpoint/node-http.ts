// What the server asks of Node's requests and sockets, and how it answers by them. Knows no WebSocket.

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { type Answer, malformedRequestAnswer } from './upgrade-answer.ts';

export function send(response: ServerResponse, { status, fields, body }: Answer): void {
  response.sendDate = false;
  // Go says nothing of a connection that stays.
  if (response.shouldKeepAlive) response.removeHeader('Connection');
  response.writeHead(status, fields.flat());
  response.end(body);
}

export function onClientError(error: NodeJS.ErrnoException, socket: Duplex): void {
  const tooLarge = error.code === 'HPE_HEADER_OVERFLOW';
  const malformed = tooLarge || error.code?.startsWith('HPE_') === true;
  // Go's net/http is silent where a request takes too long.
  if (malformed && socket.writable) socket.end(malformedRequestAnswer(tooLarge ? 431 : 400));
  else socket.destroy();
}

export function pathOf(request: IncomingMessage): string {
  return (request.url ?? '').replace(/^[a-z]+:\/\/[^/]*/i, '').split(/[?#]/, 1)[0];
}

export function clientOf(socket: Duplex): { ip: string; port: number } {
  const { remoteAddress = '', remotePort = 0 } = socket as Socket;
  return { ip: remoteAddress.replace(/^::ffff:(?=\d+\.)/i, ''), port: remotePort };
}
