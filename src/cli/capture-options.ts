// The options that say how a capture of our own is written, for every command that speaks: where to, which way, which format.
// Starts it and ends it, and says what became of it.

import { type Command, Option } from 'commander';
import type { CaptureOptions, RunningCapture } from '../endpoint/index.ts';
import { formatPlural } from '../plural.ts';
import { Failure, say } from './failure.ts';
import { STREAM_NAME } from './input.ts';
import { choiceOption } from './option-values.ts';
import { StandardOutput } from './standard-output.ts';

export interface CaptureFormOptions {
  via: 'tap' | 'tcpdump';
  captureFormat?: 'pcap' | 'pcapng';
  nanoseconds?: true;
}

export interface CaptureCommandOptions extends CaptureFormOptions {
  capture?: string;
}

export const CAPTURE_GROUP = 'The capture:';

/** `--via`, `--capture-format` and `--nanoseconds`. */
export function addCaptureFormOptions(command: Command): Command {
  const options = [
    choiceOption('--via <way>', 'sockets of this process, or real packets', ['tap', 'tcpdump']).default('tap'),
    choiceOption('--capture-format <name>', 'else as its name ends', ['pcap', 'pcapng']),
    new Option('--nanoseconds', 'nine digits of the second instead of six'),
  ];
  for (const option of options) command.addOption(option.helpGroup(CAPTURE_GROUP));
  return command;
}

/** The same with `--capture`. */
export function addCaptureOptions(command: Command): Command {
  command.addOption(new Option('--capture <file>', 'write what is said to a capture').helpGroup(CAPTURE_GROUP));
  return addCaptureFormOptions(command);
}

/** What `startCapture` and `record` are told. @param output a path, or - for standard output */
export function captureOptionsOf(output: string, options: CaptureFormOptions): CaptureOptions {
  const out = new StandardOutput();
  const standard = { name: 'standard output', write: (octets: Uint8Array) => out.writeOctets(octets), close: () => {} };
  return {
    output: output === STREAM_NAME ? standard : output,
    format: options.captureFormat,
    resolution: options.nanoseconds ? 9 : 6,
    via: options.via,
  };
}

/**
 * Begins the capture that is asked for; null where none is.
 *
 * @throws {Failure} where it is to go where the command prints
 * @throws {TcpdumpError} and the errors of the file
 */
export async function captureOf(
  options: CaptureCommandOptions,
  server: { host: string; port: number },
): Promise<RunningCapture | null> {
  const { capture, captureFormat, nanoseconds, via } = options;
  if (capture === undefined) {
    const given = [via === 'tcpdump' && '--via', captureFormat && '--capture-format', nanoseconds && '--nanoseconds'];
    const [idle] = given.filter((each) => typeof each === 'string');
    if (idle !== undefined) throw new Failure(`${idle} is for a capture; add --capture FILE`);
    return null;
  }
  if (capture === STREAM_NAME) throw new Failure('--capture - would mix with what is printed; name a file');
  const { startCapture } = await import('../endpoint/index.ts');
  return startCapture(captureOptionsOf(capture, options), server);
}

/** Ends a capture and says how it went. @throws {CaptureWriteError} */
export async function endCapture(
  capture: RunningCapture | null,
  { capture: file }: CaptureCommandOptions,
): Promise<void> {
  if (capture === null) return;
  await capture.stop();
  say(`${file}: ${formatPlural(capture.packets, 'packet')} written`);
  sayDropped(capture.dropped);
}

/** Ends a capture of what did not come about; silent where there is nothing in it. @throws {CaptureWriteError} */
export async function abandonCapture(capture: RunningCapture | null, options: CaptureCommandOptions): Promise<void> {
  if (capture === null) return;
  if (capture.packets > 0) return endCapture(capture, options);
  await capture.abandon();
}

export function sayDropped(packets: number): void {
  if (packets > 0)
    say(`tcpdump had no room for ${formatPlural(packets, 'packet')}, which are missing; --via tap loses none`);
}
