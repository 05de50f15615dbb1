// Which parts of what is said are not to be compared: paths such as `value.seq`, `pb.Pong.value.note`, `json.**.at`; and which
// of these are called like nothing that was met. Knows nothing of comparing.

import { type IsIgnored, ignoring } from '../../endpoint/replay/answer-differences.ts';
import { nearestName } from '../../nearest-name.ts';

/** What is no path: what is compared beside messages, and kinds of frames. */
const KINDS = ['timing', 'handshake', 'diagnostics', 'end', 'ping', 'pong', 'close', 'text', 'binary'];
/** With what a path begins where it names no type of a registry and no field, beside these. */
const FIRST_STEPS = [...KINDS, 'value', 'json', 'data', 'code', 'reason', 'error', 'length', 'wireLength', '*', '**'];

interface IgnoredPath {
  readonly path: string;
  readonly fits: IsIgnored;
  /** Whether something was met that it covers. */
  isMet: boolean;
}

/** Paths as `replay --ignore` takes them, also below `value` and `json`, or below the name of a type. */
export class IgnoredPaths {
  readonly #paths: readonly IgnoredPath[];
  readonly given: ReadonlySet<string>;
  /** Parts of messages, and kinds of these, below which something was looked at. */
  readonly #entered = new Set<string>();

  constructor(paths: readonly string[]) {
    this.given = new Set(paths);
    this.#paths = [...this.given].map((path) => ({ path, fits: ignoring([path]), isMet: false }));
  }

  /** @param type name of the message's type, under which a path may also be named */
  covers(path: string, type: string | undefined): boolean {
    const bare = path.replace(/^(?:value|json)\./, '');
    let isCovered = false;
    for (const each of this.#paths) {
      if (isCovered && each.isMet) continue;
      if (!each.fits(path) && !each.fits(bare) && (type === undefined || !each.fits(`${type}.${path}`))) continue;
      each.isMet = true;
      isCovered = true;
    }
    return isCovered;
  }

  /**
   * Fields and types that nothing was called that was met, each with the kind that may have been meant. What is below another of
   * the paths is none of them, as nothing below that was looked at; nor is what is below `value`, `json` or a kind of message where
   * no message had such a thing.
   */
  unmet(): { path: string; meant: string | null }[] {
    return this.#paths
      .filter((each) => !each.isMet && this.#mayBeMet(each.path))
      .filter((each) => !this.#paths.some((other) => other !== each && other.fits(each.path)))
      .map(({ path }) => ({ path, meant: nearestName(path, KINDS) }));
  }

  /**
   * The value of a message's part without what is ignored in it.
   *
   * @param part name of the part, such as `value`
   * @param type name of the message's type, or its kind where it has none
   */
  pruned(value: unknown, part: string, type: string): unknown {
    if (this.given.size === 0) return value;
    const kept = this.#kept(value, part, type);
    if (kept !== undefined) this.#entered.add(part).add(type);
    return kept;
  }

  #kept(value: unknown, path: string, type: string): unknown {
    if (this.covers(path, type)) return undefined;
    if (Array.isArray(value)) return value.map((item, index) => this.#kept(item, `${path}.${index}`, type) ?? null);
    if (typeof value !== 'object' || value === null) return value;
    const kept = Object.entries(value).map(
      ([key, member]) => [key, this.#kept(member, `${path}.${key}`, type)] as const,
    );
    return Object.fromEntries(kept.filter(([, member]) => member !== undefined));
  }

  /** Whether it names a field or a type, and something was looked at where it would be. */
  #mayBeMet(path: string): boolean {
    const [first, ...below] = path.split('.');
    return !FIRST_STEPS.includes(first) || (below.length > 0 && this.#entered.has(first));
  }
}
