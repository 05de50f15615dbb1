// A handshake as octets, straight from its heads: of short connections it is most of what is written. The same fields as
// `HandshakeView.event()` has, in the same order (test/dissect/writers-agree.test.ts).

import { ConstantText } from '../codec/constant-text.ts';
import type { OctetWriter } from '../codec/octet-writer.ts';
import type { Endpoint } from '../dissect/events.ts';
import type { HandshakeView } from '../dissect/sink.ts';
import type { HttpHead } from '../http/head.ts';

const CLIENT = new ConstantText(',"client":{"address":"');
const SERVER = new ConstantText('},"server":{"address":"');
const PORT = new ConstantText('","port":');
const REQUEST = new ConstantText('},"request":{"method":');
const TARGET = new ConstantText(',"target":');
const HEADERS = new ConstantText(',"headers":[');
const NO_RESPONSE = new ConstantText(']},"response":null');
const UNREAD_ANSWER = new ConstantText(',"unreadAnswer":"');
const NOT_UPGRADED = new ConstantText(',"upgraded":');
const RESPONSE = new ConstantText(']},"response":{"status":');
const REASON = new ConstantText(',"reason":');
const BODY = new ConstantText('],"body":');
const UPGRADED = new ConstantText('},"upgraded":');
const TRUE = new ConstantText('true,"accept":"');
const FALSE = new ConstantText('false,"accept":"');
const SUBPROTOCOL = new ConstantText('","subprotocol":');
const EXTENSIONS = new ConstantText(',"extensions":');
const NULL = new ConstantText('null');
const QUOTE = 0x22;
const COMMA = 0x2c;
const LEFT_BRACKET = 0x5b;
const RIGHT_BRACKET = 0x5d;

/** Writes what stands behind the location, without the last brace. */
export function writeHandshake(out: OctetWriter, handshake: HandshakeView): void {
  const { conversation, request, response, unreadAnswer, verdict } = handshake;
  out.constant(CLIENT);
  writeEndpoint(out, conversation.client);
  out.constant(SERVER);
  writeEndpoint(out, conversation.server);
  out.constant(REQUEST);
  out.jsonString(request.method);
  out.constant(TARGET);
  out.jsonString(request.target);
  writeHeaders(out, request);
  if (response === null) {
    out.constant(NO_RESPONSE);
    if (unreadAnswer !== null) {
      out.constant(UNREAD_ANSWER);
      out.ascii(unreadAnswer);
      out.octet(QUOTE);
    }
    out.constant(NOT_UPGRADED);
  } else {
    out.constant(RESPONSE);
    out.integer(response.status);
    out.constant(REASON);
    out.jsonString(response.reason);
    writeHeaders(out, response);
    out.constant(BODY);
    out.jsonString(handshake.body);
    out.constant(UPGRADED);
  }
  out.constant(verdict.upgraded ? TRUE : FALSE);
  out.ascii(verdict.accept);
  out.constant(SUBPROTOCOL);
  writeOptional(out, verdict.subprotocol);
  out.constant(EXTENSIONS);
  writeOptional(out, verdict.extensions);
}

function writeEndpoint(out: OctetWriter, { address, port }: Endpoint): void {
  out.ascii(address);
  out.constant(PORT);
  out.integer(port);
}

function writeHeaders(out: OctetWriter, { text }: HttpHead): void {
  out.constant(HEADERS);
  let isFirst = true;
  for (const fields = text.fields(); fields.next(); isFirst = false) {
    if (!isFirst) out.octet(COMMA);
    out.octet(LEFT_BRACKET);
    out.jsonString(text.show(fields.name));
    out.octet(COMMA);
    out.jsonString(text.show(fields.value));
    out.octet(RIGHT_BRACKET);
  }
}

function writeOptional(out: OctetWriter, text: string | null): void {
  if (text === null) out.constant(NULL);
  else out.jsonString(text);
}
