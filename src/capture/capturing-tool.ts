// A tool that captures for us to its standard output, tcpdump or dumpcap: its process, when it captures, and what is told of what
// it says. Knows nothing of packets, nor of the words that it is given.

import type { ChildProcessByStdio } from 'node:child_process';
import type { Readable } from 'node:stream';
import { loadBuiltin } from '../load-builtin.ts';
import { endWithUs, stopTool, toolEnd } from './tool-end.ts';

/** What they say once they capture. */
const CAPTURES = /listening on|Capturing on/;
/** How many packets the system dropped, as tcpdump says it, dumpcap, and dumpcap before it told of each interface. */
const DROPPED =
  /(\d+) packets? dropped by kernel|received\/dropped on interface .*: *\d+\/(\d+)|Packets dropped[^:]*: *(\d+)/i;

/** `silent`: it runs and does not say that it captures. An error: it cannot be run. */
export type ToolStart = 'captures' | 'silent' | 'missing' | 'ended' | Error;

export class CapturingTool {
  readonly command: string;
  /** What it captures; Node throws away what nobody listens to when the tool ends. */
  readonly octets: Readable;
  /** Fulfilled once it has ended and has said all. */
  readonly ended: Promise<void>;
  readonly #child: ChildProcessByStdio<null, Readable, Readable>;
  #said = '';

  /** Starts it; `started` is to be asked at once. */
  constructor(command: string, words: readonly string[]) {
    const { spawn } = loadBuiltin('node:child_process');
    // A group of its own: the terminal's Ctrl-C reaches us alone, and we end it when all is written.
    const child = spawn(command, words, { stdio: ['ignore', 'pipe', 'pipe'], detached: true });
    this.command = command;
    this.#child = child;
    this.ended = toolEnd(child);
    endWithUs(child);
    this.octets = child.stdout;
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#said += text;
    });
  }

  /** Whether it captures, as soon as that is known. @param patience milliseconds for one that says nothing */
  started(patience: number): Promise<ToolStart> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve('silent'), patience);
      const settle = (state: ToolStart) => {
        clearTimeout(timer);
        resolve(state);
      };
      this.#child.stderr.on('data', () => {
        if (CAPTURES.test(this.#said)) settle('captures');
      });
      this.#child.once('error', (error: NodeJS.ErrnoException) => settle(error.code === 'ENOENT' ? 'missing' : error));
      this.ended.then(() => settle('ended'));
    });
  }

  /** Null while it runs, and where a signal ended it. */
  get exitCode(): number | null {
    return this.#child.exitCode;
  }

  /** Ends it, where it runs. */
  stop(): Promise<void> {
    return stopTool(this.#child, this.ended);
  }

  /** Packets for which the system had no room; null where it does not say. */
  get dropped(): number | null {
    const dropped = DROPPED.exec(this.#said);
    return dropped === null ? null : Number(dropped[1] ?? dropped[2] ?? dropped[3]);
  }

  /** What permits it to capture; null where it may. */
  get permission(): string | null {
    if (!/permission|not permitted|privilege/i.test(this.#said)) return null;
    return `run this with sudo, or once: sudo setcap cap_net_raw,cap_net_admin=eip "$(command -v ${this.command})"`;
  }

  get hasNoInterface(): boolean {
    return /no such device|doesn't exist|no interface|no such interface/i.test(this.#said);
  }

  /** Whether it ended as the system gave it less room for packets than it was told to ask for. */
  get lacksMemory(): boolean {
    return /cannot allocate memory|no buffer space|out of memory/i.test(this.#said);
  }

  /** Its complaint, without its name. */
  get lastWords(): string {
    const lines = this.#said.split('\n').filter((line) => line.trim() !== '' && !CAPTURES.test(line));
    const own = lines.filter((line) => line.startsWith(`${this.command}:`));
    const { signalCode } = this.#child;
    const none = signalCode === null ? 'it ended without a word' : `${signalCode} ended ${this.command}`;
    return (own.at(-1) ?? lines.at(-1) ?? none).replace(`${this.command}: `, '').trim();
  }
}
