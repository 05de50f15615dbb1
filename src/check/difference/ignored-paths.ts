// Which parts of what is said are not to be compared: paths such as `value.seq`, `pb.Pong.value.note`, `json.**.at`. Knows
// nothing of comparing.

import { type IsIgnored, ignoring } from '../../endpoint/replay/answer-differences.ts';

/** Paths as `replay --ignore` takes them, also below `value` and `json`, or below the name of a type. */
export class IgnoredPaths {
  readonly #isIgnored: IsIgnored;
  readonly given: ReadonlySet<string>;

  constructor(paths: readonly string[]) {
    this.given = new Set(paths);
    this.#isIgnored = ignoring(paths);
  }

  /** @param type name of the message's type, under which a path may also be named */
  covers(path: string, type: string | undefined): boolean {
    const bare = path.replace(/^(?:value|json)\./, '');
    return this.#isIgnored(path) || this.#isIgnored(bare) || (type !== undefined && this.#isIgnored(`${type}.${path}`));
  }

  /** The value without what is ignored in it. */
  pruned(value: unknown, path: string, type: string | undefined): unknown {
    if (this.given.size === 0) return value;
    if (this.covers(path, type)) return undefined;
    if (Array.isArray(value)) return value.map((item, index) => this.pruned(item, `${path}.${index}`, type) ?? null);
    if (typeof value !== 'object' || value === null) return value;
    const kept = Object.entries(value).map(
      ([key, member]) => [key, this.pruned(member, `${path}.${key}`, type)] as const,
    );
    return Object.fromEntries(kept.filter(([, member]) => member !== undefined));
  }
}
