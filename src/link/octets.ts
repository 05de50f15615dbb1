// Numbers in octets, big-endian where nothing else is said. By shifts: DataView costs three times as much, Buffer seven times (bench/README.md).

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
