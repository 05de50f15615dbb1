// Layers that break each promise, for the fuzzer's own test.

import { BrokenPromise, type Layer } from '../../fuzz/layer.ts';
import { mutated } from '../../fuzz/mutate.ts';

const corpus = [new Uint8Array(40), Uint8Array.from({ length: 100 }, (_, at) => at)];

function layer(name: string, run: Layer['run']): Layer {
  return { name, about: 'breaks a promise', share: 1, corpus, draw: (random, seeds) => mutated(random, seeds), run };
}

/** One case of 12 is the one. */
function rare(name: string, run: () => void): Layer {
  const whole = layer(name, (input) => {
    if (input[0] === 7) run();
  });
  return { ...whole, draw: (random) => Uint8Array.of(random.between(0, 12)) };
}

export const layers: readonly Layer[] = [
  layer('sound', () => {}),
  layer('throws', (input) => {
    if (input.includes(7)) throw new TypeError(`there is a 7 among ${input.length}`);
  }),
  layer('waits', async (input) => {
    if (input.length > 120) throw new BrokenPromise('it is long');
  }),
  rare('never-ends', () => {
    for (;;);
  }),
  rare('slow', () => {
    // Work, not time: other programs may have the processor meanwhile.
    const begun = process.cpuUsage();
    for (;;) {
      const { user, system } = process.cpuUsage(begun);
      if (user + system > 700_000) return;
    }
  }),
  rare('hungry', () => {
    for (const kept: object[] = []; ; ) kept.push(new Array(100_000).fill(kept));
  }),
];
