// Whether a segment goes on with a connection that was let go, told by sequence numbers alone, and where it goes on.

import { FIN, octetsSent, RST, type Segment, SYN } from '../link/segment.ts';
import { startAt } from './acknowledgments.ts';
import type { Connection, Memo, Side } from './connection.ts';

/** Octets behind those heard last at which it is still taken for the same. */
const FARTHEST = 1 << 24;

/** What is known of a connection that was let go: it may be forgotten, and used for another, before that begins. */
export type LetGo = Pick<
  Connection<unknown>,
  'memo' | 'lowerSide' | 'next0' | 'next1' | 'initialSequence0' | 'initialSequence1' | 'subflow'
>;

/** `more`: the segment says what was not said before. `end`: the connection is over. */
export function whatFollows({ next0, next1 }: LetGo, side: Side, segment: Segment): 'more' | 'end' | 'nothing' {
  const octets = octetsSent(segment);
  if ((segment.flags & SYN) !== 0) return 'nothing';
  if (octets === 0) return (segment.flags & (FIN | RST)) !== 0 ? 'end' : 'nothing';
  const next = side === 0 ? next0 : next1;
  // What was said before is a copy, what is far away is of another connection.
  const beyond = next === null ? octets : (segment.sequence + octets - next) | 0;
  return beyond > 0 && beyond <= FARTHEST ? 'more' : 'nothing';
}

export function letGoOf(connection: Connection<unknown>): LetGo & { memo: Memo | null } {
  const { memo, lowerSide, next0, next1, initialSequence0, initialSequence1, subflow } = connection;
  return { memo, lowerSide, next0, next1, initialSequence0, initialSequence1, subflow };
}

/** Sets what a connection just begun knows of its numbers; returns whether its sides are the other way round. */
export function goOn(connection: Connection<unknown>, before: LetGo): boolean {
  const { next0, next1, initialSequence0, initialSequence1 } = before;
  const swapped = connection.lowerSide !== before.lowerSide;
  connection.initialSequence0 = swapped ? initialSequence1 : initialSequence0;
  connection.initialSequence1 = swapped ? initialSequence0 : initialSequence1;
  connection.subflow = before.subflow;
  before.subflow?.multipath.goOnAs(connection);
  if (connection.live === null) return swapped;
  const { half0, half1 } = connection.live;
  if (next0 !== null) startAt(swapped ? half1 : half0, next0);
  if (next1 !== null) startAt(swapped ? half0 : half1, next1);
  return swapped;
}
