// How a run over a capture may end: to its end, exit code 0, or where the capture is damaged, exit code 3, told in one line.

import { CaptureError } from '../src/capture/index.ts';
import type { RunResult } from '../src/dissect/run.ts';
import { mustHold } from './layer.ts';

export function checkExit({ complete, error }: RunResult): void {
  mustHold(complete || (error instanceof CaptureError && error.kind !== 'unreadable'), () => `it ended by ${error}`);
  mustHold(!/\n/.test(error?.message ?? ''), () => `more than a line: ${error?.message}`);
}
