// The checksum of gzip (RFC 1952 §8) by a table, for versions of Node that do not have it.

let table: Uint32Array | undefined;

function makeTable(): Uint32Array {
  return Uint32Array.from({ length: 256 }, (_, index) => {
    let value = index;
    for (let bit = 0; bit < 8; bit++) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
    return value;
  });
}

/** Continues `checksum`, 0 at first, with `octets`. */
export function crc32ByTable(octets: Uint8Array, checksum: number): number {
  table ??= makeTable();
  let value = ~checksum;
  for (let at = 0; at < octets.length; at++) value = table[(value ^ octets[at]) & 0xff] ^ (value >>> 8);
  return ~value >>> 0;
}
