// Which parts of what is said are not to be compared: paths such as `value.seq`, `pb.Pong.value.note`, `json.**.at`. Knows
// nothing of comparing.

/** `*` is any one key, `**` any number of them; in a list each element has its index for a key. */
export class IgnoredPaths {
  readonly #patterns: readonly RegExp[];
  readonly given: ReadonlySet<string>;

  constructor(paths: readonly string[]) {
    this.given = new Set(paths);
    this.#patterns = paths.map(patternOf);
  }

  /** @param type name of the message's type, under which a path may also be named */
  covers(path: string, type: string | undefined): boolean {
    const names = type === undefined ? [path] : [path, `${type}.${path}`];
    return this.#patterns.some((pattern) => names.some((name) => pattern.test(name)));
  }

  /** The value without what is ignored in it. */
  pruned(value: unknown, path: string, type: string | undefined): unknown {
    if (this.#patterns.length === 0) return value;
    if (this.covers(path, type)) return undefined;
    if (Array.isArray(value)) return value.map((item, index) => this.pruned(item, `${path}.${index}`, type) ?? null);
    if (typeof value !== 'object' || value === null) return value;
    const kept = Object.entries(value).map(
      ([key, member]) => [key, this.pruned(member, `${path}.${key}`, type)] as const,
    );
    return Object.fromEntries(kept.filter(([, member]) => member !== undefined));
  }
}

function patternOf(path: string): RegExp {
  const steps = path.split('.').map((step) => {
    if (step === '**') return '(?:[^.]+(?:\\.[^.]+)*)';
    return step.replace(/[\\^$+?()[\]{}|/]/g, '\\$&').replace(/\*/g, '[^.]*');
  });
  // Two stars may stand for no key at all.
  const joined = steps.join('\\.').replaceAll('\\.(?:[^.]+(?:\\.[^.]+)*)', '(?:\\.[^.]+)*');
  return new RegExp(`^${joined}$`, 'u');
}
