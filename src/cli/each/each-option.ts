// The options about captures that are read each by itself.

import { type Command, Option } from 'commander';
import { Failure } from '../failure.ts';
import { integerFrom } from '../option-values.ts';
import { READING_GROUP } from '../reading-options.ts';

export interface JobsOptions {
  jobs?: number;
}

export interface EachOptions extends JobsOptions {
  each?: true;
}

const MOST_JOBS = 64;

export function addJobsOption(command: Command): Command {
  const description = 'captures read at the same time, each by a thread of its own (1)';
  return command.addOption(
    new Option('-j, --jobs <n>', description).argParser(integerFrom(1, MOST_JOBS)).helpGroup(READING_GROUP),
  );
}

export function addEachOptions(command: Command): Command {
  command.addOption(
    new Option('--each', 'read each file by itself, one after another, not all as one capture').helpGroup(
      READING_GROUP,
    ),
  );
  return addJobsOption(command);
}

/** @throws {Failure} where there is nothing to share */
export function jobsOf({ each, jobs }: EachOptions): number {
  if (jobs !== undefined && !each) throw new Failure('--jobs shares captures that are read each by itself; add --each');
  return jobs ?? 1;
}
