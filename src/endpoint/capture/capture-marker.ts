// A connection of our own to a port of our own, seen by the capture like all others: once it is in there, so is everything
// that was sent before. A busy machine may let tcpdump wait for seconds, so no span of silence says as much.

import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { type Segment, SYN } from '../../link/segment.ts';
import { OR_TAP, TcpdumpError } from './tcpdump-error.ts';

/** Milliseconds until a marker must have come; between two, as the first may come before the capture has begun. */
const PATIENCE = 10_000;
const INTERVAL = 50;
/** Between looks at what came. */
const LOOK = 2;

export class CaptureMarker {
  readonly port: number;
  readonly #server: Server;
  readonly #seen = new Set<number>();

  private constructor(server: Server) {
    this.#server = server;
    this.port = (server.address() as AddressInfo).port;
  }

  static open(): Promise<CaptureMarker> {
    return new Promise((resolve, reject) => {
      const server = createServer((socket) => socket.on('error', () => {}).end());
      server.once('error', reject);
      server.listen(0, '127.0.0.1', () => resolve(new CaptureMarker(server)));
    });
  }

  /** Whether the segment is of a marker and not of what is captured. */
  isMarker({ flags, sourcePort, destinationPort }: Segment): boolean {
    if (destinationPort === this.port && flags & SYN) this.#seen.add(sourcePort);
    return destinationPort === this.port || sourcePort === this.port;
  }

  /**
   * Settles once all that was sent before has been captured.
   *
   * @throws {TcpdumpError} where the capture shows nothing
   */
  async seen(): Promise<void> {
    const deadline = performance.now() + PATIENCE;
    const ports: number[] = [];
    while (performance.now() < deadline && this.#server.listening) {
      ports.push(await this.#send());
      const next = performance.now() + INTERVAL;
      while (performance.now() < next) {
        if (ports.some((port) => this.#seen.has(port))) {
          this.#seen.clear();
          return;
        }
        await setTimeout(LOOK);
      }
    }
    throw new TcpdumpError(`tcpdump shows no packet of the loopback interface; look at its rights, ${OR_TAP}`);
  }

  close(): void {
    this.#server.close();
  }

  /** The port that the marker came from. */
  #send(): Promise<number> {
    return new Promise((resolve, reject) => {
      const socket: Socket = connect(this.port, '127.0.0.1', () => {
        const { localPort = 0 } = socket;
        socket.destroy();
        resolve(localPort);
      });
      socket.once('error', reject);
    });
  }
}
