// Big-endian numbers in octets. By shifts: DataView costs three times as much, Buffer seven times (bench/README.md).

export function word16(octets: Uint8Array, at: number): number {
  return (octets[at] << 8) | octets[at + 1];
}

/** As a signed 32-bit integer, which V8 holds without a box. */
export function word32(octets: Uint8Array, at: number): number {
  return (octets[at] << 24) | (octets[at + 1] << 16) | (octets[at + 2] << 8) | octets[at + 3];
}
