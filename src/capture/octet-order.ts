// Numbers in octets whose byte order a file states. By shifts: three times as fast as a
// DataView that is made for each of them.

/** An unsigned 32-bit number. */
export function read32(octets: Uint8Array, at: number, littleEndian: boolean): number {
  return littleEndian
    ? (octets[at] | (octets[at + 1] << 8) | (octets[at + 2] << 16) | (octets[at + 3] << 24)) >>> 0
    : ((octets[at] << 24) | (octets[at + 1] << 16) | (octets[at + 2] << 8) | octets[at + 3]) >>> 0;
}

export function read16(octets: Uint8Array, at: number, littleEndian: boolean): number {
  return littleEndian ? octets[at] | (octets[at + 1] << 8) : (octets[at] << 8) | octets[at + 1];
}

/** An unsigned 64-bit number, rounded where it exceeds 2^53. */
export function read64(octets: Uint8Array, at: number, littleEndian: boolean): number {
  const first = read32(octets, at, littleEndian);
  const second = read32(octets, at + 4, littleEndian);
  return littleEndian ? second * 2 ** 32 + first : first * 2 ** 32 + second;
}

/** A signed 64-bit number, rounded where its amount exceeds 2^53. */
export function readSigned64(octets: Uint8Array, at: number, littleEndian: boolean): number {
  const first = read32(octets, at, littleEndian);
  const second = read32(octets, at + 4, littleEndian);
  return littleEndian ? (second | 0) * 2 ** 32 + first : (first | 0) * 2 ** 32 + second;
}
