// What changed in meaning from one capture to another: connections are paired by target, kind and order, the messages of each
// direction aligned by what they say. Gives data; knows nothing of how it is shown.

import { DIRECTIONS } from '../../dissect/direction.ts';
import type { SaidEvent } from '../../dissect/said-event.ts';
import { align } from '../alignment.ts';
import { type CaptureLog, type ConnectionLog, countsByCode, handshakeOf, isUpgraded } from '../capture-log.ts';
import { isLonger } from '../values.ts';
import { type Content, contentOf, differencesBetween } from './content.ts';
import type { IgnoredPaths } from './ignored-paths.ts';

/** `moved`: the same is said, in another place of its direction. */
export type ChangeKind = 'missing' | 'added' | 'moved' | 'changed' | 'timing' | 'handshake' | 'diagnostics' | 'end';

export interface Detail {
  path: string;
  left: unknown;
  right: unknown;
}

export interface Change {
  kind: ChangeKind;
  /** In the left capture; null for what was added, and for what is not a message. */
  left: SaidEvent | null;
  right: SaidEvent | null;
  details: Detail[];
}

export interface ConnectionDifference {
  left: ConnectionLog | null;
  right: ConnectionLog | null;
  target: string | null;
  changes: Change[];
}

export interface Comparison {
  /** Only those that differ. */
  connections: ConnectionDifference[];
  /** Connections that were compared with another. */
  compared: number;
  /** Messages and control frames that are the same on both sides. */
  same: number;
  /** Of these, messages whose lengths alone are the same, as nothing else is known of them. */
  sameByLength: number;
}

export interface CompareOptions {
  ignored: IgnoredPaths;
  /** Seconds by which the time since the message before may differ. */
  timing: number;
}

export async function compareCaptures(
  left: CaptureLog,
  right: CaptureLog,
  options: CompareOptions,
): Promise<Comparison> {
  const pairs = pairConnections(left.connections, right.connections);
  const comparison: Comparison = { connections: [], compared: 0, same: 0, sameByLength: 0 };
  for (const pair of pairs) {
    const target = targetOf(pair.left ?? pair.right);
    if (pair.left === null || pair.right === null) {
      comparison.connections.push({ ...pair, target, changes: [] });
      continue;
    }
    comparison.compared++;
    const { changes, same, sameByLength } = await compareConnections(pair.left, pair.right, options);
    comparison.same += same;
    comparison.sameByLength += sameByLength;
    if (changes.length > 0) comparison.connections.push({ ...pair, target, changes });
  }
  return comparison;
}

function targetOf(log: ConnectionLog | null): string | null {
  return log === null ? null : (handshakeOf(log)?.request.target ?? null);
}

type Pair = Readonly<Record<'left' | 'right', ConnectionLog | null>>;

const hasSameTarget = (one: ConnectionLog, other: ConnectionLog) => targetOf(one) === targetOf(other);
const isSameKind = (one: ConnectionLog, other: ConnectionLog) => isUpgraded(one) === isUpgraded(other);

/** What makes two connections a pair, the surest first; each takes what is left of both captures in order. */
const PAIRINGS: readonly ((one: ConnectionLog, other: ConnectionLog) => boolean)[] = [
  (one, other) => hasSameTarget(one, other) && isSameKind(one, other),
  // An upgrade that is refused now, or no longer.
  hasSameTarget,
  isSameKind,
];

function pairConnections(left: readonly ConnectionLog[], right: readonly ConnectionLog[]): Pair[] {
  const pairs: Pair[] = [];
  const open = [...right];
  let alone = [...left];
  for (const fits of PAIRINGS) {
    alone = alone.filter((log) => {
      const at = open.findIndex((other) => fits(log, other));
      if (at >= 0) pairs.push({ left: log, right: open.splice(at, 1)[0] });
      return at < 0;
    });
  }
  for (const log of alone) pairs.push({ left: log, right: null });
  for (const log of open) pairs.push({ left: null, right: log });
  const number = ({ left: one, right: other }: Pair) => (one ?? other)?.connection ?? 0;
  return pairs.sort((one, other) => number(one) - number(other));
}

async function compareConnections(left: ConnectionLog, right: ConnectionLog, options: CompareOptions) {
  const { ignored } = options;
  const changes: Change[] = [];
  if (!ignored.given.has('handshake'))
    changes.push(...aboutConnection('handshake', facts(left), facts(right), ignored));
  let same = 0;
  let sameByLength = 0;
  for (const direction of DIRECTIONS) {
    const of = (log: ConnectionLog) =>
      comparedOf(log, ignored)
        .filter((said) => said.direction === direction)
        .map((said) => contentOf(said, ignored));
    const times = [timesOf(comparedOf(left, ignored)), timesOf(comparedOf(right, ignored))] as const;
    const found = await compareSequences(of(left), of(right), times, options);
    changes.push(...found.changes);
    same += found.same;
    sameByLength += found.sameByLength;
  }
  if (!ignored.given.has('diagnostics')) {
    changes.push(...aboutConnection('diagnostics', countsByCode(left), countsByCode(right), ignored));
  }
  if (!ignored.given.has('end')) {
    changes.push(...aboutConnection('end', { how: left.end?.how ?? null }, { how: right.end?.how ?? null }, ignored));
  }
  return { changes: changes.sort(byPacket), same, sameByLength };
}

/** What is about the connection stands where it belongs: the handshake first, the end last. */
function byPacket(one: Change, other: Change): number {
  const place = ({ kind, left, right }: Change) => {
    if (kind === 'handshake') return Number.NEGATIVE_INFINITY;
    return (left ?? right)?.elapsed ?? Number.POSITIVE_INFINITY;
  };
  const [a, b] = [place(one), place(other)];
  return a === b ? 0 : a - b;
}

function facts(log: ConnectionLog): Record<string, unknown> {
  const handshake = handshakeOf(log);
  if (handshake === null) return {};
  const { request, response, subprotocol, extensions, accept } = handshake;
  return { target: request.target, status: response?.status ?? null, subprotocol, extensions, accept };
}

function aboutConnection(kind: ChangeKind, left: object, right: object, ignored: IgnoredPaths): Change[] {
  const details = differencesBetween(left, right, kind).filter(({ path }) => !ignored.covers(path, undefined));
  return details.length === 0 ? [] : [{ kind, left: null, right: null, details }];
}

function comparedOf(log: ConnectionLog, ignored: IgnoredPaths): SaidEvent[] {
  return log.said.filter((said) => !ignored.covers(said.opcode, undefined));
}

/** Seconds since what was said before it, by either side. */
function timesOf(said: readonly SaidEvent[]): Map<SaidEvent, number> {
  const times = new Map<SaidEvent, number>();
  said.forEach((each, index) => {
    if (index > 0) times.set(each, each.elapsed - said[index - 1].elapsed);
  });
  return times;
}

async function compareSequences(
  left: readonly Content[],
  right: readonly Content[],
  [leftTimes, rightTimes]: readonly [ReadonlyMap<SaidEvent, number>, ReadonlyMap<SaidEvent, number>],
  { timing, ignored }: CompareOptions,
) {
  const pairs = await align(left, right, (one, other) => one.key === other.key);
  const found: Found[] = [];
  const gone: Content[] = [];
  const come: Content[] = [];
  let same = 0;
  let sameByLength = 0;
  for (const { left: one, right: other } of pairs) {
    if (one !== null && other !== null) {
      same++;
      if (one.isUnread) sameByLength++;
      const took = { left: leftTimes.get(one.said), right: rightTimes.get(other.said) };
      const isLate = isLonger(Math.abs((took.left ?? 0) - (took.right ?? 0)), timing);
      if (isLate && took.left !== undefined && took.right !== undefined && !ignored.given.has('timing')) {
        const details = [{ path: 'seconds since the message before', ...took }];
        found.push({ kind: 'timing', left: one, right: other, details });
      }
      found.push(...settle(gone, come));
    } else if (one !== null) gone.push(one);
    else if (other !== null) come.push(other);
  }
  found.push(...settle(gone, come));
  return { changes: withMoves(found), same, sameByLength };
}

/** A change with what each side said, by which it may be found elsewhere. */
interface Found {
  kind: 'missing' | 'added' | 'changed' | 'timing';
  left: Content | null;
  right: Content | null;
  details: Detail[];
}

/** Between two messages that are the same: what is of one kind on both sides was changed, the rest is missing or added. */
function settle(gone: Content[], come: Content[]): Found[] {
  const found = gone.splice(0).map((left): Found => {
    const at = come.findIndex(({ kind }) => kind === left.kind);
    if (at < 0) return { kind: 'missing', left, right: null, details: [] };
    const [right] = come.splice(at, 1);
    return { kind: 'changed', left, right, details: differencesBetween(left.parts, right.parts, '') };
  });
  return [...found, ...come.splice(0).map((right): Found => ({ kind: 'added', left: null, right, details: [] }))];
}

/** What is missing in one place and added in another was moved. */
function withMoves(found: readonly Found[]): Change[] {
  const taken = new Set<Found>();
  const changes = found.map((each): [Found, Change] => {
    const { kind, left, right, details } = each;
    const change: Change = { kind, left: left?.said ?? null, right: right?.said ?? null, details };
    if (kind !== 'missing') return [each, change];
    const there = found.find((other) => other.kind === 'added' && !taken.has(other) && other.right?.key === left?.key);
    if (there === undefined) return [each, change];
    taken.add(there);
    return [each, { ...change, kind: 'moved', right: there.right?.said ?? null }];
  });
  return changes.flatMap(([each, change]) => (taken.has(each) ? [] : [change]));
}
