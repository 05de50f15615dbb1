// How a capture is read, whatever is made of it: what is taken for WebSocket, and what memory may be used.

import { type Command, Option } from 'commander';
import type { DissectionLimits } from '../dissect/dissector.ts';
import { HIGHEST_PORT } from '../link/segment.ts';
import { addLimitOptions, limitsOf } from './limit-options.ts';
import { commaListed, integerFrom } from './option-values.ts';

/** What commander makes of the options; those of limits are read by their rows. */
export interface ReadingOptions {
  wsPort?: number[];
}

export interface Reading {
  limits: Partial<DissectionLimits>;
  webSocketPorts: readonly number[];
}

export const READING_GROUP = 'Reading:';

export function addReadingOptions(command: Command): Command {
  command.addOption(
    new Option('--ws-port <port>', "take connections of a server's port for WebSocket, also without handshake")
      .argParser(commaListed(integerFrom(1, HIGHEST_PORT)))
      .helpGroup(READING_GROUP),
  );
  return addLimitOptions(command);
}

export function readingOf(options: ReadingOptions): Reading {
  return { limits: limitsOf(options), webSocketPorts: options.wsPort ?? [] };
}
