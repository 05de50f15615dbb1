// Goes over the octets of a head once, where they lie: where its start line and the head end, how many lines it has, which
// fields it may have. Makes no string, as most heads are asked for nothing more (bench/http.ts). Does not know what a line says.

import { word16 } from '../link/octets.ts';
import { fieldBitsAt } from './field-bits.ts';
import { lineFeedIn } from './line-feeds.ts';
import { CR, LF } from './octet-names.ts';

const CR_LF = 0x0d0a;

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
    let next = lineFeedIn(octets, start, end) + 1;
    this.startLineEnd = octets[next - 2] === CR && next - 2 >= start ? next - 2 : next - 1;
    let lines = 1;
    let fieldBits = 0;
    while (next < end) {
      const isBare = octets[next] === LF;
      if (isBare || (next + 1 < end && word16(octets, next) === CR_LF)) {
        this.linesEnd = next;
        this.end = isBare ? next + 1 : next + 2;
        this.lines = lines;
        this.fieldBits = fieldBits;
        return true;
      }
      lines++;
      fieldBits |= fieldBitsAt(octets, next, end);
      next = lineFeedIn(octets, next, end) + 1;
    }
    return false;
  }
}
