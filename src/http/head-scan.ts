// Goes over the octets of a head once, where they lie: where its start line and the head end, how many lines it has, which
// fields it may have. Makes no string, as most heads are asked for nothing more (bench/http.ts). Knows not what a line says.

import { fieldBitsAt } from './field-bits.ts';
import { LineFeeds } from './line-feeds.ts';
import { CR, LF } from './octet-names.ts';

const lineFeeds = new LineFeeds();

/** Reused from head to head: where it is found, `read` sets every field. */
export class HeadScan {
  /** Offset behind the start line, without its line end. */
  startLineEnd = 0;
  /** Offset of the empty line. */
  linesEnd = 0;
  /** Offset behind the empty line. */
  end = 0;
  /** The start line counted, the empty line not. */
  lines = 0;
  /** Which fields there may be (field-bits.ts). */
  fieldBits = 0;

  /** Of `octets[start, end)`, which begin with a head's start line; false where the head's empty line is not in them. */
  read(octets: Uint8Array, start: number, end: number): boolean {
    let lines = 0;
    let fieldBits = 0;
    for (let at = start - 1; ; ) {
      at = lineFeeds.find(octets, at + 1, end);
      const next = at + 1;
      if (next >= end) return false;
      if (lines++ === 0) this.startLineEnd = octets[at - 1] === CR && at > start ? at - 1 : at;
      const first = octets[next];
      if (first === LF || (first === CR && next + 1 < end && octets[next + 1] === LF)) {
        this.linesEnd = next;
        this.end = first === LF ? next + 1 : next + 2;
        this.lines = lines;
        this.fieldBits = fieldBits;
        return true;
      }
      fieldBits |= fieldBitsAt(octets, next, end);
    }
  }
}
