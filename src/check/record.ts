// Drafts expectations from a good capture. `strict` expects every message as it was, in the order of all; `loose` expects of
// each side what it said in its order, without what is another every time (`volatile.ts`). Gives data; YAML is made elsewhere.

import type { ControlEvent, MessageEvent } from '../dissect/events.ts';
import type { SaidEvent } from '../dissect/said-event.ts';
import {
  type CaptureLog,
  type ConnectionLog,
  countsByCode,
  dataLengthOf,
  handshakeOf,
  isUnanswered,
  isUpgraded,
} from './capture-log.ts';
import { dataOf, type MatcherSpec, sha256Of } from './matcher.ts';
import { jsonOf } from './message-facts.ts';
import { stableOf, stableTargetOf } from './volatile.ts';

export type RecordMode = 'strict' | 'loose';

/** An expectation as it stands in a file. */
export type DraftedExpectation = Readonly<Record<string, unknown>>;

/** Longer texts and payloads are told by their SHA-256. */
const LONGEST_TEXT = 400;
const LONGEST_DATA = 96;

export function recordExpectations(log: CaptureLog, mode: RecordMode): DraftedExpectation[] {
  return [
    { capture: { complete: log.summary?.complete ?? false } },
    { connections: countsOf(log, mode) },
    ...log.connections.flatMap((connection, index) => ofConnection(connection, index, mode)),
  ].map((drafted) => ({ ...drafted, recorded: mode }));
}

function countsOf({ connections }: CaptureLog, mode: RecordMode): DraftedExpectation {
  const webSocket = connections.filter(isUpgraded).length;
  const unanswered = connections.filter(isUnanswered).length;
  const refused = connections.length - webSocket - unanswered;
  if (mode === 'strict') return { webSocket, refused, unanswered };
  if (webSocket > 0) return { webSocket: { min: webSocket } };
  const failed = Object.entries({ refused, unanswered }).filter(([, count]) => count > 0);
  return { webSocket, ...Object.fromEntries(failed.map(([name, count]) => [name, { min: count }])) };
}

function ofConnection(log: ConnectionLog, index: number, mode: RecordMode): DraftedExpectation[] {
  const on = { index };
  const drafted: DraftedExpectation[] = [];
  const handshake = handshakeOf(log);
  if (handshake !== null) {
    const { request, response, subprotocol, extensions, accept } = handshake;
    const target = mode === 'strict' ? literal(request.target) : stableTargetOf(request.target);
    const status = response?.status ?? null;
    drafted.push({ on, handshake: { status, target, subprotocol, extensions, accept } });
  }
  if (isUpgraded(log)) {
    const says = log.said.flatMap((said) => entryOf(said, mode));
    const strictly = mode === 'strict' ? { exact: true } : { order: 'direction', others: true };
    if (says.length > 0 || mode === 'strict') drafted.push({ on, conversation: { ...strictly, says } });
    if (log.end !== null && mode === 'strict') drafted.push({ on, close: { how: log.end.how } });
  }
  if (mode === 'loose') drafted.push({ on, diagnostics: looseDiagnostics(log) });
  else drafted.push({ on, diagnostics: { exactly: countsByCode(log) } });
  return drafted;
}

/** No warnings but those that are there. */
function looseDiagnostics(log: ConnectionLog): DraftedExpectation {
  const accept = [...new Set(log.diagnostics.flatMap(({ code, severity }) => (severity === 'note' ? [] : [code])))];
  return { none: 'warning', ...(accept.length === 0 ? {} : { accept }) };
}

function entryOf(said: SaidEvent, mode: RecordMode): MatcherSpec[] {
  if (said.type === 'control') return controlEntry(said, mode);
  return [mode === 'strict' ? strictEntry(said) : looseEntry(said)];
}

function controlEntry(said: ControlEvent, mode: RecordMode): MatcherSpec[] {
  const { direction, opcode } = said;
  if (opcode === 'close') {
    const code = said.code ?? null;
    const reason = mode === 'strict' ? { reason: literal(said.reason ?? '') } : {};
    // What a reason has of octets that are no UTF-8 stands in `data` alone.
    return [{ direction, opcode, code, ...reason, ...(mode === 'strict' ? { data: said.data } : {}) }];
  }
  // Pings come when a clock says so.
  return mode === 'strict' ? [{ direction, opcode, ...payloadOf(said) }] : [];
}

function strictEntry(said: MessageEvent): MatcherSpec {
  const { direction, opcode, decoded, text, length, wireLength } = said;
  if (said.inflated === false) return { direction, opcode, compressed: true, wireLength };
  const sized = length === undefined ? {} : { length };
  if (decoded !== undefined) return { direction, type: decoded.type, value: literal(decoded.value), ...sized };
  const error = said.decodeError === undefined ? {} : { error: said.decodeError.code };
  if (text !== undefined && text.length <= LONGEST_TEXT) return { direction, text: literal(text), ...error };
  return { direction, opcode, ...error, ...payloadOf(said), ...sized };
}

function looseEntry(said: MessageEvent): MatcherSpec {
  const { direction, opcode, decoded, text, decodeError } = said;
  if (decoded !== undefined) return { direction, type: decoded.type, value: stableOf(escaped(decoded.value)) };
  if (decodeError !== undefined) return { direction, opcode, error: decodeError.code };
  if (text === undefined) return { direction, opcode };
  const json = jsonOf(text);
  if (typeof json === 'object' && json !== null) return { direction, json: stableOf(escaped(json)) };
  return text.length <= LONGEST_TEXT ? { direction, text: stableOf(text) } : { direction, opcode };
}

/** The payload where it is short, else its hash; nothing where it is not at hand. */
function payloadOf(said: SaidEvent): MatcherSpec {
  const data = dataOf(said);
  if (data === undefined) return {};
  if (dataLengthOf(data) <= LONGEST_DATA) return { data };
  const sha256 = sha256Of(said);
  return sha256 === undefined ? {} : { sha256 };
}

/** The value as one that is compared whole; what looks like an operator is guarded. */
function literal(value: unknown): unknown {
  return hasOperator(value) ? { $is: value } : value;
}

function escaped(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(escaped);
  if (typeof value !== 'object' || value === null) return value;
  if (Object.keys(value)[0]?.startsWith('$')) return { $is: value };
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, escaped(member)]));
}

function hasOperator(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (Object.keys(value)[0]?.startsWith('$')) return true;
  return Object.values(value).some(hasOperator);
}
