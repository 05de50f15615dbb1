// The option about the line that tells how far the reading is, the same for each command that reads a capture to its end.

import { type Command, Option } from 'commander';
import { OUTPUT_GROUP } from './output-options.ts';

export interface ProgressOptions {
  progress: boolean;
}

export function addProgressOption(command: Command): Command {
  return command.addOption(
    new Option('--no-progress', 'do not show on a terminal how far the reading is').helpGroup(OUTPUT_GROUP),
  );
}
