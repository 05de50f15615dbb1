// What TCP finds of a connection of which nothing is known yet: kept until it is, up to a few. Most connections have none.

import type { Origin } from '../capture/packet.ts';
import type { Side } from '../tcp/connection.ts';
import type { Rule } from '../tcp/rules.ts';

const MOST = 256;

export interface EarlyFinding {
  rule: Rule;
  side: Side;
  message: string;
  origin: Origin;
}

export const NO_FINDINGS: readonly EarlyFinding[] = [];

/** The findings with one more, where there are not too many. */
export function withFinding(
  findings: readonly EarlyFinding[],
  rule: Rule,
  side: Side,
  message: string,
  origin: Origin,
): readonly EarlyFinding[] {
  if (findings.length >= MOST) return findings;
  return [...findings, { rule, side, message, origin: origin.copy() }];
}
