// The bare record walk, against which the bench measures: reads a pcap file block by block and each record's header, and
// nothing more. A program of its own that shares nothing with `src/`, so that it stays as lean as such a program can be.

import { openSync, readSync } from 'node:fs';

const BLOCK = 1024 * 1024;
const FILE_HEADER = 24;
const RECORD_HEADER = 16;

const file = openSync(process.argv[2], 'r');
const block = new Uint8Array(BLOCK);
const view = new DataView(block.buffer);
let packets = 0;
let octets = 0;
let held = 0;
/** Offset of the next record from the beginning of the block; beyond its end where a record goes on behind it. */
let next = FILE_HEADER;
for (;;) {
  const read = readSync(file, block, held, BLOCK - held, null);
  if (read === 0) break;
  const end = held + read;
  while (next + RECORD_HEADER <= end) {
    const length = view.getUint32(next + 8, true);
    packets++;
    octets += length;
    next += RECORD_HEADER + length;
  }
  held = Math.max(0, end - next);
  if (held > 0) block.copyWithin(0, next, end);
  next = Math.max(0, next - end);
}
console.log(`${packets} packets, ${octets} octets`);
