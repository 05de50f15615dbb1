// Text that is written again and again, as the doubles that its UTF-8 octets make, eight by eight: a DataView writes them in
// half the time of `TypedArray.set` (bench/README.md, ndjson). Does not know where it is written.

const OCTETS = 8;

export class ConstantText {
  readonly text: string;
  /** In octets. */
  readonly length: number;
  /**
   * None of them is NaN, whose bits a machine may change: for that an octet of 0xff, or of 0xf0 and more before 0x7f, would
   * have to be there, and UTF-8 has neither. The last one is filled with zeros.
   */
  readonly doubles: Float64Array;

  constructor(text: string) {
    this.text = text;
    const octets = new TextEncoder().encode(text);
    this.length = octets.length;
    const filled = new Uint8Array(Math.ceil(octets.length / OCTETS) * OCTETS);
    filled.set(octets);
    const view = new DataView(filled.buffer);
    this.doubles = Float64Array.from({ length: filled.length / OCTETS }, (_, at) => view.getFloat64(at * OCTETS, true));
  }
}
