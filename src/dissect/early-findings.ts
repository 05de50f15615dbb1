// What TCP finds of a connection of which nothing is known yet: kept until it is, up to a few. Most connections have none. It may
// cast doubt on what the handshake shows.

import type { Origin } from '../capture/packet.ts';
import { ANSWER_OF_ANOTHER } from '../http/response-rules.ts';
import type { HandshakeFinding } from '../http/upgrade.ts';
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

/** What of TCP says that an answer may belong to a request that was not read, or to one of another connection. */
const DOUBTFUL: ReadonlySet<string> = new Set(['tcp-before-beginning', 'tcp-shared-endpoints']);

/** The findings of a handshake: nobody is blamed for an answer that may be to another request. */
export function inDoubt(
  findings: readonly HandshakeFinding[],
  early: readonly EarlyFinding[],
): readonly HandshakeFinding[] {
  if (!early.some(({ rule }) => DOUBTFUL.has(rule.code))) return findings;
  return findings.map((finding) => {
    if (finding.code !== 'accept-wrong') return finding;
    return { ...finding, severity: 'note', message: `${finding.message}; ${ANSWER_OF_ANOTHER}`, peerWords: undefined };
  });
}
