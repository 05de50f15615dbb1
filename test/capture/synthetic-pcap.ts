// Makes classic pcap files of every variant for the tests, and random numbers that are the same each time. Written apart
// from the parsers, with DataView, so that a slip of theirs is not repeated here.

export interface PcapVariant {
  name: string;
  magic: number;
  littleEndian: boolean;
  recordHeaderLength: 16 | 24;
  resolution: 6 | 9;
}

const FORMS = [
  { name: 'microseconds', magic: 0xa1b2c3d4, recordHeaderLength: 16, resolution: 6 },
  { name: 'nanoseconds', magic: 0xa1b23c4d, recordHeaderLength: 16, resolution: 9 },
  { name: 'modified', magic: 0xa1b2cd34, recordHeaderLength: 24, resolution: 6 },
] as const;

export const PCAP_VARIANTS: readonly PcapVariant[] = FORMS.flatMap((form) => [
  { ...form, name: `${form.name}, little-endian`, littleEndian: true },
  { ...form, name: `${form.name}, big-endian`, littleEndian: false },
]);

export const [MICROSECONDS_LE] = PCAP_VARIANTS as [PcapVariant];

export interface SyntheticRecord {
  seconds?: number;
  /** In units of the variant's resolution. */
  fraction?: number;
  octets: Uint8Array;
  originalLength?: number;
  /** What the header claims, where it lies. */
  capturedLength?: number;
}

export function makePcap(
  variant: PcapVariant,
  records: readonly SyntheticRecord[],
  { linkField = 1, major = 2, minor = 4 } = {},
): Uint8Array {
  const length = records.reduce((sum, { octets }) => sum + variant.recordHeaderLength + octets.length, 24);
  const file = new Uint8Array(length);
  const view = new DataView(file.buffer);
  const { littleEndian } = variant;
  view.setUint32(0, variant.magic, littleEndian);
  view.setUint16(4, major, littleEndian);
  view.setUint16(6, minor, littleEndian);
  view.setUint32(16, 262144, littleEndian);
  view.setUint32(20, linkField, littleEndian);
  let at = 24;
  for (const record of records) {
    view.setUint32(at, record.seconds ?? 0, littleEndian);
    view.setUint32(at + 4, record.fraction ?? 0, littleEndian);
    view.setUint32(at + 8, record.capturedLength ?? record.octets.length, littleEndian);
    view.setUint32(at + 12, record.originalLength ?? record.octets.length, littleEndian);
    file.set(record.octets, at + variant.recordHeaderLength);
    at += variant.recordHeaderLength + record.octets.length;
  }
  return file;
}

/** Numbers in [0, 1), the same for the same seed (a 32-bit linear congruential generator). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Records of random lengths and times; some are empty, some cut by a snaplen. */
export function randomRecords(count: number, longest: number, seed: number): SyntheticRecord[] {
  const random = seededRandom(seed);
  return Array.from({ length: count }, (_, i) => {
    const octets = new Uint8Array(Math.floor(random() ** 2 * longest)).map(() => random() * 256);
    const cut = random() < 0.3 ? Math.floor(random() * 1000) : 0;
    const fraction = Math.floor(random() * 1_000_000);
    return { seconds: 1_700_000_000 + i, fraction, octets, originalLength: octets.length + cut };
  });
}
