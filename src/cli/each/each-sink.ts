// Who takes what comes of captures that are read each by itself, in their order.

import type { ToldFailure } from '../failure.ts';
import type { TaskResult } from './file-tasks.ts';

export type TaskOutcome = { kind: 'result'; result: TaskResult } | { kind: 'failure'; failure: ToldFailure };

export interface EachSink {
  /** @param index number of the capture */
  onOutput(index: number, octets: Uint8Array): void;
  onErrors(text: string): void;
  /** In no order. */
  onProgress(index: number, octets: number, found: number): void;
  /** Returns whether more is wanted: of the next one, or after a signal of those that were begun. */
  onEnd(index: number, outcome: TaskOutcome): boolean;
}
