// Deflates the messages of one direction, RFC 7692 §7.2.1: each by itself, or each with the window of those before it.

import { constants, createDeflateRaw, type DeflateRaw } from 'node:zlib';
import { MESSAGE_END } from '../../ws/raw-inflater.ts';
import { deflateMessage } from '../compression.ts';

export class MessageDeflater {
  readonly #stream: DeflateRaw | null;

  constructor(takeover: boolean) {
    this.#stream = takeover ? createDeflateRaw() : null;
  }

  async deflate(data: Uint8Array): Promise<Uint8Array> {
    const stream = this.#stream;
    if (stream === null) return deflateMessage(data);
    // Where nothing was written, zlib flushes nothing: an empty message is an empty block, RFC 7692 §7.2.3.6.
    if (data.length === 0) return Uint8Array.of(0);
    const pieces: Buffer[] = [];
    const collect = (piece: Buffer) => pieces.push(piece);
    stream.on('data', collect);
    stream.write(data);
    await new Promise<void>((resolve) => stream.flush(constants.Z_SYNC_FLUSH, () => resolve()));
    stream.off('data', collect);
    const octets = Buffer.concat(pieces);
    return octets.subarray(0, octets.length - MESSAGE_END.length);
  }

  close(): void {
    this.#stream?.close();
  }
}
