// A capture that goes on now: tcpdump, or else dumpcap, is run and its output is the capture. Turns what they complain of
// into what to do about it; knows nothing of packets.

import type { ChildProcessByStdio } from 'node:child_process';
import { PassThrough, type Readable } from 'node:stream';
import { readingReason } from '../system-reason.ts';
import { CaptureError } from './capture-error.ts';
import { stopTool, toolEnd } from './tool-end.ts';

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

const TOOLS: readonly CaptureTool[] = [
  {
    command: 'tcpdump',
    words: ({ interface: name, filter }) => [
      ...['-i', name, '-n', '-U', '--immediate-mode', '-s', '0', '-w', '-'],
      ...(filter === '' ? [] : [filter]),
    ],
  },
  {
    command: 'dumpcap',
    words: ({ interface: name, filter }) => ['-i', name, '-q', '-w', '-', ...(filter === '' ? [] : ['-f', filter])],
  },
];

/** What they say once they capture. */
const CAPTURES = /listening on|Capturing on/;
/** Milliseconds for one that says nothing. */
const START_PATIENCE = 5000;

type Child = ChildProcessByStdio<null, Readable, Readable>;

/**
 * Starts the first of the tools that is installed and returns once it captures.
 *
 * @throws {CaptureError} `unreadable`: none is installed, or it may not capture, or not this
 */
export async function startLiveCapture(
  options: LiveOptions,
  commands: readonly string[] = TOOLS.map(({ command }) => command),
): Promise<LiveCapture> {
  const { spawn } = await import('node:child_process');
  for (const tool of TOOLS) {
    if (!commands.includes(tool.command)) continue;
    // A group of its own: the terminal's Ctrl-C reaches us alone, and we end it.
    const child = spawn(tool.command, tool.words(options), { stdio: ['ignore', 'pipe', 'pipe'], detached: true });
    const said = { text: '' };
    const closed = toolEnd(child);
    // Node throws away what a child has written and nobody listens to when it ends.
    const octets = child.stdout.pipe(new PassThrough());
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said.text += text;
    });
    const state = await started(child, said);
    if (state === 'missing') continue;
    if (state instanceof Error)
      throw new CaptureError('unreadable', `${tool.command} cannot be run: ${readingReason(state)}`);
    if (state === 'ended') throw await refusal(tool.command, said.text);
    return { command: tool.command, octets, stop: () => stop(child, closed, tool.command, said) };
  }
  throw new CaptureError(
    'unreadable',
    `neither ${TOOLS.map(({ command }) => command).join(' nor ')} is installed; install one, such as: apt-get install tcpdump`,
  );
}

function started(child: Child, said: { text: string }): Promise<'captures' | 'missing' | 'ended' | Error> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve('captures'), START_PATIENCE);
    const settle = (state: 'captures' | 'missing' | 'ended' | Error) => {
      clearTimeout(timer);
      resolve(state);
    };
    child.stderr.on('data', () => {
      if (CAPTURES.test(said.text)) settle('captures');
    });
    child.once('error', (error: NodeJS.ErrnoException) => settle(error.code === 'ENOENT' ? 'missing' : error));
    child.once('close', () => settle('ended'));
  });
}

async function stop(child: Child, closed: Promise<void>, command: string, said: { text: string }): Promise<LiveEnd> {
  // Its output ends a moment before it is known to have ended.
  const endedByItself = child.stdout.readableEnded || child.exitCode !== null;
  const stopped = stopTool(child, closed);
  // What it still writes is not read.
  if (!endedByItself) child.stdout.destroy();
  await stopped;
  const dropped = /(\d+) packets? dropped by kernel|Packets dropped[^:]*: *(\d+)/i.exec(said.text);
  const fault = endedByItself && child.exitCode !== 0 ? lastWords(command, said.text) : null;
  return { dropped: dropped === null ? null : Number(dropped[1] ?? dropped[2]), fault };
}

/** The tool's complaint, without its name. */
function lastWords(command: string, said: string): string {
  const lines = said.split('\n').filter((line) => line.trim() !== '' && !CAPTURES.test(line));
  const own = lines.filter((line) => line.startsWith(`${command}:`));
  return (own.at(-1) ?? lines.at(-1) ?? 'it ended').replace(`${command}: `, '').trim();
}

async function refusal(command: string, said: string): Promise<CaptureError> {
  if (/permission|not permitted|privilege/i.test(said)) {
    const once = `sudo setcap cap_net_raw,cap_net_admin=eip "$(command -v ${command})"`;
    return new CaptureError('unreadable', `${command} may not capture here; run this with sudo, or once: ${once}`);
  }
  if (/no such device|doesn't exist|no interface|no such interface/i.test(said)) {
    const { networkInterfaces } = await import('node:os');
    const names = ['any', ...Object.keys(networkInterfaces())].join(', ');
    return new CaptureError('unreadable', `there is no such interface; there are: ${names}`);
  }
  return new CaptureError(
    'unreadable',
    `${command} does not capture (${lastWords(command, said)}); check the words given to it`,
  );
}
