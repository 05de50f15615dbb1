// What the fuzzer that is guided by coverage runs: one layer on the octets that it makes. Bundled by `guided.ts`.

import { layers } from './layers.ts';
import { faultOf } from './trial.ts';

const layer = layers.find(({ name }) => name === process.env.FUZZ_LAYER)!;

export async function fuzz(data: Uint8Array): Promise<void> {
  // A copy: the fuzzer writes its next input over it.
  const error = await faultOf(layer, Uint8Array.from(data));
  if (error !== null) throw error;
}
