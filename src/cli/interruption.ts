// SIGINT and SIGTERM, for commands that must end what they have begun: the first is a request, the second ends the process.

import { INTERRUPTED } from './exit-codes.ts';

/** 128 and the number of SIGTERM, as shells have it. */
const TERMINATED = 143;

/** Settled by the first signal. */
export function interruption(): Promise<NodeJS.Signals> {
  return new Promise((came) => {
    let count = 0;
    const onSignal = (signal: NodeJS.Signals) => {
      if (count++ > 0) process.exit(signal === 'SIGINT' ? INTERRUPTED : TERMINATED);
      came(signal);
    };
    process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  });
}
