// What differs from one run to the next though the same is meant: times, identifiers, counters, random text. Told by the
// name of a field and by the look of its value. Knows nothing of messages.

import { literalPattern } from '../codec/literal-pattern.ts';

const UUID = /\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi;
const TIME = /\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)?\b/g;
/** As fields of HTTP have it (RFC 9110 §5.6.7). */
const HTTP_DATE =
  /\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4} \d\d:\d\d:\d\d GMT\b/g;
const HEX = /\b(?=[0-9a-f]*\d)(?=[0-9a-f]*[a-f])[0-9a-f]{16,}\b/gi;

/** Words of a field's name, in any case, that say it is another every time. */
const NAMES = new Set(
  ['id', 'uid', 'uuid', 'guid', 'key', 'token', 'nonce', 'session', 'cookie', 'signature', 'hash', 'etag'].concat(
    ['time', 'timestamp', 'ts', 'date', 'at', 'created', 'updated', 'expires', 'now', 'elapsed', 'duration', 'uptime'],
    ['pid', 'port', 'address', 'ip', 'seed', 'random', 'cursor'],
  ),
);

/** `createdAt` and `created_at` are `created`, `at`. */
function wordsOf(name: string): string[] {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .split(/[^a-z0-9]+/);
}

function hasVolatileName(name: string): boolean {
  return wordsOf(name).some((word) => NAMES.has(word));
}

/** Seconds or milliseconds since 1970, from 2001 to 2096. */
function looksLikeTime(value: number): boolean {
  return (value > 1e9 && value < 4e9) || (value > 1e12 && value < 4e12);
}

/** A pattern that the text fits, and so do its like of other runs; null where nothing in it is volatile. */
export function patternOf(text: string): string | null {
  const marks = [
    { pattern: UUID, stands: '[0-9a-fA-F-]{36}', next: firstFrom(UUID, text, 0) },
    { pattern: TIME, stands: '\\S+', next: firstFrom(TIME, text, 0) },
    { pattern: HTTP_DATE, stands: '[A-Za-z]{3}, [0-9A-Za-z: ]+ GMT', next: firstFrom(HTTP_DATE, text, 0) },
    { pattern: HEX, stands: '[0-9a-fA-F]+', next: firstFrom(HEX, text, 0) },
  ];
  let pattern = '';
  let done = 0;
  while (true) {
    // Only what was passed is looked for again: a text may hold a million of one kind and none of another.
    for (const mark of marks) if (mark.next.start < done) mark.next = firstFrom(mark.pattern, text, done);
    const { stands, next } = marks.reduce((one, other) => (other.next.start < one.next.start ? other : one));
    if (next.start === Number.POSITIVE_INFINITY) break;
    pattern += literalPattern(text.slice(done, next.start)) + stands;
    done = next.end;
  }
  return done === 0 ? null : `^${pattern}${literalPattern(text.slice(done))}$`;
}

/** What stands for a value that is another every time: its like. */
function shapeOf(value: unknown): unknown {
  if (typeof value === 'number' || typeof value === 'bigint') return { $pattern: '^-?[0-9.e+-]+$' };
  if (typeof value === 'string' && /^\d+$/.test(value)) return { $pattern: '^\\d+$' };
  return { $any: true };
}

/** Where the pattern is found from `start` on; nowhere is beyond all. */
function firstFrom(pattern: RegExp, text: string, start: number): { start: number; end: number } {
  pattern.lastIndex = start;
  const found = pattern.exec(text);
  if (found === null) return { start: Number.POSITIVE_INFINITY, end: text.length };
  return { start: found.index, end: found.index + found[0].length };
}

/** The value with what is volatile in it as patterns. */
export function stableOf(value: unknown, name = ''): unknown {
  if (Array.isArray(value)) return value.map((item) => stableOf(item, name));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, stableOf(member, key)]));
  }
  if (hasVolatileName(name)) return shapeOf(value);
  if (typeof value === 'number') return looksLikeTime(value) ? shapeOf(value) : value;
  if (typeof value !== 'string') return value;
  if (/^\d+$/.test(value) && looksLikeTime(Number(value))) return shapeOf(value);
  const pattern = patternOf(value);
  return pattern === null ? value : { $pattern: pattern };
}

/** The target of a request, in which query parameters with a volatile name may have any value. */
export function stableTargetOf(target: string): unknown {
  const start = target.indexOf('?');
  if (start < 0) return stableOf(target);
  const parts = target.slice(start).split(/([?&])/);
  let isVolatile = false;
  const patterns = [target.slice(0, start), ...parts].map((part) => {
    const equals = part.indexOf('=');
    if (equals >= 0 && hasVolatileName(part.slice(0, equals))) {
      isVolatile = true;
      return `${literalPattern(part.slice(0, equals + 1))}[^&]*`;
    }
    const pattern = patternOf(part);
    isVolatile ||= pattern !== null;
    return pattern?.slice(1, -1) ?? literalPattern(part);
  });
  return isVolatile ? { $pattern: `^${patterns.join('')}$` } : target;
}
