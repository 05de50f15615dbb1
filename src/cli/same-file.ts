// Whether two paths lead to one file, which must not be read and written at once.

import { statSync } from 'node:fs';
import { resolve } from 'node:path';

export function isSameFile(one: string, other: string): boolean {
  if (resolve(one) === resolve(other)) return true;
  const [first, second] = [one, other].map((file) => statSync(file, { throwIfNoEntry: false }));
  return first !== undefined && first.ino === second?.ino && first.dev === second.dev;
}
