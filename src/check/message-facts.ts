// What a condition can ask of a message or control frame: its event's fields under short names. What an event has not is
// null, so that a question about it is answered and not refused. Knows no language of conditions.

import { jsonValueOf } from '../codec/json-value.ts';
import type { ControlEvent, MessageEvent } from '../dissect/events.ts';
import type { SaidEvent } from '../dissect/said-event.ts';
import type { Facts } from './condition.ts';

/** A field of a message or control frame; undefined where it has none. */
export type Fact = (said: SaidEvent) => unknown;

const ofMessage =
  (fact: (message: MessageEvent) => unknown): Fact =>
  (said) =>
    said.type === 'message' ? fact(said) : undefined;
const ofControl =
  (fact: (control: ControlEvent) => unknown): Fact =>
  (said) =>
    said.type === 'control' ? fact(said) : undefined;

/** In the order in which documentation and messages list them. */
export const FACTS = {
  kind: (said) => said.type,
  type: ofMessage((message) => message.decoded?.type),
  id: ofMessage((message) => message.decoded?.id),
  value: ofMessage((message) => message.decoded?.value),
  text: ofMessage((message) => message.text),
  json: (said) => (said.type === 'message' && said.text !== undefined ? jsonOf(said.text) : null),
  error: ofMessage((message) => message.decodeError?.code),
  opcode: (said) => said.opcode,
  direction: (said) => said.direction,
  length: (said) => said.length,
  wireLength: (said) => (said.type === 'message' ? said.wireLength : said.length),
  frames: (said) => (said.type === 'message' ? said.frames : 1),
  compressed: (said) => said.type === 'message' && said.compressed,
  index: ofMessage((message) => message.index),
  code: ofControl((control) => control.code),
  name: ofControl((control) => control.name),
  reason: ofControl((control) => control.reason),
  connection: (said) => said.connection,
  packet: (said) => said.packet,
  elapsed: (said) => said.elapsed,
  time: (said) => said.time,
} as const satisfies Readonly<Record<string, Fact>>;

/** Their names. */
export const MESSAGE_FACTS: readonly string[] = Object.keys(FACTS);

export function factsOf(said: SaidEvent): Facts {
  return Object.fromEntries(Object.entries(FACTS).map(([name, fact]) => [name, () => fact(said) ?? null]));
}

/** The facts of several messages, each under its role: `request` is a map of what is asked of a message alone. */
export function factsByRole(roles: Readonly<Record<string, SaidEvent>>): Facts {
  return Object.fromEntries(Object.entries(roles).map(([role, said]) => [role, () => factMap(said)]));
}

export function factMap(said: SaidEvent): Record<string, unknown> {
  return Object.fromEntries(Object.entries(FACTS).map(([name, fact]) => [name, fact(said) ?? null]));
}

/** The text as JSON; null where it is none, or beyond the bounds of `jsonValueOf`. */
export function jsonOf(text: string): unknown {
  return jsonValueOf(text) ?? null;
}
