// `message`: how often a message like this is said. Where it is missing, tells what came nearest.

import type { SaidEvent } from '../../dissect/said-event.ts';
import { bounds, type JsonSchema } from '../json-schema.ts';
import type { Kind } from '../kind.ts';
import { describe, type Matcher, type MatcherSpec, makeMatcher, matcherProperties, matcherSchema } from '../matcher.ts';
import { showTimes } from '../shown-count.ts';
import { type Bounds, boundsOf, showBounds, within } from '../values.ts';
import type { Miss } from '../verdict.ts';

interface MessageSpec extends MatcherSpec {
  times?: number | Bounds;
}

const AT_LEAST_ONE: Bounds = { min: 1 };

export const message: Kind<MessageSpec> = {
  key: 'message',
  scope: 'together',
  schema: {
    ...(matcherSchema('A message or control frame like this is there') as JsonSchema),
    properties: { ...matcherProperties, times: bounds('how often; at least once by default') },
  },
  name: ({ times, ...spec }) => {
    const often = times === undefined ? '' : `, ${showTimes(boundsOf(times))}`;
    return `${describe(spec)}${often}`;
  },
  async prepare({ times, ...spec }, path) {
    const matcher = await makeMatcher(spec, path);
    const wanted = times === undefined ? AT_LEAST_ONE : boundsOf(times);
    return (logs) => {
      const said = logs.flatMap((log) => log.said);
      const found = said.filter((each) => matcher.matches(each));
      if (within(found.length, wanted)) return [];
      const tooMany = found.length > (wanted.max ?? Number.POSITIVE_INFINITY);
      const where = tooMany ? found[wanted.max ?? 0] : null;
      return [missOf(matcher, wanted, found, where ?? null, tooMany ? null : nearest(matcher, said))];
    };
  },
};

function missOf(
  matcher: Matcher,
  wanted: Bounds,
  found: SaidEvent[],
  where: SaidEvent | null,
  near: SaidEvent | null,
): Miss {
  const packets = found.slice(0, 5).map(({ packet }) => packet);
  const listed = packets.length === 0 ? '' : ` (packet ${packets.join(', ')}${found.length > 5 ? ', …' : ''})`;
  const at = where ?? near;
  const miss: Miss = {
    connection: at?.connection ?? null,
    packet: at?.packet ?? null,
    expected: `${showBounds(wanted)} of ${matcher.says}`,
    found: found.length === 0 ? 'none' : `${found.length}${listed}`,
  };
  return near === null ? miss : { ...miss, nearest: nearestLines(matcher, near) };
}

/** The message that differs least, where any has something in common with what was wanted. */
export function nearest(matcher: Matcher, said: readonly SaidEvent[]): SaidEvent | null {
  let best: SaidEvent | null = null;
  let least = Number.POSITIVE_INFINITY;
  for (const each of said) {
    const distance = matcher.distance(each);
    if (distance === 0 || distance >= least) continue;
    best = each;
    least = distance;
  }
  return best;
}

const DIFFERENCES_SHOWN = 6;

export function nearestLines(matcher: Matcher, near: SaidEvent): string[] {
  const differences = matcher.differences(near);
  const lines = differences
    .slice(0, DIFFERENCES_SHOWN)
    .map(({ path, expected, found }) => `${path}: expected ${expected}, found ${found}`);
  if (differences.length > DIFFERENCES_SHOWN) lines.push(`… and ${differences.length - DIFFERENCES_SHOWN} more`);
  return [`nearest is packet ${near.packet}:`, ...lines];
}
