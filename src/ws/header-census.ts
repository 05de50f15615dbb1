// Counts what looks like headers among octets in which a frame is looked for, and where such headers lead: what is no frame
// may have its own regularities, and by these a chain of headers is measured. Knows no evidence, only shares.

/** Something that fits as a header, and the chain that it ends. */
export interface CountedHeader {
  first: number;
  /** Headers, of whatever chain, that lead to it. */
  ledHere: number;
  startsSegment: boolean;
  /** Whether it may speak for a frame: how many do not says nothing of how many of the others there are by chance. */
  speaks: boolean;
  previous: CountedHeader | null;
}

/** How many octets, and headers, the expectation of random octets counts for, against what is counted. */
const PRIOR_OCTETS = 64;
const PRIOR_HEADERS = 64;
/** Of random octets with a random MASK bit, how many are one given first octet. */
const RANDOM_SHARE = 1 / 512;
/** Of random octets, how many fit as a header; and of headers how many at most begin with the same octet by chance. */
const RANDOM_HEADERS = 9 / 512;
const SAME_AT_MOST = 1 / 8;
/** From this share of octets on, what looks like headers is what the octets are made of: more of them may be the same. */
const DENSE = 0.05;
const SAME_WHERE_DENSE = 1 / 2;
/** Of headers that are none, how many lead to a segment's start. */
const RANDOM_END = 1 / 128;
/** Headers of a chain that are taken out of what is counted. */
const CHAIN_COUNTED = 64;

/** Places for first octets without RSV2 and RSV3, which no frame has: there may be tens of thousands of censuses. */
const PLACES = 64;

function placeOf(first: number): number {
  return ((first & 0xc0) >> 2) | (first & 0x0f);
}

export class HeaderCensus {
  /** By first octet: headers, and how many headers lead to such. */
  readonly #counts: number[] = new Array(PLACES).fill(0);
  readonly #led: number[] = new Array(PLACES).fill(0);
  /** Headers that may speak for frames. */
  #headers = 0;
  /** Headers that lead to a segment's start. */
  ledToStart = 0;

  add(header: CountedHeader): void {
    const place = placeOf(header.first);
    this.#counts[place]++;
    this.#led[place] += header.ledHere;
    if (header.speaks) this.#headers++;
  }

  clear(): void {
    this.#counts.fill(0);
    this.#led.fill(0);
    this.#headers = 0;
    this.ledToStart = 0;
  }

  /** Whether so much of the `octets` judged looks like headers that this is what they are made of. */
  isDense(octets: number): boolean {
    return this.#headers > DENSE * (PRIOR_OCTETS + octets);
  }

  /**
   * How often a header begins with `first` where the chain that ends with `last` has none: among `octets` judged, or among the
   * places to which headers lead, whichever is more.
   */
  shareOf(first: number, last: CountedHeader | null, octets: number): number {
    let places = PRIOR_OCTETS + octets;
    let found = PRIOR_OCTETS * RANDOM_SHARE + this.#counts[placeOf(first)];
    let headers = this.#headers;
    let led = PRIOR_HEADERS * RANDOM_SHARE + this.#led[placeOf(first)];
    for (let member = last, count = 0; member !== null && count < CHAIN_COUNTED; count++) {
      places--;
      if (member.speaks) headers--;
      if (member.first === first) {
        found--;
        led -= member.ledHere;
      }
      member = member.previous;
    }
    const density = (PRIOR_OCTETS * RANDOM_HEADERS + headers) / places;
    const same = density * (density > DENSE ? SAME_WHERE_DENSE : SAME_AT_MOST);
    return Math.max(found / places, led / (PRIOR_HEADERS + headers), same);
  }

  /** How many of the headers that are not of the chain lead to a segment's start. */
  shareOfEnds(last: CountedHeader): number {
    let headers = PRIOR_HEADERS + this.#headers;
    let led = PRIOR_HEADERS * RANDOM_END + this.ledToStart;
    let member: CountedHeader | null = last;
    for (let count = 0; member !== null && count < CHAIN_COUNTED; count++) {
      if (member.speaks) headers--;
      if (member.startsSegment) led -= member.ledHere;
      member = member.previous;
    }
    return Math.max(led, 0) / headers;
  }
}
