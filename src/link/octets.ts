// Numbers in octets, big-endian where nothing else is said: by shifts, which take any buffer, or by a view, where a header has
// many of them.

let viewed: Uint8Array = new Uint8Array(0);
let view: DataView = new DataView(viewed.buffer);

/**
 * A view of all of `octets`, with its offsets; reading beyond them throws. Hot: all packets of a block lie in one buffer, so it
 * is made once a block, and a word read through it costs less than half of one by shifts.
 */
export function viewOf(octets: Uint8Array): DataView {
  if (octets !== viewed) {
    viewed = octets;
    view = new DataView(octets.buffer, octets.byteOffset, octets.byteLength);
  }
  return view;
}

export function word16(octets: Uint8Array, at: number): number {
  return (octets[at] << 8) | octets[at + 1];
}

/** As a signed 32-bit integer, which V8 holds without a box. */
export function word32(octets: Uint8Array, at: number): number {
  return (octets[at] << 24) | (octets[at + 1] << 16) | (octets[at + 2] << 8) | octets[at + 3];
}

/** Little-endian, as some capturing systems write. */
export function littleWord16(octets: Uint8Array, at: number): number {
  return octets[at] | (octets[at + 1] << 8);
}

/** As a signed 32-bit integer. */
export function littleWord32(octets: Uint8Array, at: number): number {
  return octets[at] | (octets[at + 1] << 8) | (octets[at + 2] << 16) | (octets[at + 3] << 24);
}

/** Of offsets in a packet. Hot: V8 makes floating-point numbers of what passes through `Math.min`, and of all that comes of it. */
export function smaller(one: number, other: number): number {
  if (one < other) return one;
  return other;
}
