// A worker thread's side of a run: takes ranges of cases, and tells where it is before each, so that a case which never ends
// is known by its number.

import { parentPort, workerData } from 'node:worker_threads';
import type { Layer } from './layer.ts';
import { minimised } from './minimise.ts';
import { describe, type Fault, faultOf, inputOf } from './trial.ts';

/** Cases `[from, to)` of a layer. */
export interface Range {
  layer: string;
  seed: number;
  from: number;
  to: number;
}

export interface FoundFault extends Fault {
  /** The smallest input known to provoke it. */
  input: Uint8Array;
  /** Octets of the case's own input. */
  drawn: number;
}

export interface RangeDone {
  octets: number;
  milliseconds: number;
  faults: FoundFault[];
  /** Faults of kinds that were found before in this worker. */
  more: number;
}

/** `[0]`: number of the case under way. */
const progress = new Int32Array(workerData.progress as SharedArrayBuffer);
const { layers }: { layers: readonly Layer[] } = await import(workerData.layers);
const kinds = new Set<string>();

async function run({ layer: name, seed, from, to }: Range): Promise<RangeDone> {
  const layer = layers.find((each) => each.name === name)!;
  const done: RangeDone = { octets: 0, milliseconds: 0, faults: [], more: 0 };
  const begun = performance.now();
  for (let number = from; number < to; number++) {
    progress[0] = number;
    const input = inputOf(layer, seed, number);
    done.octets += input.length;
    const error = await faultOf(layer, input);
    if (error === null) continue;
    const fault = describe(error, layer, seed, number);
    const isNew = !kinds.has(fault.kind);
    kinds.add(fault.kind);
    if (isNew) done.faults.push({ ...fault, input: await minimised(layer, input, fault.kind), drawn: input.length });
    else done.more++;
  }
  done.milliseconds = performance.now() - begun;
  return done;
}

parentPort!.on('message', async (range: Range) => parentPort!.postMessage(await run(range)));
parentPort!.postMessage(null);
