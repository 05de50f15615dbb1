// The options for what people read: colour, width and time, the same for each command that prints a page.

import { type Command, Option } from 'commander';
import { NARROWEST_PAGE } from '../output/page-width.ts';
import type { TimeStyle } from '../output/time-column.ts';
import { choiceOption, integerFrom } from './option-values.ts';
import { standardOutputFacts, wantsColour, widthOf } from './terminal.ts';

export interface PageOptions {
  color?: boolean;
  width?: number;
}

export const OUTPUT_GROUP = 'How to show it:';
const TIMES: readonly TimeStyle[] = ['relative', 'delta', 'absolute'];

export function addTimeOption(command: Command): Command {
  const description = 'times since the start, since the row before, or UTC';
  return command.addOption(
    choiceOption('--time <style>', description, TIMES).default('relative').helpGroup(OUTPUT_GROUP),
  );
}

export function addPageOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--width <columns>', "instead of the terminal's")
        .argParser(integerFrom(NARROWEST_PAGE))
        .helpGroup(OUTPUT_GROUP),
    )
    .addOption(new Option('--color', 'colour also where no terminal is').helpGroup(OUTPUT_GROUP))
    .addOption(new Option('--no-color', 'no colour on a terminal either').helpGroup(OUTPUT_GROUP));
}

/** Colour and width of what is printed to standard output. */
export function pageOf(options: PageOptions): { colour: boolean; width: number | null } {
  const facts = standardOutputFacts();
  return { colour: wantsColour(options.color, facts), width: widthOf(options.width, facts) };
}

/** The same options with what standard output says now, for a thread that cannot ask it. */
export function pageFixed<Options extends PageOptions>(options: Options): Options {
  const { colour, width } = pageOf(options);
  return { ...options, color: colour, ...(width === null ? {} : { width }) };
}
