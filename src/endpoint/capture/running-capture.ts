// A capture of what this process is about to say, by one of two ways and into one kind of file: the tap, which sees the
// sockets, or tcpdump, which sees the packets. Whoever speaks attaches its sockets and does not know which it is.

import { platform } from 'node:os';
import { type CaptureFormatName, formatByName } from '../../capture/record-format.ts';
import { checkOptions } from '../../option-checks.ts';
import { CAPTURE_OPTIONS } from '../option-tables.ts';
import type { SocketTap } from '../socket-tap.ts';
import { CaptureFile } from './capture-file.ts';
import { type CaptureOutput, fileOutput } from './capture-output.ts';
import { CaptureTap } from './capture-tap.ts';
import { type PacketFilter, startTcpdump } from './tcpdump.ts';

export type CaptureWay = 'tap' | 'tcpdump';

export interface CaptureOptions {
  /** Path of the file, which is written over, or what takes its octets. */
  output: string | CaptureOutput;
  /** By default what the file's name says, else pcap. */
  format?: CaptureFormatName | undefined;
  /** Digits of the second: 6 (default) or 9. */
  resolution?: 6 | 9 | undefined;
  /** Default the tap. */
  via?: CaptureWay | undefined;
}

export interface RunningCapture {
  /** To be told of every socket; by way of tcpdump it does nothing. */
  readonly tap: SocketTap;
  /** Packets so far. */
  readonly packets: number;
  /** Packets that the system had no room for; known when it has stopped, and 0 for the tap. */
  readonly dropped: number;
  /** Writes what is gathered, waits for what is under way, and closes the file. @throws {CaptureWriteError} */
  stop(): Promise<void>;
  /** The same where nothing came about: a capture that was there before stays, unless packets were written. */
  abandon(): Promise<void>;
}

const ETHERNET = 1;
const NO_TAP: SocketTap = { attach: () => {} };

/** tcpdump cannot be told what to capture. */
class MissingPortError extends Error {
  override readonly name = 'MissingPortError';
  constructor() {
    super("tcpdump must know the server's port beforehand; name it, or leave out --via tcpdump");
  }
}

/**
 * Opens the file and begins to capture.
 *
 * @param filter what to capture; needed for tcpdump only
 * @throws {TypeError} of an option that is not as it must be
 * @throws the system's error where the file cannot be opened
 * @throws {TcpdumpError} with the remedy
 * @throws {MissingPortError}
 */
export async function startCapture(options: CaptureOptions, filter?: PacketFilter): Promise<RunningCapture> {
  checkOptions(options, CAPTURE_OPTIONS);
  if (options.via === 'tcpdump' && (filter === undefined || filter.port === 0)) throw new MissingPortError();
  const { output, resolution = 6 } = options;
  const { format = formatByName(typeof output === 'string' ? output : output.name) } = options;
  // Opened when there is something to write: a capture that is there already outlives a tcpdump that may not begin.
  const open = (linkType: number) =>
    new CaptureFile(typeof output === 'string' ? fileOutput(output) : output, { format, resolution, linkType });
  if (options.via === 'tcpdump' && filter) return startWithTcpdump(filter, open);
  const file = open(ETHERNET);
  return {
    tap: new CaptureTap(file),
    get packets() {
      return file.packets;
    },
    dropped: 0,
    stop: async () => file.close(),
    abandon: async () => file.abandon(),
  };
}

async function startWithTcpdump(
  filter: PacketFilter,
  open: (linkType: number) => CaptureFile,
): Promise<RunningCapture> {
  let file: CaptureFile | null = null;
  let dropped = 0;
  const openOnce = (linkType: number) => {
    file = open(linkType);
    return file;
  };
  const capture = await startTcpdump(filter, openOnce, platform()).catch((error: unknown) => {
    file?.abandon();
    throw error;
  });
  const stop = async (end: 'close' | 'abandon') => {
    try {
      dropped = await capture.stop();
    } finally {
      file?.[end]();
    }
  };
  return {
    tap: NO_TAP,
    get packets() {
      return file?.packets ?? 0;
    },
    get dropped() {
      return dropped;
    },
    stop: () => stop('close'),
    abandon: () => stop('abandon'),
  };
}
