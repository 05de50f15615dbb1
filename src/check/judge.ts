// Holds expectations against a capture: chooses the connections that each is about, asks it of all, any or none of them, and
// adds the conversation around what was missed. Knows no kind of expectation.

import { DocumentError, type Place } from '../codec/document-error.ts';
import { type CaptureLog, type ConnectionLog, isUpgraded } from './capture-log.ts';
import { excerptOf } from './excerpt.ts';
import type { Expectation } from './expectations.ts';
import { type Path, PathError } from './path-error.ts';
import type { CaptureVerdict, Miss, Verdict } from './verdict.ts';

export interface JudgeableExpectations {
  readonly list: readonly Expectation[];
  placeOf(path: Path): Place;
}

/** @throws {DocumentError} of an expectation whose pattern or condition takes too long on this capture */
export async function judge(expectations: JudgeableExpectations, log: CaptureLog): Promise<CaptureVerdict> {
  const verdicts: Verdict[] = [];
  const logs = new Map(log.connections.map((each) => [each.connection, each]));
  for (const expectation of expectations.list) {
    const misses = await missesOf(expectation, log).catch((error) => {
      if (!(error instanceof PathError)) throw error;
      throw new DocumentError(expectations.placeOf(error.path), error.what, error.whatToDo, error);
    });
    verdicts.push({
      name: expectation.name,
      kind: expectation.kind.key,
      held: misses.length === 0,
      place: expectations.placeOf(expectation.path),
      misses: misses.map((miss) => withExcerpt(miss, logs)),
    });
  }
  const { summary } = log;
  const isDamageJudged = expectations.list.some(({ kind }) => kind.judgesDamage);
  return {
    capture: log.capture,
    verdicts,
    connections: summary?.webSocketConnections ?? 0,
    messages: summary?.messages ?? 0,
    damage: summary?.complete === false && !isDamageJudged ? (summary.error ?? 'the capture is damaged') : null,
  };
}

async function missesOf(
  { kind, quantifier, judge: ask, index, concerns }: Expectation,
  log: CaptureLog,
): Promise<Miss[]> {
  if (kind.scope === 'capture') return ask([], log);
  const isCandidate = (each: ConnectionLog) => kind.refused === true || isUpgraded(each);
  const possible = index === null ? log.connections : log.connections.slice(index, index + 1);
  const chosen = possible.filter((each) => isCandidate(each) && concerns(each));
  if (chosen.length === 0 && quantifier !== 'none') {
    const candidates = log.connections.filter(isCandidate).length;
    const found = candidates === 0 ? 'the capture has none' : `none of ${candidates} is one of those`;
    return [{ connection: null, packet: null, expected: 'a connection to ask this of', found }];
  }
  if (quantifier === 'together') return ask(chosen, log);
  const misses: { each: ConnectionLog; found: Miss[] }[] = [];
  for (const each of chosen) misses.push({ each, found: await ask([each], log) });
  const holding = misses.filter(({ found }) => found.length === 0);
  switch (quantifier) {
    case 'any':
      return holding.length > 0 ? [] : misses.flatMap(({ found }) => found);
    case 'none':
      return holding.map(({ each }) => ({
        connection: each.connection,
        packet: each.said[0]?.packet ?? null,
        expected: 'that this holds of no connection',
        found: `it holds of connection ${each.connection}`,
      }));
    default:
      return misses.flatMap(({ found }) => found);
  }
}

/** @param logs by the number of their connection */
function withExcerpt(miss: Miss, logs: ReadonlyMap<number, ConnectionLog>): Miss {
  const log = miss.connection === null ? undefined : logs.get(miss.connection);
  if (log === undefined || miss.packet === null || log.said.length === 0) return miss;
  return { ...miss, excerpt: excerptOf(log, miss.packet) };
}
