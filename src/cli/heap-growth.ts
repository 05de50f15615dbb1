// How V8's heap grows. Ours is kept small (bin/memory-flags.js), which costs nothing where nothing is kept; where a command holds what it finds
// until the end, all of that is looked through again each time the heap has grown by a fifth. Knows nothing of what is held.

import { setFlagsFromString } from 'node:v8';
import type { OnProgress } from '../dissect/run.ts';

/** As V8 has them by itself. */
const DEFAULT_FLAGS = ['--heap-growing-percent=0', '--semi-space-growth-factor=2'];

/** Things found and held, messages or connections, from which on the heap grows as V8 has it. */
const MANY = 10_000;

/**
 * From now on, in all threads of the process. Compiled code that is kept is for the flags with which a process begins, so that what is
 * loaded behind this is compiled anew.
 */
export function letHeapGrow(): void {
  for (const flag of DEFAULT_FLAGS) setFlagsFromString(flag);
}

/** Lets it grow as soon as many are found. */
export function growingWith(onProgress: OnProgress | undefined): OnProgress {
  let isLet = false;
  return (octets, found) => {
    if (!isLet && found >= MANY) {
      letHeapGrow();
      isLet = true;
    }
    onProgress?.(octets, found);
  };
}
