// zstd data without compression (RFC 8878 §3.1): two frames of raw blocks, skippable ones between. So there is a witness
// also where neither Node nor a tool can compress. And frames of compressed blocks written by hand.

import { concatOctets } from './pcapng-builder.ts';

const MAGIC = [0x28, 0xb5, 0x2f, 0xfd];
/** No flags, and a window of 2 MiB. */
const FRAME_HEADER = [0, 0x58];
const SKIPPABLE = [0x5a, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3];
const EMPTY_SKIPPABLE = [0x50, 0x2a, 0x4d, 0x18, 0, 0, 0, 0];

const RAW = 0;
const COMPRESSED = 2;

function block(type: number, content: Uint8Array, isLast: boolean): Uint8Array {
  const header = (isLast ? 1 : 0) | (type << 1) | (content.length << 3);
  return concatOctets([Uint8Array.of(header, header >> 8, header >> 16), content]);
}

function frameOf(content: Uint8Array, blockLength: number): Uint8Array {
  const blocks: Uint8Array[] = [];
  for (let at = 0; at < content.length; at += blockLength) {
    blocks.push(block(RAW, content.subarray(at, at + blockLength), false));
  }
  return concatOctets([Uint8Array.from([...MAGIC, ...FRAME_HEADER]), ...blocks, block(RAW, new Uint8Array(0), true)]);
}

/** A skippable frame in front, as pzstd writes it. */
export function behindSkippable(zstd: Uint8Array): Uint8Array {
  return concatOctets([Uint8Array.from(SKIPPABLE), zstd]);
}

export function zstdOf(octets: Uint8Array, blockLength: number): Uint8Array {
  const half = Math.floor(octets.length / 2);
  return concatOctets([
    frameOf(octets.subarray(0, half), blockLength),
    Uint8Array.from([...SKIPPABLE, ...EMPTY_SKIPPABLE]),
    frameOf(octets.subarray(half), blockLength),
  ]);
}

/** What a frame says of what it makes: its length, and a checksum. */
export interface FrameClaims {
  content?: number;
  checksum?: number;
}

/** A frame of compressed blocks. */
export function frameOfBlocks(blocks: readonly number[][], { content, checksum }: FrameClaims = {}): Uint8Array {
  const descriptor = (content === undefined ? 0 : 0x80) | (checksum === undefined ? 0 : 4);
  const written = blocks.map((octets, index) =>
    block(COMPRESSED, Uint8Array.from(octets), index === blocks.length - 1),
  );
  const length = content === undefined ? [] : [content, 0, 0, 0];
  const trailer = checksum === undefined ? [] : [checksum, 0, 0, 0];
  return concatOctets([
    Uint8Array.from([...MAGIC, descriptor, FRAME_HEADER[1], ...length]),
    ...written,
    Uint8Array.from(trailer),
  ]);
}
