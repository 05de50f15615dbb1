// A TCP proxy that keeps what passes: what a client really sent, whoever wrote it.

import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server } from 'node:net';
import { FrameParser, type FrameSink } from '../../src/ws/frame-parser.ts';

type Direction = 'c2s' | 's2c';

/** A frame's header but for its key, which is never the same. */
export interface FrameShape {
  opcode: number;
  fin: boolean;
  rsv: number;
  masked: boolean;
  length: number;
  headerLength: number;
}

export class RecordingProxy {
  readonly #server: Server;
  #passed: Record<Direction, Buffer[]> = { c2s: [], s2c: [] };

  private constructor(port: number) {
    this.#server = createServer((client) => {
      const server = connect(port, '127.0.0.1');
      this.#passed = { c2s: [], s2c: [] };
      const passed = this.#passed;
      client.on('data', (octets) => passed.c2s.push(octets)).on('error', () => server.destroy());
      server.on('data', (octets) => passed.s2c.push(octets)).on('error', () => client.destroy());
      client.pipe(server).pipe(client);
    });
  }

  static async start(port: number): Promise<RecordingProxy> {
    const proxy = new RecordingProxy(port);
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    return proxy;
  }

  get url(): string {
    return `ws://127.0.0.1:${(this.#server.address() as AddressInfo).port}/connect`;
  }

  /** The request of the last connection, without the proxy's own address. */
  takeRequest(): string {
    const text = Buffer.concat(this.#passed.c2s).toString('latin1');
    return text.slice(0, text.indexOf('\r\n\r\n') + 4);
  }

  /** The frames of the last connection. */
  takeFrames(direction: Direction): FrameShape[] {
    const octets = Buffer.concat(this.#passed[direction]);
    const shapes: FrameShape[] = [];
    const sink: FrameSink = {
      onHeader: ({ opcode, fin, rsv, masked, length, headerLength }) =>
        shapes.push({ opcode, fin, rsv, masked, length, headerLength }),
      onPayload: () => {},
      onFrameEnd: () => {},
    };
    const parser = new FrameParser(sink);
    parser.feed(octets, octets.indexOf('\r\n\r\n') + 4, octets.length);
    return shapes;
  }

  async stop(): Promise<void> {
    this.#server.close();
    await once(this.#server, 'close');
  }
}
