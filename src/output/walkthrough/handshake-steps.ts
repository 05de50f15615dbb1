// The steps of the opening handshake, RFC 6455 §4: the request, the answer, and the arithmetic that ties them. Knows no
// frames.

import type { Direction, HandshakeEvent, HandshakeResponse, Protocol } from '../../dissect/events.ts';
import { acceptKey, GUID } from '../../http/accept-key.ts';
import { parseExtensions } from '../../http/extensions.ts';
import { hexOf } from '../../octet-hex.ts';
import { formatPlural } from '../../plural.ts';
import { agreementOf, type Headers } from '../header-values.ts';
import { cutText } from '../terminal-text.ts';
import type { ConversationRecord } from './conversation-record.ts';
import {
  type Block,
  code,
  note,
  type PacketReference,
  type Prose,
  paragraph,
  prose,
  type Step,
  strong,
  type Table,
} from './document.ts';
import {
  type FieldMeanings,
  fieldMeaning,
  type HandshakeFacts,
  REQUEST_FIELDS,
  RESPONSE_FIELDS,
  STATUS_MEANINGS,
} from './handshake-fields.ts';
import { hasOpening } from './opening-steps.ts';

const FIELDS_SHOWN = 24;
const VALUE_SHOWN = 160;
const BODY_SHOWN = 400;

/** A handshake that was accepted, or its answer alone. */
type Acceptance = HandshakeFacts & Pick<HandshakeEvent, 'subprotocol' | 'extensions'>;

export function handshakeSteps(record: ConversationRecord): Step[] {
  const { handshake, midstream } = record;
  if (handshake === null) {
    const answer = midstream?.response;
    return answer === undefined ? [] : [acceptanceStep(record, answerAlone(answer), answer)];
  }
  const { response, upgraded } = handshake;
  const steps = [requestStep(record, handshake)];
  if (response === null) return steps;
  if (!upgraded) return [...steps, refusalStep(record, handshake, response)];
  return [...steps, acceptanceStep(record, handshake, response), arithmeticStep(handshake, response)];
}

/** What is known of an upgrade by its answer. */
function answerAlone({ headers }: HandshakeResponse): Acceptance {
  return { request: null, upgraded: true, accept: 'unknown', ...agreementOf(headers) };
}

/** What is missing of the handshake, or null. */
export function missingHandshake(record: ConversationRecord): Block | null {
  const { handshake, midstream } = record;
  if (handshake === null && midstream?.response !== undefined) {
    return note(
      midstream.unreadRequest
        ? 'The request of the opening handshake is too large to be read'
        : 'The request of the opening handshake is not in this capture',
      prose`Its answer is: ${code(`${midstream.response.status} ${shortened(midstream.response.reason)}`)}. What was asked for is not known.`,
    );
  }
  if (handshake === null) {
    const confidence = Math.round((midstream?.confidence ?? 0) * 100);
    const begins = hasOpening(record) ? prose`` : prose`The capture begins in the middle of the conversation. `;
    return note(
      'The opening handshake is not in this capture',
      prose`${begins}That this is WebSocket was concluded from the octets themselves, with a confidence of ${confidence} %; what was agreed upon at the start is not known.`,
    );
  }
  if (handshake.response !== null) return null;
  if (handshake.unreadAnswer !== undefined) return note(...unreadAnswerWords(handshake.unreadAnswer, record.upgraded));
  return note(
    'The answer is not in this capture',
    record.upgraded
      ? prose`That the server agreed is shown by the frames behind the request; what else it said is not known.`
      : prose`Whether the server agreed is not known.`,
  );
}

/** What is said of an answer that is there and could not be read. */
function unreadAnswerWords(looksLike: Protocol, upgraded: boolean): [title: string, says: Prose] {
  if (upgraded) {
    return [
      'The answer could not be read',
      prose`That the server agreed is shown by the frames behind it; what else it said is not known.`,
    ];
  }
  if (looksLike === 'http') return ['The answer could not be read', prose`Whether the server agreed is not known.`];
  const why =
    looksLike === 'tls'
      ? prose`What it sent looks like TLS, often an alert: the client has to use wss:// there, and speak TLS before HTTP.`
      : prose`Another program than a web server listens there, or one that was not ready to speak HTTP.`;
  return ['The server answered with no HTTP', prose`So there is no WebSocket on this connection. ${why}`];
}

function requestStep(record: ConversationRecord, handshake: HandshakeEvent): Step {
  const { method, target, headers } = handshake.request;
  return {
    title: prose`${code(method)}: the client asks for WebSocket`,
    packets: packetOf(record, record.requestPacket, 'c2s'),
    blocks: [
      paragraph`WebSocket begins as HTTP, so that it can share a port with a web site: ${requestPlace(record)} ${code(`${method} ${shortened(target)}`)} names what it wants to talk to, and
      its fields ask the server to leave HTTP behind on this connection (RFC 6455 §4.1).`,
      fieldTable('The fields of the request', headers, REQUEST_FIELDS, handshake),
    ],
  };
}

/** Where in what the client says the request stands. */
function requestPlace({ earlierRequests, prefix }: ConversationRecord): Prose {
  if (earlierRequests > 0) {
    return prose`behind ${formatPlural(earlierRequests, 'other request')} on this connection the client sends one more in plain text.`;
  }
  if (prefix === null) return prose`the first thing that the client sends is an HTTP request in plain text.`;
  return prose`behind what stands before HTTP here (${prefix.message}; ${prefix.reference}) the client sends an HTTP request in plain text.`;
}

function acceptanceStep(record: ConversationRecord, handshake: Acceptance, response: HandshakeResponse): Step {
  const { subprotocol, extensions } = handshake;
  const agreed: Prose[] = [];
  agreed.push(
    parseExtensions(extensions ?? '').extensions.length === 0
      ? prose`No extension is agreed upon: nothing will be compressed, and the three reserved bits of each frame must be 0.`
      : prose`The extensions agreed upon are ${code(shortened(extensions ?? ''))}.`,
  );
  if (subprotocol !== null) agreed.push(prose` The subprotocol is ${code(shortened(subprotocol))}.`);
  return {
    title: prose`${code(response.status)}: the server switches protocols`,
    packets: packetOf(record, record.answerPacket, 's2c'),
    blocks: [
      paragraph`${code(`${response.status} ${shortened(response.reason)}`)} is the last HTTP on this connection. The
      empty line after the fields is its end; whatever comes after it, in either direction, is WebSocket (RFC 6455 §4.2.2).
      ${agreed.flat()}`,
      fieldTable('The fields of the answer', response.headers, RESPONSE_FIELDS, handshake),
    ],
  };
}

function refusalStep(record: ConversationRecord, handshake: HandshakeEvent, response: HandshakeResponse): Step {
  const meaning = STATUS_MEANINGS.get(response.status) ?? prose`Anything but 101 means that the connection stays HTTP.`;
  const body = response.body.trim();
  const blocks: Block[] = [
    paragraph`The answer is ${code(`${response.status} ${shortened(response.reason)}`)}, and not 101: there will be no
    WebSocket from this request (RFC 6455 §4.1). ${meaning}`,
    fieldTable('The fields of the answer', response.headers, RESPONSE_FIELDS, handshake),
  ];
  if (body !== '') {
    blocks.push(paragraph`In the body stands: ${code(cutText(body, BODY_SHOWN))}`);
  }
  return {
    title: prose`${code(response.status)}: the server refuses`,
    packets: packetOf(record, record.answerPacket, 's2c'),
    blocks,
  };
}

function arithmeticStep(handshake: HandshakeEvent, response: HandshakeResponse): Step {
  const key = fieldValue(handshake.request.headers, 'sec-websocket-key');
  const answered = fieldValue(response.headers, 'sec-websocket-accept');
  const computed = acceptKey(key ?? '');
  const digest = Array.from(Buffer.from(computed, 'base64'), hexOf).join('');
  const verdicts: Record<HandshakeEvent['accept'], Prose> = {
    ok: prose`${strong('They agree')}: whoever answered knows WebSocket and read this very request.`,
    wrong: prose`${strong('They differ')}: a client must end the connection here (RFC 6455 §4.1).`,
    missing: prose`${strong('The answer has no such field')}: a client must end the connection here (RFC 6455 §4.1).`,
  };
  return {
    title: prose`From the key to the accept value`,
    packets: [],
    blocks: [
      paragraph`How does the client know that the 101 comes from a WebSocket server, and not from some cache or a server
      that says yes to everything? The server must do a sum with the client's key that only the RFC tells of: append a
      fixed text, take the SHA-1 of both, write it in base64 (RFC 6455 §4.2.2). It is no secret and protects nothing;
      it proves understanding.`,
      {
        kind: 'arithmetic',
        rows: [
          { label: "the client's key", value: key === null ? prose`(absent)` : prose`${code(shortened(key))}` },
          { label: '+ the fixed text', value: prose`${code(GUID)}` },
          { label: '→ SHA-1, 20 octets', value: prose`${code(digest)}` },
          { label: '→ in base64', value: prose`${code(computed)}` },
          {
            label: 'the answer says',
            value: answered === null ? prose`(nothing)` : prose`${code(shortened(answered))}`,
          },
        ],
      },
      paragraph`${verdicts[handshake.accept]}`,
    ],
  };
}

function fieldTable(caption: string, headers: Headers, meanings: FieldMeanings, handshake: HandshakeFacts): Table {
  const rows = headers
    .slice(0, FIELDS_SHOWN)
    .map((field): Prose[] => [
      prose`${code(shortened(field[0]))}`,
      prose`${code(shortened(field[1]))}`,
      fieldMeaning(meanings, field, handshake),
    ]);
  if (headers.length > FIELDS_SHOWN) {
    rows.push([prose`…`, prose``, prose`${formatPlural(headers.length - FIELDS_SHOWN, 'field')} more`]);
  }
  return {
    kind: 'table',
    caption,
    columns: [
      { title: 'field', align: 'left' },
      { title: 'value', align: 'left' },
      { title: 'meaning', align: 'left' },
    ],
    rows,
  };
}

function packetOf(record: ConversationRecord, number: number | null, direction: Direction): PacketReference[] {
  if (number === null) return [];
  return [{ number, elapsed: record.packet(number)?.elapsed ?? null, direction }];
}

function fieldValue(headers: readonly [string, string][], name: string): string | null {
  return headers.find(([field]) => field.toLowerCase() === name)?.[1] ?? null;
}

function shortened(text: string): string {
  return cutText(text, VALUE_SHOWN);
}
