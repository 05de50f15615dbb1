// Masking, RFC 6455 §5.3: each octet XOR the octet of the key at its place modulo 4. Always into another buffer: unmasking
// in place would corrupt the capture.

/** Below this, setting up 32-bit views costs more than it saves (bench/README.md). */
const WORDWISE_FROM = 128;

/**
 * Writes `source[start, end)` unmasked to `target` at `at`. Called for each payload, so it takes single values and no record.
 * @param key the masking key as 4 octets big-endian, 0 for none
 * @param phase place of the first octet in its frame's payload
 */
export function unmask(
  source: Uint8Array,
  start: number,
  end: number,
  key: number,
  phase: number,
  target: Uint8Array,
  at: number,
): void {
  const length = end - start;
  if (key === 0) {
    target.set(source.subarray(start, end), at);
    return;
  }
  const shift = (phase & 3) << 3;
  const turned = shift === 0 ? key : (key << shift) | (key >>> (32 - shift));
  const key0 = turned >>> 24;
  const key1 = (turned >>> 16) & 0xff;
  const key2 = (turned >>> 8) & 0xff;
  const key3 = turned & 0xff;
  if (length >= WORDWISE_FROM) {
    unmaskWords(source, start, end, key0, key1, key2, key3, target, at);
    return;
  }
  let from = start;
  let to = at;
  const whole = end - 3;
  while (from < whole) {
    target[to] = source[from] ^ key0;
    target[to + 1] = source[from + 1] ^ key1;
    target[to + 2] = source[from + 2] ^ key2;
    target[to + 3] = source[from + 3] ^ key3;
    from += 4;
    to += 4;
  }
  if (from < end) target[to] = source[from] ^ key0;
  if (from + 1 < end) target[to + 1] = source[from + 1] ^ key1;
  if (from + 2 < end) target[to + 2] = source[from + 2] ^ key2;
}

/** Copy, then XOR aligned 32-bit words: nine times as fast for large payloads. */
function unmaskWords(
  source: Uint8Array,
  start: number,
  end: number,
  key0: number,
  key1: number,
  key2: number,
  key3: number,
  target: Uint8Array,
  at: number,
): void {
  target.set(source.subarray(start, end), at);
  const last = at + (end - start);
  const octets = [key0, key1, key2, key3];
  let to = at;
  let phase = 0;
  while (((target.byteOffset + to) & 3) !== 0) target[to++] ^= octets[phase++ & 3];
  const word =
    octets[phase & 3] |
    (octets[(phase + 1) & 3] << 8) |
    (octets[(phase + 2) & 3] << 16) |
    (octets[(phase + 3) & 3] << 24);
  const count = (last - to) >>> 2;
  const words = new Int32Array(target.buffer, target.byteOffset + to, count);
  // Words of the machine: every platform Node runs on is little-endian but s390x, where `word` would be turned.
  const mask = littleEndian ? word : swap(word);
  for (let index = 0; index < count; index++) words[index] ^= mask;
  to += count << 2;
  while (to < last) target[to++] ^= octets[phase++ & 3];
}

const littleEndian = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1;

function swap(word: number): number {
  return (word << 24) | ((word & 0xff00) << 8) | ((word >>> 8) & 0xff00) | (word >>> 24);
}
