// Octets that must wait, in a file without a name: it is gone when the process is, however that ends. Used again from its
// beginning when all was taken back. Knows nothing of what the octets are.

import { closeSync, ftruncateSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Octets of disk that may be taken. */
const LONGEST = 8 * 1024 ** 3;

export interface AsidePlace {
  readonly offset: number;
  readonly length: number;
}

export class AsideFile {
  readonly #longest: number;
  /** -1 before it is needed, -2 where it cannot be had. */
  #descriptor = -1;
  #end = 0;
  /** Octets that were not taken back. */
  #held = 0;
  #taken = new Uint8Array(0);

  constructor(longest = LONGEST) {
    this.#longest = longest;
  }

  /** Null where there is no room. */
  put(octets: Uint8Array): AsidePlace | null {
    if (this.#descriptor === -1) this.#descriptor = openNameless();
    if (this.#descriptor < 0 || this.#end + octets.length > this.#longest) return null;
    const place = { offset: this.#end, length: octets.length };
    try {
      for (let at = 0; at < octets.length; ) {
        at += writeSync(this.#descriptor, octets, at, octets.length - at, place.offset + at);
      }
    } catch {
      // The disk is full: what is there stays, and the octets must wait elsewhere.
      return null;
    }
    this.#end += octets.length;
    this.#held += octets.length;
    return place;
  }

  /** Valid until the next call. @throws the error of `read(2)` */
  take({ offset, length }: AsidePlace): Uint8Array {
    if (this.#taken.length < length) this.#taken = new Uint8Array(length);
    const octets = this.#taken.subarray(0, length);
    for (let at = 0; at < length; ) {
      const read = readSync(this.#descriptor, octets, at, length - at, offset + at);
      if (read === 0) throw new Error('the file with what was set aside was cut');
      at += read;
    }
    this.#held -= length;
    if (this.#held === 0) {
      ftruncateSync(this.#descriptor);
      this.#end = 0;
    }
    return octets;
  }

  close(): void {
    if (this.#descriptor >= 0) closeSync(this.#descriptor);
    this.#descriptor = -2;
  }
}

function openNameless(): number {
  try {
    const folder = mkdtempSync(join(tmpdir(), 'wsdissect-'));
    try {
      return openSync(join(folder, 'aside'), 'wx+', 0o600);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  } catch {
    return -2;
  }
}
