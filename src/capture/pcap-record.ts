// What is said of a pcap record that cannot be read. Both readers of pcap, ours and the package's, say it through these,
// so that the same damage has the same words.

import { formatCount } from '../plural.ts';
import { CaptureError, READ_SO_FAR } from './capture-error.ts';

/** Octets; far above any packet (libpcap's own limit is 256 KiB), far below what would hurt to hold. */
export const DEFAULT_RECORD_LIMIT = 16 * 1024 * 1024;

export function recordTooLong(packet: number, offset: number, length: number, limit: number): CaptureError {
  return new CaptureError(
    'damaged',
    `record ${packet} at octet ${offset} claims ${formatCount(length)} octets, more than the limit of ` +
      `${formatCount(limit)}; the file is damaged from here; ${READ_SO_FAR}`,
    { offset, packet },
  );
}

export function anotherFileHeader(packet: number, offset: number): CaptureError {
  return new CaptureError(
    'damaged',
    `at octet ${offset} another capture's file header follows, as cat puts it there; ${READ_SO_FAR}; name the files one by one, ` +
      'or join them with: mergecap -w joined.pcapng FILE...',
    { offset, packet },
  );
}

/** `left` of the `wanted` octets of the record, its header included, are there. */
export function recordCut(packet: number, offset: number, left: number, wanted: number): CaptureError {
  return new CaptureError(
    'cut',
    `the capture ends inside record ${packet} at octet ${offset}: ${left} of ${wanted} octets are there; ${READ_SO_FAR}`,
    {
      offset: offset + left,
      packet,
    },
  );
}

export function fileHeaderCut(left: number, wanted: number): CaptureError {
  const message =
    left === 0
      ? 'the capture is empty: not even a file header is there; capture again'
      : `the capture ends inside its file header: ${left} of ${wanted} octets are there; capture again`;
  return new CaptureError('cut', message, { offset: left });
}
