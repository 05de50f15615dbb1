// The path at which a difference is told, step by step. Knows nothing of what is compared.

import { cutMiddle } from '../output/terminal-text.ts';

/** UTF-16 units of a path: all that is below a long key has the key in its path. */
const LONGEST = 400;

/** `value.items.0`; a long path is cut in its middle. */
export function pathBelow(path: string, key: string | number): string {
  return cutMiddle(path === '' ? `${key}` : `${path}.${key}`, LONGEST);
}
