// Makes the input of a fault smaller while the fault stays of its kind: pieces are taken out, large ones first, then octets
// become zero. Stops after so many trials, as smaller is a convenience only.

import type { Layer } from './layer.ts';
import { spliced } from './mutate.ts';
import { describe, faultOf } from './trial.ts';

const TRIALS = 3000;
const MILLISECONDS = 10_000;

export async function minimised(layer: Layer, input: Uint8Array, kind: string): Promise<Uint8Array> {
  const end = performance.now() + MILLISECONDS;
  let trials = 0;
  const stays = async (smaller: Uint8Array): Promise<boolean> => {
    if (trials++ >= TRIALS || performance.now() > end) return false;
    const error = await faultOf(layer, smaller);
    return error !== null && describe(error, layer, 0, 0).kind === kind;
  };
  let smallest = input;
  for (let length = smallest.length >> 1; length >= 1; length >>= 1) {
    for (let at = 0; at < smallest.length; ) {
      const smaller = spliced(smallest, at, Math.min(smallest.length, at + length));
      if (await stays(smaller)) smallest = smaller;
      else at += length;
    }
  }
  for (let at = 0; at < smallest.length; at++) {
    if (smallest[at] === 0) continue;
    const plainer = smallest.slice();
    plainer[at] = 0;
    if (await stays(plainer)) smallest = plainer;
  }
  return smallest;
}
