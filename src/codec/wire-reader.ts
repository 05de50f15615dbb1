// Reads the protobuf wire format: varints, fixed words, tags, lengths, and what is to be skipped. It bounds every read and
// remembers what was wrong and where; it knows no schema. Source: https://protobuf.dev/programming-guides/encoding/

/** Wire types, the low three bits of a tag. */
export const VARINT = 0;
export const FIXED64 = 1;
export const LENGTH_DELIMITED = 2;
export const GROUP_START = 3;
export const GROUP_END = 4;
export const FIXED32 = 5;

/** Of field numbers: 2^29 − 1. */
export const HIGHEST_FIELD_NUMBER = 0x1fffffff;

/** Messages and groups inside each other, as the C++ and Java libraries limit them. */
export const DEPTH_LIMIT = 100;
export const TOO_DEEP = `more than ${DEPTH_LIMIT} messages and groups inside each other`;

/**
 * A cursor on octets. Methods that can fail return false or −1 and leave the reason in `failureReason`; nothing is
 * thrown, as a broken message is an ordinary thing in a capture. The fields are flat so that reading allocates nothing.
 */
export class WireReader {
  octets: Uint8Array = new Uint8Array(0);
  position = 0;
  /** The words of the last number read, as signed 32-bit integers. */
  low = 0;
  high = 0;
  /** Field number of the last tag read. */
  number = 0;
  /** Where the last tag read begins. */
  tagStart = 0;
  /** Where the content of the last group skipped ends: before its end tag. */
  groupContentEnd = 0;
  failureOffset = 0;
  failureReason = '';
  /** Field numbers of the groups that `skip` is inside of. */
  readonly #openGroups = new Int32Array(DEPTH_LIMIT + 1);

  /** Begins on other octets. */
  reset(octets: Uint8Array, start: number): void {
    this.octets = octets;
    this.position = start;
    this.low = 0;
    this.high = 0;
    this.number = 0;
    this.tagStart = start;
    this.groupContentEnd = 0;
    this.failureOffset = 0;
    this.failureReason = '';
  }

  /** Notes what is wrong at `offset`; false, so that callers can return it. */
  fail(offset: number, reason: string): false {
    this.failureOffset = offset;
    this.failureReason = reason;
    return false;
  }

  /** Reads up to ten octets into `low` and `high`. */
  varint(end: number): boolean {
    const octets = this.octets;
    const start = this.position;
    let at = start;
    let low = 0;
    // Most numbers end in the first or second octet; the rest take the loops.
    if (at < end) {
      low = octets[at++];
      if (low < 0x80) {
        this.position = at;
        this.low = low;
        this.high = 0;
        return true;
      }
      low &= 0x7f;
    }
    let high = 0;
    for (let shift = 7; shift < 70; shift += 7) {
      if (at >= end) return this.fail(start, 'a varint is cut off');
      const octet = octets[at++];
      const bits = octet & 0x7f;
      if (shift < 28) low |= bits << shift;
      else if (shift === 28) {
        low |= bits << 28;
        high = bits >>> 4;
      } else high |= bits << (shift - 32);
      if (octet < 0x80) {
        if (shift === 63 && octet > 1) return this.fail(start, 'a varint is larger than 64 bits');
        this.position = at;
        this.low = low;
        this.high = high;
        return true;
      }
    }
    return this.fail(start, 'a varint is longer than 10 octets');
  }

  /** Reads 4 octets, little-endian, into `low`. */
  fixed32(end: number): boolean {
    const at = this.position;
    if (end - at < 4) return this.fail(at, `a fixed 32-bit value has ${end - at} octets`);
    const octets = this.octets;
    this.low = octets[at] | (octets[at + 1] << 8) | (octets[at + 2] << 16) | (octets[at + 3] << 24);
    this.high = 0;
    this.position = at + 4;
    return true;
  }

  /** Reads 8 octets, little-endian, into `low` and `high`. */
  fixed64(end: number): boolean {
    const at = this.position;
    if (end - at < 8) return this.fail(at, `a fixed 64-bit value has ${end - at} octets`);
    const octets = this.octets;
    this.low = octets[at] | (octets[at + 1] << 8) | (octets[at + 2] << 16) | (octets[at + 3] << 24);
    this.high = octets[at + 4] | (octets[at + 5] << 8) | (octets[at + 6] << 16) | (octets[at + 7] << 24);
    this.position = at + 8;
    return true;
  }

  /** Reads the number of a varint or fixed wire type. */
  numeric(wireType: number, end: number): boolean {
    if (wireType === VARINT) return this.varint(end);
    return wireType === FIXED32 ? this.fixed32(end) : this.fixed64(end);
  }

  /** Reads a tag: sets `number`, returns the wire type, −1 on failure. */
  tag(end: number): number {
    const start = this.position;
    this.tagStart = start;
    const octet = this.octets[start];
    if (octet < 0x80) {
      this.position = start + 1;
      this.number = octet >>> 3;
    } else {
      if (!this.varint(end)) return -1;
      this.number = this.low >>> 3;
      if (this.high !== 0) {
        this.fail(start, `a field number is larger than ${HIGHEST_FIELD_NUMBER}`);
        return -1;
      }
    }
    if (this.number === 0) {
      this.fail(start, 'field number 0 does not exist');
      return -1;
    }
    return octet & 7;
  }

  /** Reads a length and returns where the value ends, −1 where that is past `end`. */
  lengthDelimited(end: number): number {
    const start = this.position;
    if (!this.varint(end)) return -1;
    const rest = end - this.position;
    const length = this.high === 0 ? this.low >>> 0 : Number.POSITIVE_INFINITY;
    if (length > rest) {
      const said = this.high === 0 ? String(length) : 'more than 32 bits';
      this.fail(start, `a length of ${said} runs past the end (octets left: ${rest})`);
      return -1;
    }
    return this.position + length;
  }

  /** Passes over the value of a field whose tag was read, `depth` levels down. Groups are passed over without recursion. */
  skip(wireType: number, end: number, depth: number): boolean {
    if (wireType === GROUP_START) return this.#skipGroup(end, depth);
    if (wireType === LENGTH_DELIMITED) {
      const stop = this.lengthDelimited(end);
      if (stop < 0) return false;
      this.position = stop;
      return true;
    }
    if (wireType === VARINT || wireType === FIXED32 || wireType === FIXED64) return this.numeric(wireType, end);
    if (wireType === GROUP_END) return this.fail(this.tagStart, 'a group ends that did not begin');
    return this.fail(this.tagStart, `wire type ${wireType} does not exist`);
  }

  #skipGroup(end: number, depth: number): boolean {
    const start = this.position;
    const openGroups = this.#openGroups;
    let open = 0;
    openGroups[0] = this.number;
    for (;;) {
      if (depth + open >= DEPTH_LIMIT) {
        return this.fail(start, TOO_DEEP);
      }
      if (this.position >= end) return this.fail(start, 'a group does not end');
      const wireType = this.tag(end);
      if (wireType < 0) return false;
      if (wireType === GROUP_START) {
        openGroups[++open] = this.number;
      } else if (wireType === GROUP_END) {
        if (this.number !== openGroups[open]) {
          return this.fail(this.tagStart, `group ${openGroups[open]} ends as group ${this.number}`);
        }
        if (--open < 0) {
          this.groupContentEnd = this.tagStart;
          return true;
        }
      } else if (!this.skip(wireType, end, depth)) {
        return false;
      }
    }
  }
}
