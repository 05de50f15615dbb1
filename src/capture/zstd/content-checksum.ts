// The checksum of what a frame makes (RFC 8878 §3.1.1): the lower half of its XXH64. Numbers of 64 bits are halves while
// octets come, as BigInt would take ten times what decompressing takes, and BigInt at the end.

const STRIPE_LENGTH = 32;

const PRIME1 = 0x9e3779b185ebca87n;
const PRIME2 = 0xc2b2ae3d27d4eb4fn;
const PRIME3 = 0x165667b19e3779f9n;
const PRIME4 = 0x85ebca77c2b2ae63n;
const PRIME5 = 0x27d4eb2f165667c5n;

const PRIME1_LOW = Number(PRIME1 & 0xffffffffn);
const PRIME1_HIGH = Number(PRIME1 >> 32n);
const PRIME2_LOW = Number(PRIME2 & 0xffffffffn);
const PRIME2_HIGH = Number(PRIME2 >> 32n);

/** Bits 32 to 63 of the product of two numbers of 32 bits. */
function productHigh(one: number, other: number): number {
  const oneLow = one & 0xffff;
  const oneHigh = one >>> 16;
  const otherLow = other & 0xffff;
  const otherHigh = other >>> 16;
  const middle = Math.imul(oneLow, otherHigh);
  const crossed = Math.imul(oneHigh, otherLow);
  const carry = (Math.imul(oneLow, otherLow) >>> 16) + (middle & 0xffff) + (crossed & 0xffff);
  return (Math.imul(oneHigh, otherHigh) + (middle >>> 16) + (crossed >>> 16) + (carry >>> 16)) | 0;
}

const uint64 = (value: bigint): bigint => BigInt.asUintN(64, value);
const rotate = (value: bigint, count: bigint): bigint => uint64((value << count) | (value >> (64n - count)));
const round = (lane: bigint, input: bigint): bigint => uint64(rotate(uint64(lane + input * PRIME2), 31n) * PRIME1);

export class ContentChecksum {
  /** Four lanes, of each the lower half and the higher. */
  readonly #lanes = new Int32Array(8);
  /** What is no stripe yet. */
  readonly #rest = new Uint8Array(STRIPE_LENGTH);
  readonly #restView = new DataView(this.#rest.buffer);
  #restLength = 0;
  #length = 0;

  begin(): void {
    const lanes = [PRIME1 + PRIME2, PRIME2, 0n, -PRIME1];
    lanes.forEach((lane, index) => {
      this.#lanes[2 * index] = Number(lane & 0xffffffffn);
      this.#lanes[2 * index + 1] = Number((lane >> 32n) & 0xffffffffn);
    });
    this.#restLength = 0;
    this.#length = 0;
  }

  add(octets: Uint8Array, start: number, end: number): void {
    this.#length += end - start;
    let at = start;
    if (this.#restLength > 0) {
      at = Math.min(end, start + STRIPE_LENGTH - this.#restLength);
      this.#keep(octets, start, at);
      if (this.#restLength < STRIPE_LENGTH) return;
      this.#takeStripe(this.#restView, 0);
      this.#restLength = 0;
    }
    const view = new DataView(octets.buffer, octets.byteOffset);
    for (; at + STRIPE_LENGTH <= end; at += STRIPE_LENGTH) this.#takeStripe(view, at);
    this.#keep(octets, at, end);
  }

  #keep(octets: Uint8Array, start: number, end: number): void {
    this.#rest.set(octets.subarray(start, end), this.#restLength);
    this.#restLength += end - start;
  }

  /** Each lane: add the input times PRIME2, rotate by 31, multiply by PRIME1. */
  #takeStripe(view: DataView, at: number): void {
    const lanes = this.#lanes;
    for (let lane = 0; lane < 8; lane += 2) {
      const inputLow = view.getInt32(at + 4 * lane, true);
      const inputHigh = view.getInt32(at + 4 * lane + 4, true);
      const sumLow = (lanes[lane] + Math.imul(inputLow, PRIME2_LOW)) | 0;
      const carry = sumLow >>> 0 < lanes[lane] >>> 0 ? 1 : 0;
      const crossed = Math.imul(inputLow, PRIME2_HIGH) + Math.imul(inputHigh, PRIME2_LOW);
      const sumHigh = (lanes[lane + 1] + productHigh(inputLow, PRIME2_LOW) + crossed + carry) | 0;
      const low = (sumLow << 31) | (sumHigh >>> 1);
      const high = (sumHigh << 31) | (sumLow >>> 1);
      lanes[lane] = Math.imul(low, PRIME1_LOW);
      lanes[lane + 1] = productHigh(low, PRIME1_LOW) + Math.imul(low, PRIME1_HIGH) + Math.imul(high, PRIME1_LOW);
    }
  }

  /** The lower 32 bits of the hash, unsigned. */
  get value(): number {
    let hash = this.#length < STRIPE_LENGTH ? PRIME5 : this.#mergedLanes();
    hash = uint64(hash + BigInt(this.#length));
    const view = this.#restView;
    let at = 0;
    for (; at + 8 <= this.#restLength; at += 8) {
      hash = uint64(rotate(hash ^ round(0n, view.getBigUint64(at, true)), 27n) * PRIME1 + PRIME4);
    }
    for (; at + 4 <= this.#restLength; at += 4) {
      hash = uint64(rotate(hash ^ uint64(BigInt(view.getUint32(at, true)) * PRIME1), 23n) * PRIME2 + PRIME3);
    }
    for (; at < this.#restLength; at++) {
      hash = uint64(rotate(hash ^ uint64(BigInt(view.getUint8(at)) * PRIME5), 11n) * PRIME1);
    }
    hash = uint64((hash ^ (hash >> 33n)) * PRIME2);
    hash = uint64((hash ^ (hash >> 29n)) * PRIME3);
    return Number((hash ^ (hash >> 32n)) & 0xffffffffn);
  }

  #mergedLanes(): bigint {
    const lanes = [0, 2, 4, 6].map((at) => (BigInt(this.#lanes[at + 1] >>> 0) << 32n) | BigInt(this.#lanes[at] >>> 0));
    const sum = lanes.reduce((hash, lane, index) => uint64(hash + rotate(lane, [1n, 7n, 12n, 18n][index])), 0n);
    return lanes.reduce((hash, lane) => uint64((hash ^ round(0n, lane)) * PRIME1 + PRIME4), sum);
  }
}
