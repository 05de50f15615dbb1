// The pcapng blocks that are no packets and yet worth keeping: resolved names, what was dropped, keys
// (draft-ietf-opsawg-pcapng §4.5 to §4.7). A body too short for what it claims tells nothing.

import { read16, read32, read64 } from './octet-order.ts';
import type { CaptureAnnex } from './packet.ts';
import type { CaptureInterface } from './pcapng-interface.ts';
import { type OptionWalk, padded } from './pcapng-options.ts';

const RECORD_HEADER_LENGTH = 4;
const RECORD_IPV4 = 1;
const RECORD_IPV6 = 2;
/** Octets of a name at most (RFC 1035 §2.3.4); what is longer is none. */
const NAME_LENGTH = 255;

const STATISTICS_BODY_LENGTH = 12;
const DROPPED_BY_INTERFACE = 5;
const DROPPED_BY_SYSTEM = 7;

const SECRETS_BODY_LENGTH = 8;
const SECRETS: ReadonlyMap<number, string> = new Map([
  [0x544c534b, 'tls-key-log'],
  [0x5353484b, 'ssh-key-log'],
  [0x57474b4c, 'wireguard-key-log'],
  [0x5a4e574b, 'zigbee-nwk-key'],
  [0x5a415053, 'zigbee-aps-key'],
  [0x55414b4c, 'opc-ua-key-log'],
]);

const utf8 = new TextDecoder();

/** A block's body: `octets[start, end)`. */
interface BlockBody {
  octets: Uint8Array;
  start: number;
  end: number;
  littleEndian: boolean;
}

type Give = (annex: CaptureAnnex) => void;

/** Records of type, length, address and names that end in NUL. */
export function readNames({ octets, start, end, littleEndian }: BlockBody, give: Give): void {
  for (let at = start; at + RECORD_HEADER_LENGTH <= end; ) {
    const type = read16(octets, at, littleEndian);
    const valueStart = at + RECORD_HEADER_LENGTH;
    const length = read16(octets, at + 2, littleEndian);
    if (type === 0 || valueStart + length > end) return;
    const addressLength = type === RECORD_IPV4 ? 4 : type === RECORD_IPV6 ? 16 : 0;
    if (addressLength > 0 && length > addressLength) {
      const address = octets.subarray(valueStart, valueStart + addressLength);
      const names = namesIn(octets.subarray(valueStart + addressLength, valueStart + length));
      if (names.length > 0) give({ kind: 'names', address, names });
    }
    at = valueStart + padded(length);
  }
}

function namesIn(octets: Uint8Array): string[] {
  const names: string[] = [];
  for (let start = 0; start < octets.length; ) {
    const found = octets.indexOf(0, start);
    const end = found === -1 ? octets.length : found;
    if (end > start && end - start <= NAME_LENGTH) names.push(utf8.decode(octets.subarray(start, end)));
    start = end + 1;
  }
  return names;
}

/** Of an interface that no block described there is nothing to tell. */
export function readStatistics(
  { octets, start, end, littleEndian }: BlockBody,
  interfaces: readonly CaptureInterface[],
  options: OptionWalk,
  give: Give,
): void {
  if (end - start < STATISTICS_BODY_LENGTH) return;
  const source = interfaces[read32(octets, start, littleEndian)];
  if (source === undefined) return;
  let dropped: number | null = null;
  options.begin(octets, start + STATISTICS_BODY_LENGTH, end, littleEndian);
  while (options.next()) {
    if (options.code !== DROPPED_BY_INTERFACE && options.code !== DROPPED_BY_SYSTEM) continue;
    if (options.length >= 8) dropped = (dropped ?? 0) + read64(octets, options.start, littleEndian);
  }
  if (dropped === null) return;
  // Each report of an interface counts from its beginning.
  const more = Math.max(0, dropped - source.dropped);
  source.dropped = Math.max(dropped, source.dropped);
  give({ kind: 'drops', dropped: more });
}

export function readSecrets({ octets, start, end, littleEndian }: BlockBody, give: Give): void {
  if (end - start < SECRETS_BODY_LENGTH) return;
  const type = read32(octets, start, littleEndian);
  const length = Math.min(read32(octets, start + 4, littleEndian), end - start - SECRETS_BODY_LENGTH);
  give({ kind: 'secrets', type: SECRETS.get(type) ?? type.toString(16).padStart(8, '0'), length });
}
