// What a stream that is no WebSocket looks like by its first octets, so that a capture without any can say what it does
// hold. A row a protocol.

import { looksLikeRequest, looksLikeResponse, octetsOf, startsWith } from '../http/recognition.ts';
import { otherSide, type Side } from '../tcp/connection.ts';
import type { Protocol } from './events.ts';

interface Likeness {
  protocol: Protocol;
  matches(octets: Uint8Array, start: number, end: number): boolean;
}

/** First octet of a TLS record with a handshake, RFC 8446 §5.1. */
export const TLS_HANDSHAKE = 22;
export const TLS_RECORD_HEADER = 5;
/** Types of handshake messages, RFC 8446 §4. */
const CLIENT_HELLO = 1;
const SERVER_HELLO = 2;

const HTTP2_PREFACE = octetsOf('PRI * HTTP/2.0');

const likenesses: readonly Likeness[] = [
  {
    // A record (20…23) of SSL 3.0 to TLS 1.3, RFC 8446 §5.1: a handshake's, or one of a connection that began before.
    protocol: 'tls',
    matches: (octets, start, end) =>
      end - start >= 3 &&
      octets[start] >= 20 &&
      octets[start] <= 23 &&
      octets[start + 1] === 3 &&
      octets[start + 2] < 5,
  },
  {
    // RFC 9113 §3.4
    protocol: 'http2',
    matches: isHttp2Preface,
  },
  {
    protocol: 'http',
    matches: (octets, start, end) =>
      looksLikeRequest(octets, start, end) === 'yes' || looksLikeResponse(octets, start, end) === 'yes',
  },
];

/** What a stream is that begins as a request does. */
export function protocolOfRequest(octets: Uint8Array, start: number, end: number): Protocol {
  return isHttp2Preface(octets, start, end) ? 'http2' : 'http';
}

function isHttp2Preface(octets: Uint8Array, start: number, end: number): boolean {
  return startsWith(octets, start, end, HTTP2_PREFACE) === 'yes';
}

/** What a side's first octets are of HTTP; `undecided` where they are too few, or may become another protocol. */
export function partOfHttp(
  octets: Uint8Array,
  start: number,
  end: number,
): 'request' | 'response' | 'undecided' | 'none' {
  const request = looksLikeRequest(octets, start, end);
  if (request === 'yes') {
    // The preface of HTTP/2 begins as a request does.
    return startsWith(octets, start, end, HTTP2_PREFACE) === 'need-more' ? 'undecided' : 'request';
  }
  const response = looksLikeResponse(octets, start, end);
  if (response === 'yes') return 'response';
  return request === 'no' && response === 'no' ? 'none' : 'undecided';
}

/** The TLS client, where `side` begins with `octets[start, end)`; null where that is no hello, or its type is not there yet. */
export function tlsClientBy(side: Side, octets: Uint8Array, start: number, end: number): Side | null {
  const at = start + TLS_RECORD_HEADER;
  if (at >= end || octets[start] !== TLS_HANDSHAKE || octets[start + 1] !== 3) return null;
  if (octets[at] === CLIENT_HELLO) return side;
  return octets[at] === SERVER_HELLO ? otherSide(side) : null;
}

export function recognise(octets: Uint8Array, start: number, end: number): Protocol {
  for (const { matches, protocol } of likenesses) if (matches(octets, start, end)) return protocol;
  return 'unknown';
}
