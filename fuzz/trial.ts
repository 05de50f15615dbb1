// One case: its input, made of seed, layer and number alone, and whether all promises were kept, those on time and memory
// among them. Knows nothing of how many cases are run, nor where.

import { Random } from '../test/support/random.ts';
import { BrokenPromise, type Layer } from './layer.ts';

/** Milliseconds of work that any input may cost, and those for each octet of it: far more than it does, far less than squares. */
const TIME = 500;
const TIME_AN_OCTET = 0.02;
/** A busy machine is slow now and then: what is slow each time is. */
const TIMES_MEASURED = 3;
/** Octets resident of all workers, whatever was read. */
const MEMORY = 2 * 1024 ** 3;
/** Memory is looked at after cases that took so many milliseconds, and now and then. */
const LONG = 20;
const NOW_AND_THEN = 512;

export interface Fault {
  layer: string;
  seed: number;
  case: number;
  /** Faults of one kind have one cause, as far as can be told. */
  kind: string;
  message: string;
  stack: string;
}

/** FNV-1a, so that neither layers nor neighbours share their draws. */
function hash(...words: readonly (string | number | Uint8Array)[]): number {
  let state = 0x811c9dc5;
  for (const word of words) {
    const octets = word instanceof Uint8Array ? word : Buffer.from(`${word};`);
    for (let i = 0; i < octets.length; i++) state = Math.imul(state ^ octets[i], 0x01000193);
  }
  return state >>> 0;
}

export function inputOf(layer: Layer, seed: number, number: number): Uint8Array {
  return layer.draw(new Random(hash(seed, layer.name, number)), layer.corpus);
}

let cases = 0;

/** What was thrown; null where all promises were kept. */
export async function faultOf(layer: Layer, input: Uint8Array): Promise<Error | null> {
  const begun = performance.now();
  const error = await thrownBy(layer, input);
  if (error !== null) return error;
  const elapsed = performance.now() - begun;
  if ((elapsed > LONG || ++cases % NOW_AND_THEN === 0) && process.memoryUsage.rss() > MEMORY)
    return new BrokenPromise(`${process.memoryUsage.rss()} octets are resident`);
  if (elapsed <= limitOf(input) || layer.inflates?.(input)) return null;
  return slownessOf(layer, input);
}

async function thrownBy(layer: Layer, input: Uint8Array): Promise<Error | null> {
  try {
    // Most layers do not wait, and an `await` costs as much as a short case.
    const running = layer.run(input, new Random(hash(input)));
    if (running !== undefined) await running;
    return null;
  } catch (error) {
    return error instanceof Error ? error : new Error(`${String(error)} was thrown, which is no error`);
  }
}

function limitOf(input: Uint8Array): number {
  return TIME + TIME_AN_OCTET * input.length;
}

/** Whether it takes too long each time, by the processor's time too: asking for that takes longer than most cases. */
async function slownessOf(layer: Layer, input: Uint8Array): Promise<Error | null> {
  let least = Number.POSITIVE_INFINITY;
  for (let time = 0; time < TIMES_MEASURED; time++) {
    const begun = performance.now();
    const worked = process.cpuUsage();
    await thrownBy(layer, input);
    const { user, system } = process.cpuUsage(worked);
    least = Math.min(least, performance.now() - begun, (user + system) / 1000);
    if (least <= limitOf(input)) return null;
  }
  return new BrokenPromise(`it takes ${Math.round(least)} ms for ${input.length} octets, each time`);
}

export function describe(error: Error, layer: Layer, seed: number, number: number): Fault {
  const stack = error.stack ?? '';
  const place = /\bat .*\/((?:src|fuzz)\/[^:)]+)/.exec(stack)?.[1] ?? '';
  const words = error.message
    .replace(/\d+/g, 'N')
    .replace(/["'`{[].*/s, '')
    .slice(0, 80);
  const kind = `${error.name} ${words} ${place}`;
  return { layer: layer.name, seed, case: number, kind, message: error.message, stack };
}
