// A capture that goes on now: tcpdump, or else dumpcap, is run and its output is the capture. Turns what they complain of
// into what to do about it; knows nothing of packets.

import { type Readable, Transform } from 'node:stream';
import { readingReason } from '../system-reason.ts';
import { CaptureError } from './capture-error.ts';
import { CapturingTool, type ToolStart } from './capturing-tool.ts';
import { ROOM, tcpdumpWords } from './tcpdump-words.ts';

export interface LiveOptions {
  /** As the tool names it; `any` are all, on Linux. */
  interface: string;
  /** What to capture, in the tool's language (`man pcap-filter`); all where it is empty. */
  filter: string;
  /** Ends the start; what has started is ended by `stop`. */
  signal: AbortSignal;
}

export interface LiveCapture {
  /** The program that captures. */
  readonly command: string;
  /** Fails with a CaptureError, `cut`, behind all that was captured where the tool ends by itself as it cannot go on. */
  readonly octets: Readable;
  /** Ends the tool, where it runs; returns how many packets the system had no room for, null where the tool does not say. */
  stop(): Promise<number | null>;
}

/** A program that captures to its standard output, packet by packet. */
interface CaptureTool {
  command: string;
  words(options: Pick<LiveOptions, 'interface' | 'filter'>): string[];
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
 * @throws {CaptureError} `unreadable`: none is installed, or it may not capture, or not this. The reason of
 *   `options.signal`, once the tool has ended.
 */
export async function startLiveCapture(options: LiveOptions): Promise<LiveCapture> {
  let lacking: CapturingTool | null = null;
  for (const { command, words } of TOOLS) {
    const tool = new CapturingTool(command, words(options));
    const octets = tool.octets.pipe(untilEnd(tool));
    const state = await startedOrStopped(tool, options.signal);
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

async function startedOrStopped(tool: CapturingTool, signal: AbortSignal): Promise<ToolStart> {
  const onAbort = () => void tool.stop();
  signal.addEventListener('abort', onAbort);
  const state = await tool.started(START_PATIENCE);
  signal.removeEventListener('abort', onAbort);
  if (signal.aborted) await tool.stop();
  signal.throwIfAborted();
  return state;
}

/** Passes on what the tool captures, and whether the end of that is a fault. */
function untilEnd(tool: CapturingTool): Transform {
  const octets = new Transform({
    // Nothing is taken before it is asked for, so that a fault discards nothing that came before it.
    readableHighWaterMark: 0,
    transform: (octets, _encoding, passOn) => passOn(null, octets),
    flush: (end) => void tool.ended.then(() => end(faultOf(tool))),
  });
  // Told to who reads; until then there may be nobody.
  return octets.on('error', () => undefined);
}

function faultOf({ exitCode, lastWords }: CapturingTool): CaptureError | null {
  if (exitCode === 0) return null;
  return new CaptureError('cut', `the capture ended: ${lastWords}; what was read until then is shown`);
}

async function stop(tool: CapturingTool): Promise<number | null> {
  const stopped = tool.stop();
  // What it still writes is not read.
  tool.octets.destroy();
  await stopped;
  return tool.dropped;
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
