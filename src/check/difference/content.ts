// What a message says, as data that two captures can be compared by: nothing of packets, times, keys and fragments. Knows
// nothing of order.

import { createHash } from 'node:crypto';
import { jsonPieces } from '../../codec/json-text.ts';
import type { SaidEvent } from '../../dissect/said-event.ts';
import { isUnread } from '../capture-log.ts';
import { jsonOf } from '../message-facts.ts';
import type { IgnoredPaths } from './ignored-paths.ts';

export interface Content {
  readonly said: SaidEvent;
  /** What makes it comparable with another: direction and type or opcode. */
  readonly kind: string;
  /** By name: `value`, `json`, `text`, `data`, `code` … */
  readonly parts: Readonly<Record<string, unknown>>;
  /** The whole of it: equal for what is the same. */
  readonly key: string;
  /** Whether nothing but lengths is known of it, so that what is equal may still be something else. */
  readonly isUnread: boolean;
}

export function contentOf(said: SaidEvent, ignored: IgnoredPaths): Content {
  const type = typeOf(said);
  const parts: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(partsOf(said))) {
    const kept = ignored.pruned(value, name, type);
    if (kept !== undefined) parts[name] = kept;
  }
  const kind = `${said.direction} ${type}`;
  return { said, kind, parts, key: `${kind} ${canonical(parts)}`, isUnread: isUnread(said) };
}

/** Name of the message's type, else its opcode. */
export function typeOf(said: SaidEvent): string {
  return (said.type === 'message' ? said.decoded?.type : undefined) ?? said.opcode;
}

function partsOf(said: SaidEvent): Record<string, unknown> {
  if (said.type === 'control') {
    if (said.opcode === 'close') return { code: said.code ?? null, reason: said.reason ?? '' };
    return { data: said.data };
  }
  const { decoded, decodeError, text, data, wireLength, inflated } = said;
  if (inflated === false) return { wireLength };
  if (decoded !== undefined) return { value: decoded.value };
  const error = decodeError === undefined ? {} : { error: decodeError.code };
  if (text === undefined) return { ...error, ...(data === undefined ? { length: said.length } : { data }) };
  const json = jsonOf(text);
  return typeof json === 'object' && json !== null ? { ...error, json } : { ...error, text };
}

/** JSON with keys in order, so that the same value is the same text; of what is long a hash, as all messages are kept. */
function canonical(value: unknown): string {
  if (value === undefined) return '';
  const pieces = jsonPieces(inOrder(value));
  const first = pieces.next();
  let next = pieces.next();
  if (next.done) return first.value;
  const hash = createHash('sha256').update(first.value);
  for (; !next.done; next = pieces.next()) hash.update(next.value);
  return hash.digest('hex');
}

function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
  return Object.fromEntries(members.map(([key, member]) => [key, inOrder(member)]));
}

/** Where two values differ, by path. */
export function differencesBetween(
  left: unknown,
  right: unknown,
  path: string,
): { path: string; left: unknown; right: unknown }[] {
  if (canonical(left) === canonical(right)) return [];
  const nested = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
  if (!nested(left) || !nested(right) || Array.isArray(left) !== Array.isArray(right)) return [{ path, left, right }];
  const keys = [...new Set([...Object.keys(left), ...Object.keys(right)])];
  return keys.flatMap((key) => {
    const member = (of: Record<string, unknown>) => (Object.hasOwn(of, key) ? of[key] : undefined);
    return differencesBetween(member(left), member(right), path === '' ? key : `${path}.${key}`);
  });
}
