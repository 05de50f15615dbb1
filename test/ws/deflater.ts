// The other end of permessage-deflate, by zlib: messages deflated one after another in one stream, or each by itself. For the
// tests of this folder.

import { constants, createDeflateRaw, type ZlibOptions } from 'node:zlib';
import { ZlibHandle } from '../../src/capture/zlib-handle.ts';
import { clientFrame, concat } from '../support/websocket-writer.ts';

/** What RFC 7692 §7.2.1 has senders leave out. */
const END = Buffer.of(0, 0, 0xff, 0xff);

export class Deflater {
  readonly #handle: ZlibHandle;
  readonly #takeover: boolean;

  constructor(takeover: boolean, options: ZlibOptions = {}) {
    this.#takeover = takeover;
    this.#handle = new ZlibHandle(createDeflateRaw(options));
  }

  /** Payload of the next message. `blocks`: flushed so often in between. */
  message(octets: Uint8Array, blocks = 1): Uint8Array {
    const pieces: Uint8Array[] = [];
    const length = Math.ceil(octets.length / blocks) || 1;
    for (let at = 0; at < octets.length; at += length) pieces.push(this.#flushed(octets.subarray(at, at + length)));
    if (!this.#takeover) this.#handle.reset();
    const deflated = Buffer.concat(pieces);
    // Of nothing zlib makes nothing; an empty message is the octet 00, RFC 7692 §7.2.3.6.
    if (deflated.length === 0) return Uint8Array.of(0);
    if (!deflated.subarray(-END.length).equals(END)) throw new Error('deflated octets do not end as they should');
    return Uint8Array.from(deflated.subarray(0, -END.length));
  }

  #flushed(octets: Uint8Array): Uint8Array {
    const output = new Uint8Array(octets.length * 2 + 1000);
    this.#handle.write(constants.Z_SYNC_FLUSH, octets, 0, octets.length, output, 0);
    const { outputLeft, inputLeft } = this.#handle;
    if (outputLeft === 0 || inputLeft !== 0) throw new Error('deflated octets need more room');
    return output.subarray(0, output.length - outputLeft);
  }
}

/** A compressed message of a client in as many frames as there are parts. */
export function compressedFrames(opcode: number, ...parts: Uint8Array[]): Uint8Array {
  return concat(
    ...parts.map((part, at) => {
      return clientFrame(at === 0 ? opcode : 0, part, { fin: at === parts.length - 1, rsv: at === 0 ? 4 : 0 });
    }),
  );
}
