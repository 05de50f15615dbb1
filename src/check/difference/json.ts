// A comparison for programs: the changes with numbers of packets and connections, and what was said as in events.

import type { ConnectionLog } from '../capture-log.ts';
import type { Comparison } from './compare.ts';

export function comparisonJson({ connections, compared, same, sameByLength }: Comparison): object {
  const number = (log: ConnectionLog | null) => log?.connection ?? null;
  return {
    compared,
    same,
    sameByLength,
    connections: connections.map(({ left, right, target, changes }) => ({
      left: number(left),
      right: number(right),
      target,
      changes,
    })),
  };
}
