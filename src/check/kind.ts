// What a kind of expectation consists of. A new kind is one file in `kinds/` and one line in its table.

import type { CaptureLog, ConnectionLog } from './capture-log.ts';
import type { JsonSchema } from './json-schema.ts';
import type { Path } from './path-error.ts';
import type { Miss } from './verdict.ts';

/**
 * What a kind looks at unless the expectation says otherwise: each connection for itself, all of them together, or the
 * capture as a whole, of which no connections can be chosen.
 */
export type Scope = 'each' | 'together' | 'capture';

/** Nothing missed: it holds. */
export type Judge = (logs: readonly ConnectionLog[], capture: CaptureLog) => Miss[] | Promise<Miss[]>;

export interface Kind<Spec = never> {
  /** The key under which it stands in a file. */
  readonly key: string;
  readonly scope: Scope;
  /** Whether it is also about connections whose upgrade was refused. */
  readonly refused?: boolean;
  /** Whether it judges if the capture is whole, so that damage is no failure of its own. */
  readonly judgesDamage?: true;
  readonly schema: JsonSchema;
  /** In a few words, what the expectation says. */
  name(spec: Spec): string;
  /** @throws {PathError} */
  prepare(spec: Spec, path: Path): Promise<Judge>;
}

/** The misses of each connection, joined. */
export function each(judge: (log: ConnectionLog, capture: CaptureLog) => Miss[]): Judge {
  return (logs, capture) => logs.flatMap((log) => judge(log, capture));
}
