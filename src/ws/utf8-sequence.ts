// Measures one UTF-8 sequence at a time, as the WHATWG decoder cuts them. It knows nothing of what is done with the
// octets: writers copy or replace them, checkers stop at the first that is broken.

/**
 * Length of the sequence at `octets[at]`, which ends before `end`: positive where it is well-formed (1…4), negative
 * where it is the maximal subpart of an ill-formed one (−1…−3), for which a decoder shows one U+FFFD.
 * Source: Unicode 15 table 3-7; https://encoding.spec.whatwg.org/#utf-8-decoder
 */
export function utf8SequenceLength(octets: Uint8Array, at: number, end: number): number {
  const lead = octets[at];
  if (lead < 0x80) return 1;
  if (lead < 0xc2 || lead > 0xf4) return -1;
  const needed = lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : 3;
  // The second octet's range is narrower where overlong forms, surrogates or what is past U+10FFFF would begin.
  let lower = lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80;
  let upper = lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf;
  for (let count = 1; count <= needed; count++) {
    if (at + count >= end) return -count;
    const next = octets[at + count];
    if (next < lower || next > upper) return -count;
    lower = 0x80;
    upper = 0xbf;
  }
  return needed + 1;
}

/** Whether the octet is within a sequence and not its first. */
export function isContinuation(octet: number): boolean {
  return (octet & 0xc0) === 0x80;
}
