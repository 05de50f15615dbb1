// What changed in meaning from one capture to another: connections are paired by target, kind and order, the messages of each
// direction aligned by what they say. Gives data; knows nothing of how it is shown.

import { DIRECTIONS } from '../../dissect/direction.ts';
import type { SaidEvent } from '../../dissect/said-event.ts';
import { align, makePatience, type Patience } from '../alignment.ts';
import { type CaptureLog, type ConnectionLog, countsByCode, handshakeOf, isUpgraded } from '../capture-log.ts';
import { isLonger } from '../values.ts';
import { type Content, canonical, contentOf, differencesBetween } from './content.ts';
import type { IgnoredPaths } from './ignored-paths.ts';
import { Queues } from './queues.ts';

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
  const patience = makePatience();
  const comparison: Comparison = { connections: [], compared: 0, same: 0, sameByLength: 0 };
  for (const pair of pairs) {
    const target = targetOf(pair.left ?? pair.right);
    if (pair.left === null || pair.right === null) {
      comparison.connections.push({ ...pair, target, changes: [] });
      continue;
    }
    comparison.compared++;
    const { changes, same, sameByLength } = await compareConnections(pair.left, pair.right, options, patience);
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

/** What two connections have in common that are a pair, the surest first; each takes what is left of both captures in order. */
const PAIRINGS: readonly ((log: ConnectionLog) => string)[] = [
  (log) => canonical([targetOf(log), isUpgraded(log)]),
  // An upgrade that is refused now, or no longer.
  (log) => canonical(targetOf(log)),
  (log) => canonical(isUpgraded(log)),
];

function pairConnections(left: readonly ConnectionLog[], right: readonly ConnectionLog[]): Pair[] {
  const pairs: Pair[] = [];
  let open = [...right];
  let alone = [...left];
  for (const keyOf of PAIRINGS) {
    const queues = new Queues(open, keyOf);
    const taken = new Set<ConnectionLog>();
    alone = alone.filter((log) => {
      const other = queues.take(keyOf(log));
      if (other === undefined) return true;
      taken.add(other);
      pairs.push({ left: log, right: other });
      return false;
    });
    open = open.filter((log) => !taken.has(log));
  }
  for (const log of alone) pairs.push({ left: log, right: null });
  for (const log of open) pairs.push({ left: null, right: log });
  const number = ({ left: one, right: other }: Pair) => (one ?? other)?.connection ?? 0;
  return pairs.sort((one, other) => number(one) - number(other));
}

async function compareConnections(
  left: ConnectionLog,
  right: ConnectionLog,
  options: CompareOptions,
  patience: Patience,
) {
  const { ignored } = options;
  let changes: Change[] = [];
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
    const found = await compareSequences(of(left), of(right), times, options, patience);
    changes = changes.concat(found.changes);
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

/** What became of the messages of one direction. */
export async function compareSequences(
  left: readonly Content[],
  right: readonly Content[],
  [leftTimes, rightTimes]: readonly [ReadonlyMap<SaidEvent, number>, ReadonlyMap<SaidEvent, number>],
  { timing, ignored }: CompareOptions,
  patience: Patience,
) {
  const pairs = await align(left, right, (one, other) => one.key === other.key, patience);
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
      for (const each of settle(gone, come)) found.push(each);
    } else if (one !== null) gone.push(one);
    else if (other !== null) come.push(other);
  }
  return { changes: withMoves(found.concat(settle(gone, come))), same, sameByLength };
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
  if (gone.length === 0 && come.length === 0) return [];
  const added = come.splice(0);
  const queues = new Queues(added, ({ kind }) => kind);
  const taken = new Set<Content>();
  const found = gone.splice(0).map((left): Found => {
    const right = queues.take(left.kind);
    if (right === undefined) return { kind: 'missing', left, right: null, details: [] };
    taken.add(right);
    return { kind: 'changed', left, right, details: differencesBetween(left.parts, right.parts, '') };
  });
  const rest = added.filter((right) => !taken.has(right));
  return found.concat(rest.map((right) => ({ kind: 'added', left: null, right, details: [] })));
}

/** What is missing in one place and added in another was moved. */
function withMoves(found: readonly Found[]): Change[] {
  const keyOf = ({ left, right }: Found) => (left ?? right)?.key ?? '';
  const queues = new Queues(
    found.filter(({ kind }) => kind === 'added'),
    keyOf,
  );
  const taken = new Set<Found>();
  const changes = found.map((each): [Found, Change] => {
    const { kind, left, right, details } = each;
    const change: Change = { kind, left: left?.said ?? null, right: right?.said ?? null, details };
    const there = kind === 'missing' ? queues.take(keyOf(each)) : undefined;
    if (there === undefined) return [each, change];
    taken.add(there);
    return [each, { ...change, kind: 'moved', right: there.right?.said ?? null }];
  });
  return changes.flatMap(([each, change]) => (taken.has(each) ? [] : [change]));
}
