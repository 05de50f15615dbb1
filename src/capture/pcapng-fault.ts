// What is said of a pcapng block that cannot be read, with its place.

import { CaptureError, READ_SO_FAR } from './capture-error.ts';

/** Where a fault is. */
export interface BlockPlace {
  /** Number of the block, from 1. */
  block: number;
  /** Octet offset of the block in the capture. */
  offset: number;
  /** Packets read before it. */
  packets: number;
}

/** `what` is a sentence about the block, without subject and full stop. */
export function blockDamaged({ block, offset, packets }: BlockPlace, what: string): CaptureError {
  const message = `block ${block} at octet ${offset} ${what}; the file is damaged from here; ${READ_SO_FAR}`;
  return new CaptureError('damaged', message, { offset, packet: packets + 1 });
}

export function blockCut({ block, offset, packets }: BlockPlace, left: number, wanted: number): CaptureError {
  return new CaptureError(
    'cut',
    `the capture ends inside block ${block} at octet ${offset}: ${left} of ${wanted} octets are there; ${READ_SO_FAR}`,
    { offset: offset + left, packet: packets + 1 },
  );
}
