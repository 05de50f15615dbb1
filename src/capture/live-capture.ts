// A capture that goes on now: tcpdump, or else dumpcap, is run and its output is the capture. Turns what they complain of
// into what to do about it; knows nothing of packets.

import { PassThrough, type Readable } from 'node:stream';
import { readingReason } from '../system-reason.ts';
import { CaptureError } from './capture-error.ts';
import { CapturingTool } from './capturing-tool.ts';
import { ROOM, tcpdumpWords } from './tcpdump-words.ts';

export interface LiveOptions {
  /** As the tool names it; `any` are all, on Linux. */
  interface: string;
  /** What to capture, in the tool's language (`man pcap-filter`); all where it is empty. */
  filter: string;
}

/** How it ended. */
export interface LiveEnd {
  /** Packets for which the system had no room; null where the tool does not say. */
  dropped: number | null;
  /** Why the tool ended by itself; null where it was stopped. */
  fault: string | null;
}

export interface LiveCapture {
  /** The program that captures. */
  readonly command: string;
  readonly octets: Readable;
  /** Ends the tool, where it runs. */
  stop(): Promise<LiveEnd>;
}

/** A program that captures to its standard output, packet by packet. */
interface CaptureTool {
  command: string;
  words(options: LiveOptions): string[];
}

/** Each is run where the one before is not installed, or has no memory for what it was asked for. */
const TOOLS: readonly CaptureTool[] = [
  { command: 'tcpdump', words: ({ interface: name, filter }) => tcpdumpWords(name, filter, ROOM) },
  { command: 'tcpdump', words: ({ interface: name, filter }) => tcpdumpWords(name, filter, null) },
  {
    command: 'dumpcap',
    words: ({ interface: name, filter }) => [
      ...['-i', name, '-q', '-B', String(ROOM), '-w', '-'],
      ...(filter === '' ? [] : ['-f', filter]),
    ],
  },
];

/** Milliseconds for one that says nothing. */
const START_PATIENCE = 5000;

/**
 * Starts the first of the tools that is installed and returns once it captures.
 *
 * @throws {CaptureError} `unreadable`: none is installed, or it may not capture, or not this
 */
export async function startLiveCapture(options: LiveOptions): Promise<LiveCapture> {
  let lacking: CapturingTool | null = null;
  for (const { command, words } of TOOLS) {
    const tool = new CapturingTool(command, words(options));
    const octets = tool.octets.pipe(new PassThrough());
    const state = await tool.started(START_PATIENCE);
    if (state === 'missing') continue;
    if (state instanceof Error)
      throw new CaptureError('unreadable', `${command} cannot be run: ${readingReason(state)}`);
    if (state !== 'ended') return { command, octets, stop: () => stop(tool) };
    if (!tool.lacksMemory) throw await refusal(tool);
    lacking = tool;
  }
  if (lacking !== null) throw await refusal(lacking);
  const names = [...new Set(TOOLS.map(({ command }) => command))].join(' nor ');
  throw new CaptureError('unreadable', `neither ${names} is installed; install one, such as: apt-get install tcpdump`);
}

async function stop(tool: CapturingTool): Promise<LiveEnd> {
  const endedByItself = tool.hasEnded;
  const stopped = tool.stop();
  // What it still writes is not read.
  if (!endedByItself) tool.octets.destroy();
  await stopped;
  return { dropped: tool.dropped, fault: endedByItself && tool.exitCode !== 0 ? tool.lastWords : null };
}

async function refusal(tool: CapturingTool): Promise<CaptureError> {
  const { command, permission, lastWords } = tool;
  if (permission !== null) return new CaptureError('unreadable', `${command} may not capture here; ${permission}`);
  if (tool.hasNoInterface) {
    const { networkInterfaces } = await import('node:os');
    const names = ['any', ...Object.keys(networkInterfaces())].join(', ');
    return new CaptureError('unreadable', `there is no such interface; there are: ${names}`);
  }
  const advice = tool.lacksMemory ? 'it needs more memory (ulimit -v)' : 'check the words given to it';
  return new CaptureError('unreadable', `${command} does not capture (${lastWords}); ${advice}`);
}
