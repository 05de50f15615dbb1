// What a message says, as data that two captures can be compared by: nothing of packets, times, keys and fragments. Knows
// nothing of order.

import { createHash, type Hash } from 'node:crypto';
import { PIECE, piecesOf } from '../../codec/text-pieces.ts';
import type { SaidEvent } from '../../dissect/said-event.ts';
import { isUnread } from '../capture-log.ts';
import { jsonOf } from '../message-facts.ts';
import { pathBelow } from '../path-below.ts';
import type { IgnoredPaths } from './ignored-paths.ts';

/** UTF-16 units of a key; of what is longer a hash is the key. */
const KEY_LIMIT = 1024;

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
function typeOf(said: SaidEvent): string {
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

/**
 * JSON with keys in order, so that the same value is the same text; of what is long a hash, as all messages are kept. Each value
 * in it is written once, however deep it lies.
 */
export function canonical(value: unknown): string {
  let pieces: string[] = [];
  let length = 0;
  let hash: Hash | undefined;
  const write = (piece: string) => {
    pieces.push(piece);
    length += piece.length;
    if (length <= KEY_LIMIT) return;
    hash ??= createHash('sha256');
    hash.update(pieces.join(''));
    pieces = [];
    length = 0;
  };
  if (value !== undefined) writeInOrder(value, write);
  // Joined, and not added one to the other: V8 would keep each of them.
  const text = pieces.join('');
  return hash === undefined ? text : hash.update(text).digest('hex');
}

function writeInOrder(value: unknown, write: (piece: string) => void): void {
  if (typeof value === 'string' && value.length > PIECE) {
    write('"');
    for (const piece of piecesOf(value, (part) => JSON.stringify(part).slice(1, -1))) write(piece);
    write('"');
  } else if (Array.isArray(value)) {
    write('[');
    for (const item of value) {
      writeInOrder(item, write);
      write(',');
    }
    write(']');
  } else if (isNested(value)) {
    write('{');
    for (const key of Object.keys(value).sort()) {
      const member = value[key];
      if (member === undefined) continue;
      writeInOrder(key, write);
      write(':');
      writeInOrder(member, write);
      write(',');
    }
    write('}');
  } else write(typeof value === 'bigint' ? String(value) : (JSON.stringify(value) ?? 'null'));
}

function isNested(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

interface Difference {
  path: string;
  left: unknown;
  right: unknown;
}

/** Where two values differ, by path, of which a long one is cut. */
export function differencesBetween(left: unknown, right: unknown, path: string): Difference[] {
  const found: Difference[] = [];
  collectDifferences(left, right, path, found);
  return found;
}

function collectDifferences(left: unknown, right: unknown, path: string, found: Difference[]): void {
  if (!isNested(left) || !isNested(right) || Array.isArray(left) !== Array.isArray(right)) {
    if (left !== right && canonical(left) !== canonical(right)) found.push({ path, left, right });
    return;
  }
  for (const key of new Set([...Object.keys(left), ...Object.keys(right)])) {
    const member = (of: Record<string, unknown>) => (Object.hasOwn(of, key) ? of[key] : undefined);
    collectDifferences(member(left), member(right), pathBelow(path, key), found);
  }
}
