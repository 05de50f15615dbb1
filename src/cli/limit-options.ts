// The options that bound memory: one row each, with the default that the layers below state (docs/limits.md).

import { type Command, Option } from 'commander';
import type { GivenLimits } from '../check/capture-log.ts';
import type { DissectionLimits } from '../dissect/dissector.ts';
import { integerFrom, parseSize } from './option-values.ts';

interface LimitRow {
  limit: keyof DissectionLimits;
  flags: string;
  description: string;
  parse: (word: string) => number;
}

const GROUP = 'Limits of memory:';
const count = integerFrom(1);

/** A test holds the defaults in these texts and in the layers together. */
export const LIMIT_ROWS: readonly LimitRow[] = [
  {
    limit: 'message',
    flags: '--max-message <size>',
    description: 'octets held of one message (64M); of a larger one only the length is shown',
    parse: parseSize,
  },
  {
    limit: 'held',
    flags: '--max-held <size>',
    description: 'octets held of unfinished messages, in all (64M)',
    parse: parseSize,
  },
  {
    limit: 'search',
    flags: '--max-search <size>',
    description: 'octets held of a direction whose next frame is looked for (256K)',
    parse: parseSize,
  },
  {
    limit: 'inflated',
    flags: '--max-inflated <size>',
    description: 'octets that a compressed message may inflate to (64M)',
    parse: parseSize,
  },
  {
    limit: 'inflateRatio',
    flags: '--max-ratio <n>',
    description: 'times its size that it may inflate to (250), judged from 16M on',
    parse: count,
  },
  {
    limit: 'contexts',
    flags: '--max-contexts <size>',
    description: 'octets kept of what compressed messages may refer to, in all (256M)',
    parse: parseSize,
  },
  {
    limit: 'waitingOctets',
    flags: '--max-waiting <size>',
    description: 'octets held behind holes in the capture, in all (32M)',
    parse: parseSize,
  },
  {
    limit: 'waitingOctetsADirection',
    flags: '--max-waiting-each <size>',
    description: 'the same in one direction of a connection (16M)',
    parse: parseSize,
  },
  {
    limit: 'fragments',
    flags: '--max-fragments <size>',
    description: 'octets held of IP datagrams in fragments (16M)',
    parse: parseSize,
  },
  {
    limit: 'openConnections',
    flags: '--max-connections <n>',
    description: 'connections followed at a time (8192)',
    parse: count,
  },
  {
    limit: 'rememberedConnections',
    flags: '--max-remembered <n>',
    description: 'ended connections remembered, for packets that come late (8192)',
    parse: count,
  },
  {
    limit: 'resumableConnections',
    flags: '--max-resumable <n>',
    description: 'connections remembered that were let go and may go on (131072)',
    parse: count,
  },
  {
    limit: 'idleSeconds',
    flags: '--max-idle <s>',
    description: 'seconds without a packet after which a connection is let go (0): 0 for never',
    parse: integerFrom(0),
  },
];

function optionOf(row: LimitRow): Option {
  return new Option(row.flags, row.description).argParser(row.parse).helpGroup(GROUP);
}

export function addLimitOptions(command: Command): Command {
  for (const row of LIMIT_ROWS) command.addOption(optionOf(row));
  return command;
}

/** The limits that were given; the others keep their defaults. */
export function limitsOf(options: object): Partial<DissectionLimits> {
  const given: Record<string, unknown> = { ...options };
  const limits: Partial<DissectionLimits> = {};
  for (const row of LIMIT_ROWS) {
    const value = given[optionOf(row).attributeName()];
    if (typeof value === 'number') limits[row.limit] = value;
  }
  return limits;
}

export interface KeptOptions {
  maxEvents?: number;
  maxKept?: number;
}

/** For commands that look at a capture as a whole. */
export function addKeptOptions(command: Command): Command {
  const events = 'messages and other events kept of a capture (1000000)';
  const octets = 'octets of large payloads and heads kept of a capture (512M)';
  return command
    .addOption(new Option('--max-events <n>', events).argParser(count).helpGroup(GROUP))
    .addOption(new Option('--max-kept <size>', octets).argParser(parseSize).helpGroup(GROUP));
}

export function keptOf({ maxEvents, maxKept }: KeptOptions): GivenLimits {
  return { events: maxEvents, octets: maxKept };
}
