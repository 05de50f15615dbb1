// A TCP client that sends the octets it is told to and gathers what comes back: for tests that need to be impolite.

import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** The key of RFC 6455 §1.3. */
export const SAMPLE_KEY = 'dGhlIHNhbXBsZSBub25jZQ==';

export class RawClient {
  readonly socket: Socket;
  #received: Buffer = Buffer.alloc(0);
  #ended = false;
  #changed: () => void = () => {};

  constructor(port: number, host = '127.0.0.1') {
    this.socket = connect({ port, host, allowHalfOpen: true });
    this.socket.setNoDelay(true);
    this.socket.on('data', (octets) => {
      this.#received = Buffer.concat([this.#received, octets]);
      this.#changed();
    });
    for (const event of ['end', 'close', 'error']) {
      this.socket.on(event, () => {
        this.#ended = true;
        this.#changed();
      });
    }
  }

  send(octets: string | Uint8Array): this {
    this.socket.write(octets);
    return this;
  }

  /** What came, when `done` says that it is enough or the server ends. */
  async until(done: (text: string, octets: Buffer) => boolean): Promise<Buffer> {
    while (!this.#ended && !done(this.#received.toString('latin1'), this.#received)) {
      await new Promise<void>((changed) => {
        this.#changed = changed;
      });
    }
    return this.#received;
  }

  /** Everything up to the end of the server's side. */
  untilEnd(): Promise<Buffer> {
    return this.until(() => false);
  }

  /** An answer with its body, where Content-Length tells its end; the octets are taken off. */
  async answer(): Promise<string> {
    const length = (text: string) => {
      const end = text.indexOf('\r\n\r\n');
      return end < 0 ? Number.POSITIVE_INFINITY : end + 4 + Number(/\r\nContent-Length: (\d+)/.exec(text)?.[1] ?? 0);
    };
    const octets = await this.until((text) => text.length >= length(text));
    const text = octets.toString('latin1');
    const end = Math.min(length(text), text.length);
    this.#received = octets.subarray(end);
    return text.slice(0, end);
  }

  async upgrade(target = '/connect', ...fields: string[]): Promise<this> {
    this.send(upgradeRequest({ target, further: fields }));
    const answer = await this.answer();
    if (!answer.startsWith('HTTP/1.1 101 ')) throw new Error(`not upgraded: ${answer}`);
    return this;
  }

  async close(): Promise<void> {
    if (this.socket.closed) return;
    this.socket.destroy();
    await once(this.socket, 'close');
  }
}

export interface RequestParts {
  method?: string;
  target?: string;
  /** null leaves the field out. */
  connection?: string | null;
  upgrade?: string | null;
  version?: string | null;
  key?: string | null;
  further?: string[];
  body?: string;
}

/** An upgrade request, with parts changed or left out. */
export function upgradeRequest(parts: RequestParts = {}): string {
  const { method = 'GET', target = '/connect', further = [], body = '' } = parts;
  const field = (name: string, value: string | null | undefined, usual: string): string[] =>
    value === null ? [] : [`${name}: ${value ?? usual}`];
  const lines = [
    `${method} ${target} HTTP/1.1`,
    'Host: server.example:8888',
    ...field('Upgrade', parts.upgrade, 'websocket'),
    ...field('Connection', parts.connection, 'Upgrade'),
    ...field('Sec-WebSocket-Version', parts.version, '13'),
    ...field('Sec-WebSocket-Key', parts.key, SAMPLE_KEY),
    ...further,
  ];
  return `${lines.join('\r\n')}\r\n\r\n${body}`;
}
