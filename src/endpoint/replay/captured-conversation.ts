// A captured conversation as a script: what each side said, when, and what the handshake asked for. Made of the dissector's
// events; it opens no connection.

import type { Direction, HandshakeEvent, WsdissectEvent } from '../../dissect/events.ts';
import type { SaidEvent } from '../../dissect/said-event.ts';
import { listElements } from '../../http/field-text.ts';
import { checkValue } from '../../option-checks.ts';
import { CONNECTION_NUMBER, CONVERSATION, EVENT, EVENTS } from '../option-tables.ts';

/** One thing said. */
export interface Said {
  direction: Direction;
  kind: 'text' | 'binary' | 'ping' | 'pong' | 'close';
  data: Uint8Array;
  /** Of a close frame; null where it had none. */
  code: number | null;
  reason: string;
  /** Packet that carried its last octet. */
  packet: number;
  /** Since the capture's first packet. */
  seconds: number;
}

export interface CapturedConversation {
  /** Number of the TCP connection. */
  connection: number;
  /** Null where the capture began later. */
  handshake: HandshakeEvent | null;
  /** In the order of the capture. */
  said: Said[];
  /** Why the capture could not be read to its end; null where it could. */
  damage: string | null;
}

/** There is nothing to replay; the message says why, and what to do. */
export class ReplayError extends Error {
  override readonly name = 'ReplayError';
  /** The same as of a conversation. */
  readonly damage: string | null;

  constructor(message: string, damage: string | null = null) {
    super(message);
    this.damage = damage;
  }
}

/** Octets of what is said, of which all is held, and what each takes beside them. */
const SAID_LIMIT = 512 * 1024 * 1024;
const SAID_COST = 256;

/**
 * The conversation of `connection`, or where that is null the first in which something was said.
 *
 * @param events with `payload: 'always'`
 * @param connection number of the TCP connection
 * @throws {ReplayError} where there is none, or not all of it can be said again
 * @throws {TypeError} where these are no events, or no number, before any is asked for
 */
export async function conversationOf(
  events: AsyncIterable<WsdissectEvent> | Iterable<WsdissectEvent>,
  connection: number | null = null,
): Promise<CapturedConversation> {
  checkValue('events', events, EVENTS);
  checkValue('connection', connection, CONNECTION_NUMBER);
  const handshakes = new Map<number, HandshakeEvent>();
  const seen = new Set<number>();
  let chosen = connection;
  const said: Said[] = [];
  let octets = 0;
  let damage: string | null = null;
  for await (const event of events) {
    checkValue('each of events', event, EVENT);
    if (event.type === 'handshake' && event.upgraded) handshakes.set(event.connection, event);
    if (event.type === 'handshake' || event.type === 'midstream') seen.add(event.connection);
    if (event.type === 'summary') damage = event.error ?? null;
    if (event.type !== 'message' && event.type !== 'control') continue;
    chosen ??= event.connection;
    if (event.connection !== chosen) continue;
    const each = saidOf(event);
    octets += each.data.length + SAID_COST;
    if (octets > SAID_LIMIT) {
      const advice = 'replay a part of it, as editcap -r cuts it out';
      throw new ReplayError(
        `packet ${event.packet}: more than ${SAID_LIMIT / 2 ** 20} MiB are said up to here; ${advice}`,
      );
    }
    said.push(each);
  }
  if (chosen === null || said.length === 0) throw new ReplayError(nothingSaid(connection, seen), damage);
  return { connection: chosen, handshake: handshakes.get(chosen) ?? null, said, damage };
}

/**
 * What the captured client offered.
 *
 * @throws {TypeError} where it is no conversation
 */
export function subprotocolsOf(conversation: CapturedConversation): string[] {
  checkValue('conversation', conversation, CONVERSATION);
  const { handshake } = conversation;
  const fields = handshake?.request.headers.filter(([name]) => name.toLowerCase() === 'sec-websocket-protocol') ?? [];
  return fields.flatMap(([, value]) => listElements(value));
}

/** Conversations that are named where the one that was asked for is not there. */
const LISTED = 10;

function nothingSaid(connection: number | null, seen: ReadonlySet<number>): string {
  const known = [...seen].slice(0, LISTED).join(', ') + (seen.size > LISTED ? `, … of ${seen.size}` : '');
  if (seen.size === 0) return 'there is no WebSocket conversation in the capture; see wsdissect stats';
  if (connection === null) return 'nothing was said in any conversation of the capture';
  const what = seen.has(connection) ? 'nothing was said in it' : 'there is no such conversation';
  return `connection ${connection}: ${what}; conversations of the capture: ${known}`;
}

function saidOf(event: SaidEvent): Said {
  const common = { direction: event.direction, packet: event.packet, seconds: event.elapsed };
  if (event.type === 'control') {
    const { opcode: kind, code = null, reason = '' } = event;
    return { ...common, kind, data: Buffer.from(event.data, 'base64'), code, reason };
  }
  if (event.inflated === false) {
    throw new ReplayError(
      `packet ${event.packet}: a compressed message could not be inflated, so it cannot be said again`,
    );
  }
  if (event.text === undefined && event.data === undefined && event.length !== 0) {
    throw new ReplayError(
      `packet ${event.packet}: a message stands here without its payload, so it cannot be said again; it is longer than the limit, or dissect was not told payload: 'always'`,
    );
  }
  const data =
    event.text === undefined ? Buffer.from(event.data ?? '', 'base64') : new TextEncoder().encode(event.text);
  return { ...common, kind: event.opcode, data, code: null, reason: '' };
}
