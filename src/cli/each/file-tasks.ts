// What can be done with one capture after another, on this thread or another: a table from names to what prepares it. What
// a task prints goes to standard output, whatever that is on its thread.

import type { CaptureVerdict } from '../../check/verdict.ts';
import type { OnProgress } from '../../dissect/run.ts';

export type TaskName = 'dissect' | 'stats' | 'streams' | 'check';

/** An exit code, or a verdict. Both can be handed from thread to thread. */
export type TaskResult = number | CaptureVerdict;

/** @param onProgress undefined where nobody looks */
export type FileTask = (file: string, onProgress: OnProgress | undefined) => Promise<TaskResult>;

/** @throws {Failure} and others, where the options are wrong for every file */
export type PrepareTask = (options: never) => Promise<FileTask>;

const FILE_TASKS: Readonly<Record<TaskName, () => Promise<PrepareTask>>> = {
  dissect: async () => (await import('../event-run.ts')).prepareEach,
  stats: async () => (await import('../commands/stats.ts')).prepareEach,
  streams: async () => (await import('../commands/streams.ts')).prepareEach,
  check: async () => (await import('../commands/check.ts')).prepareEach,
};

/** @param options those of the command, as Commander gives them: values that can be handed from thread to thread */
export async function prepareTask(name: TaskName, options: object): Promise<FileTask> {
  const prepare = (await FILE_TASKS[name]()) as (options: object) => Promise<FileTask>;
  return prepare(options);
}
