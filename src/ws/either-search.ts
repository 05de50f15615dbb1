// Finds the frames of a client of which none was read yet, so that it is not known whether it masks them, as it must
// (RFC 6455 §5.1): two searches over the same octets, of which the one for frames that are not masked asks for more proof.

import type { Origin } from '../capture/packet.ts';
import { FrameSearch, type FrameSearchOptions } from './frame-search.ts';
import type { SearchedOctetsSink } from './searched-octets.ts';

/** Octets after which frames that are not masked are looked for no longer: who sends such does so from the first on. */
const UNMASKED_WITHIN = 64 * 1024;
/** Bits for a chain, ten more than of others: of a thousand clients fewer than one breaks the rule. */
const ENOUGH_UNMASKED = 24;

export class EitherSearch {
  readonly #masked: FrameSearch;
  readonly #unmasked: FrameSearch;
  #octets = 0;

  /** @param offset stream offset of the first octet that will be fed */
  constructor(offset: number, options: Omit<FrameSearchOptions, 'masked' | 'enough'>) {
    this.#masked = new FrameSearch(offset, { ...options, masked: true });
    this.#unmasked = new FrameSearch(offset, { ...options, masked: false, enough: ENOUGH_UNMASKED });
  }

  /** The search that found a frame; before that, the one that most likely will. */
  get #first(): FrameSearch {
    return this.#unmasked.found < 0 ? this.#masked : this.#unmasked;
  }

  get found(): number {
    return this.#first.found;
  }

  get passedOver(): number {
    return this.#first.passedOver;
  }

  get foundOrigin(): Origin | null {
    return this.#first.foundOrigin;
  }

  get refused(): boolean {
    return this.#masked.refused || this.#unmasked.refused;
  }

  /** As those of `FrameSearch`. */
  feed(buffer: Uint8Array, start: number, end: number, origin: Origin): boolean {
    if (this.#masked.feed(buffer, start, end, origin)) return true;
    if (this.#isMasked) return false;
    this.#octets += end - start;
    if (this.#unmasked.feed(buffer, start, end, origin)) return true;
    if (this.#isMasked) this.#unmasked.release();
    return false;
  }

  skip(length: number, origin: Origin): boolean {
    if (this.#masked.skip(length, origin)) return true;
    return !this.#isMasked && this.#unmasked.skip(length, origin);
  }

  end(): boolean {
    return this.#masked.end() || (!this.#isMasked && this.#unmasked.end());
  }

  /** Whether only masked frames are looked for any more. */
  get #isMasked(): boolean {
    return this.#octets > UNMASKED_WITHIN;
  }

  handOn(sink: SearchedOctetsSink): void {
    const first = this.#first;
    (first === this.#masked ? this.#unmasked : this.#masked).release();
    first.handOn(sink);
  }

  release(): void {
    this.#masked.release();
    this.#unmasked.release();
  }
}
