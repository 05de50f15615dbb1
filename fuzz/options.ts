// What `npm run fuzz` is told. Knows what may be said, not what comes of it.

import { parseArgs } from 'node:util';

export const USAGE = `npm run fuzz -- [options]

  --cases N         in all, shared among the layers (100000)
  --seed S          of the first round (1)
  --minutes M       goes on with the next seeds until so many minutes are over
  --layer A,B       these layers only
  --jobs N          worker threads (1)
  --log FILE        a line of JSON for each seed is added there
  --patience S      seconds of work after which a case counts as never ending (30)
  --case N          repeats one case of the seed and the layer
  --input FILE      runs a layer on the octets of a file
  --layers MODULE   another module that exports layers

The layers:`;

function parsed() {
  return parseArgs({
    options: {
      cases: { type: 'string', default: '100000' },
      seed: { type: 'string', default: '1' },
      layer: { type: 'string' },
      minutes: { type: 'string' },
      jobs: { type: 'string', default: '1' },
      case: { type: 'string' },
      input: { type: 'string' },
      log: { type: 'string' },
      patience: { type: 'string', default: '30' },
      layers: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  }).values;
}

export type FuzzOptions = ReturnType<typeof parsed>;

/** @throws {Error} in one line */
export function readOptions(): FuzzOptions {
  try {
    return parsed();
  } catch (error) {
    const [line] = (error instanceof Error ? error.message : String(error)).split('. ', 1);
    throw new Error(`${line}; --help lists the options`);
  }
}

/** @throws {Error} in one line */
export function numberOf(words: string, name: string): number {
  const value = Number(words);
  if (words.trim() !== '' && Number.isFinite(value) && value >= 0) return value;
  throw new Error(`--${name} must be a number, and it is ${words}`);
}
