// What blocks may refer back to.

/** How much more than a window has room, so that it is moved once for many blocks. */
const ROOM = 1.25;

/** The octets that a frame's blocks make, as many of the last as its window has. */
export class FrameWindow {
  octets: Uint8Array = new Uint8Array(0);
  end = 0;
  #length = 0;

  /** @param length octets that may be referred to */
  begin(length: number): void {
    this.#length = length;
    this.end = 0;
  }

  /** Makes room for so many octets behind the end; a window that is not used takes none. */
  reserve(length: number): void {
    if (this.end + length <= this.octets.length) return;
    const kept = this.octets.subarray(Math.max(0, this.end - this.#length), this.end);
    const wanted = Math.ceil(ROOM * (kept.length + length));
    if (wanted > this.octets.length) this.octets = new Uint8Array(wanted);
    this.octets.set(kept);
    this.end = kept.length;
  }
}
