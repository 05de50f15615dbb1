// Real packets: tcpdump is started before the conversation and stopped once the capture holds its end. Its packets come
// through a pipe and are written by us, so that format, resolution and readability at any moment are those of the tap.
// A checksum that the system left to the network card is completed, as the card would.

import { setTimeout } from 'node:timers/promises';
import { CapturingTool } from '../../capture/capturing-tool.ts';
import { CaptureError, readCapture } from '../../capture/index.ts';
import { ROOM, tcpdumpWords } from '../../capture/tcpdump-words.ts';
import { LinkDecoder } from '../../link/link-decoder.ts';
import { FIN, RST, type Segment, SYN } from '../../link/segment.ts';
import { completeChecksum } from '../../link/tcp-checksum.ts';
import type { CaptureFile } from './capture-file.ts';
import { CaptureMarker } from './capture-marker.ts';
import { OR_TAP, TcpdumpError } from './tcpdump-error.ts';

/** What tcpdump is to capture. */
export interface PacketFilter {
  /** TCP ports of the servers. */
  port: number | readonly number[];
  /** The server's address, or what it listens on: tells whether its packets stay on the loopback interface. */
  host: string;
}

export interface PacketCapture {
  /** Ends it once no connection is open and all is written; returns how many packets the system had no room for. */
  stop(): Promise<number>;
}

/** Milliseconds: how long a connection may take to end; for tcpdump to begin. */
const PATIENCE = 2000;
const START_PATIENCE = 10_000;
/** Between looks at what is still open. */
const LOOK = 20;

const LOOPBACK = /^(127\.|::1$|localhost$)/;

/** tcpdump's name of the interface; every one where the server can be reached from elsewhere. */
function interfaceFor(host: string, system: string): string {
  if (!LOOPBACK.test(host)) return 'any';
  return system === 'linux' ? 'lo' : 'lo0';
}

/** Which connections are open, by their packets: an RST ends one, or a FIN of both sides and the ACK after it. */
class SeenConnections {
  /** Sides that have sent their FIN, by the connection's name. */
  readonly #open = new Map<string, Set<string>>();

  get size(): number {
    return this.#open.size;
  }

  see(segment: Segment): void {
    const { source0, source1, source2, source3, sourcePort, flags } = segment;
    const source = [source0, source1, source2, source3, sourcePort].join();
    const { destination0, destination1, destination2, destination3, destinationPort } = segment;
    const target = [destination0, destination1, destination2, destination3, destinationPort].join();
    const name = [source, target].sort().join(' ');
    const finished = this.#open.get(name);
    if (flags & RST) this.#open.delete(name);
    else if (flags & SYN) this.#open.set(name, new Set());
    else if (flags & FIN) finished?.add(source);
    else if (finished?.size === 2) this.#open.delete(name);
  }
}

/** In one line: why it does not capture, and what helps. */
function failure(tool: CapturingTool, why = tool.lastWords): TcpdumpError {
  const { permission } = tool;
  if (permission !== null) return new TcpdumpError(`tcpdump may not capture here (${why}); ${permission}; ${OR_TAP}`);
  return new TcpdumpError(`tcpdump does not capture: ${why}; ${OR_TAP}`);
}

/** Settles once tcpdump says that it listens. */
async function listening(tool: CapturingTool): Promise<void> {
  const state = await tool.started(START_PATIENCE);
  if (state === 'missing') {
    throw new TcpdumpError(`tcpdump is not installed; install it (apt-get install tcpdump), ${OR_TAP}`);
  }
  if (state === 'silent') throw failure(tool, `it said nothing for ${START_PATIENCE / 1000} s`);
  if (state !== 'captures') throw failure(tool, state === 'ended' ? tool.lastWords : state.message);
}

/**
 * Starts tcpdump and returns once it captures.
 *
 * @param openFile told the link type, gives the file for the packets
 * @throws {TcpdumpError}
 */
export async function startTcpdump(
  filter: PacketFilter,
  openFile: (linkType: number) => CaptureFile,
  system: string,
): Promise<PacketCapture> {
  const marker = await CaptureMarker.open();
  const expression = [filter.port, marker.port]
    .flat()
    .map((port) => `tcp port ${port}`)
    .join(' or ');
  const words = tcpdumpWords(interfaceFor(filter.host, system), expression, ROOM, ['--time-stamp-precision=nano']);
  const tool = new CapturingTool('tcpdump', words);
  const open = new SeenConnections();
  const decoder = new LinkDecoder();
  let file: CaptureFile | null = null;
  const reading = readCapture(tool.octets, {
    onStart: ({ linkTypes }) => {
      file = openFile(linkTypes[0]);
    },
    onPacket: (packet) => {
      const segment = decoder.decode(packet);
      if (segment !== null) {
        if (marker.isMarker(segment)) return;
        completeChecksum(segment);
        open.see(segment);
      }
      const octets = packet.buffer.subarray(packet.start, packet.end);
      const { seconds, nanoseconds } = packet.origin;
      file?.write({ octets, originalLength: packet.originalLength, seconds, nanoseconds });
    },
  });
  // Told by `stop`; until then nobody waits for it.
  const fault = reading.then(
    () => null,
    (error: unknown) => error,
  );
  /** Settles as the promise does, or fails once nothing more can come. */
  const orFault = <T>(promise: Promise<T>): Promise<T> => {
    const ending = fault.then((error) => {
      // What is cut is cut because tcpdump is gone.
      if (error && !(error instanceof CaptureError)) throw error;
      throw failure(tool, 'it ended by itself');
    });
    return Promise.race([promise, ending]);
  };
  const end = async () => {
    marker.close();
    await tool.stop();
  };
  try {
    await listening(tool);
    await orFault(marker.seen());
  } catch (error) {
    await end();
    throw error;
  }
  return {
    async stop() {
      const deadline = performance.now() + PATIENCE;
      try {
        await orFault(marker.seen());
        while (open.size > 0 && performance.now() < deadline) {
          await setTimeout(LOOK);
          await orFault(marker.seen());
        }
      } finally {
        await end();
      }
      const error = await fault;
      if (error) throw error;
      return tool.dropped ?? 0;
    },
  };
}
