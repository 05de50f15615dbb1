// Counts values in buckets whose width grows with the value, so that a median of millions of values takes kilobytes.
// Knows nothing of what the values are.

/** Values below are counted one by one: a power of two. */
const EXACT = 1024;
const EXACT_EXPONENT = 10;
/** Buckets for each doubling from there on. */
const BUCKETS_A_DOUBLING = 128;
const SUB_EXPONENT = 7;
const FIRST_CAPACITY = 64;

/** Number of the bucket of a non-negative integer. */
function bucketOf(value: number): number {
  if (value < EXACT) return value;
  if (value < 2 ** 31) {
    // By shifts alone: a power and a division would take longer than all else that is counted of a message.
    const exponent = 31 - Math.clz32(value);
    return EXACT + (exponent - EXACT_EXPONENT - 1) * BUCKETS_A_DOUBLING + (value >> (exponent - SUB_EXPONENT));
  }
  const exponent = value < 2 ** 32 ? 31 : 63 - Math.clz32(Math.floor(value / 2 ** 32));
  const step = 2 ** (exponent - SUB_EXPONENT);
  return EXACT + (exponent - EXACT_EXPONENT - 1) * BUCKETS_A_DOUBLING + Math.floor(value / step);
}

/** The middle of a bucket from `EXACT` on: the inverse of `bucketOf`, but for at most 1/256 of the value. */
function middleOf(bucket: number): number {
  const doubling = Math.floor((bucket - EXACT) / BUCKETS_A_DOUBLING);
  const step = 2 ** (doubling + EXACT_EXPONENT - SUB_EXPONENT);
  return (((bucket - EXACT) % BUCKETS_A_DOUBLING) + BUCKETS_A_DOUBLING + 0.5) * step;
}

/**
 * A log-linear histogram of integers from 0 to 2^53 − 1. Count, sum, smallest and largest are exact; a quantile is exact
 * below 1,024 and within 0.4 % above.
 */
export class Histogram {
  count = 0;
  // Grows with the largest value only, so that recording allocates nothing once a value of its size was seen.
  #buckets = new Float64Array(FIRST_CAPACITY);
  /** Of the values from `EXACT` on: those below are told by their buckets alone. */
  // No integer, as it becomes one that is none for V8: code compiled for integers would be thrown away.
  #largeSum = -0;
  #largeMin = Number.POSITIVE_INFINITY;
  #largeMax = 0;

  /** Hot: of a small value nothing more is noted than that it was there. */
  record(value: number): void {
    this.count++;
    if (value < EXACT && value < this.#buckets.length) this.#buckets[value]++;
    else this.#recordSlowly(value);
  }

  /** Records a value below `FIRST_CAPACITY` so many times. */
  recordTimes(value: number, times: number): void {
    this.count += times;
    this.#buckets[value] += times;
  }

  get sum(): number {
    const exact = this.#exactBuckets;
    let sum = this.#largeSum;
    for (let value = 1; value < exact.length; value++) sum += value * exact[value];
    return sum;
  }

  /** Infinity where nothing was recorded. */
  get min(): number {
    const exact = this.#exactBuckets;
    for (let value = 0; value < exact.length; value++) if (exact[value] > 0) return value;
    return this.#largeMin;
  }

  /** 0 where nothing was recorded. */
  get max(): number {
    if (this.#largeMax > 0) return this.#largeMax;
    const exact = this.#exactBuckets;
    for (let value = exact.length - 1; value > 0; value--) if (exact[value] > 0) return value;
    return 0;
  }

  /** Takes over all that another has counted. */
  add(other: Histogram): void {
    if (other.#buckets.length > this.#buckets.length) this.#grow(other.#buckets.length - 1);
    for (let bucket = 0; bucket < other.#buckets.length; bucket++) this.#buckets[bucket] += other.#buckets[bucket];
    this.count += other.count;
    this.#largeSum += other.#largeSum;
    this.#largeMin = Math.min(this.#largeMin, other.#largeMin);
    this.#largeMax = Math.max(this.#largeMax, other.#largeMax);
  }

  /** The smallest value that at least `share` (0…1) of the values do not exceed; NaN where nothing was recorded. */
  quantile(share: number): number {
    if (this.count === 0) return Number.NaN;
    const rank = Math.max(1, Math.ceil(share * this.count));
    let bucket = 0;
    for (let seen = this.#buckets[0]; seen < rank; seen += this.#buckets[bucket]) bucket++;
    if (bucket < EXACT) return bucket;
    return Math.min(this.#largeMax, Math.max(this.#largeMin, middleOf(bucket)));
  }

  /** Of the values that are counted one by one. */
  get #exactBuckets(): Float64Array {
    return this.#buckets.subarray(0, EXACT);
  }

  #recordSlowly(value: number): void {
    const bucket = bucketOf(value);
    if (bucket >= this.#buckets.length) this.#grow(bucket);
    this.#buckets[bucket]++;
    if (value < EXACT) return;
    this.#largeSum += value;
    if (value < this.#largeMin) this.#largeMin = value;
    if (value > this.#largeMax) this.#largeMax = value;
  }

  #grow(bucket: number): void {
    let capacity = this.#buckets.length;
    while (capacity <= bucket) capacity *= 2;
    const grown = new Float64Array(capacity);
    grown.set(this.#buckets);
    this.#buckets = grown;
  }
}
