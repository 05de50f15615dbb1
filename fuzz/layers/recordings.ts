// Expectations drafted from a capture, whatever is in it: their text is read again, and they hold of that very capture.

import { CaptureError } from '../../src/capture/index.ts';
import type { CaptureLog } from '../../src/check/capture-log.ts';
import { judge } from '../../src/check/judge.ts';
import { logOfCapture, recorded } from '../../test/check/mutation.ts';
import type { Random } from '../../test/support/random.ts';
import { captureFiles } from '../corpus.ts';
import { HOSTILE } from '../hostile-words.ts';
import { type Layer, mustHold } from '../layer.ts';
import { mutated } from '../mutate.ts';
import { isCompressed, PACKET_MUTATIONS } from '../mutate-capture.ts';
import { codec } from '../walkthrough.ts';

function logOf(input: Uint8Array, dice: Random): CaptureLog | null {
  try {
    return logOfCapture(input, dice.once(2) ? codec : null);
  } catch (error) {
    if (error instanceof CaptureError) return null;
    throw error;
  }
}

export const recordings: Layer = {
  name: 'recordings',
  about: 'expectations drafted from a capture, strict and loose: their text is read again, and holds of that capture',
  share: 1,
  corpus: captureFiles(),
  inflates: isCompressed,
  draw: (random, corpus) => mutated(random, corpus, [...PACKET_MUTATIONS, HOSTILE]),
  async run(input: Uint8Array, dice: Random): Promise<void> {
    const log = logOf(input, dice);
    if (log === null) return;
    const { verdicts } = await judge(await recorded(log, dice.pick(['strict', 'loose'] as const)), log);
    const missed = verdicts.filter(({ held }) => !held);
    mustHold(
      missed.length === 0,
      () => `${missed[0].name} does not hold: ${JSON.stringify(missed[0].misses).slice(0, 800)}`,
    );
  },
};
