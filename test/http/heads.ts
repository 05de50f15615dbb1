// Makes heads for the tests of what is built upon them.

import type { HttpHead, RequestHead, ResponseHead } from '../../src/http/head.ts';
import { HttpReader, type Role } from '../../src/http/message-reader.ts';
import { MessageCollector, octetsOf } from './conversations.ts';

function headOf(role: Role, text: string): HttpHead {
  const octets = octetsOf(text);
  const sink = new MessageCollector();
  new HttpReader(role).feed(octets, 0, octets.length, sink);
  return sink.head as HttpHead;
}

export function requestOf(text: string): RequestHead {
  return headOf('request', text) as RequestHead;
}

export function responseOf(text: string): ResponseHead {
  return headOf('response', text) as ResponseHead;
}
