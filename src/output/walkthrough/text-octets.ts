// Octets that should be text in UTF-8, as text: what is none is shown by its numbers instead of vanishing, and a character
// that is cut at the end is told apart. Does not know where the octets come from.

import { hexOf } from '../../octet-hex.ts';
import { isCut } from '../../ws/utf8-check.ts';
import { utf8SequenceLength } from '../../ws/utf8-sequence.ts';

export interface ReadText {
  /** Octets that are no UTF-8 stand in it as `\xff`. */
  readonly text: string;
  /** Offset of the first octet that is no UTF-8; null where there is none. */
  readonly brokenAt: number | null;
  /** The octets at the end that begin a character and do not end it; they are not in the text. */
  readonly cut: Uint8Array;
}

/** @param whole whether nothing follows, so that a character that is cut at the end is none */
export function readText(octets: Uint8Array, whole: boolean): ReadText {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  let text = '';
  let brokenAt: number | null = null;
  let read = 0;
  let at = 0;
  while (at < octets.length) {
    const length = utf8SequenceLength(octets, at, octets.length);
    if (length < 0) {
      if (!whole && isCut(octets, at, octets.length, length)) break;
      brokenAt ??= at;
      const broken = octets.subarray(at, at - length);
      text += decoder.decode(octets.subarray(read, at)) + Array.from(broken, (octet) => `\\x${hexOf(octet)}`).join('');
      read = at - length;
    }
    at += Math.abs(length);
  }
  return { text: text + decoder.decode(octets.subarray(read, at)), brokenAt, cut: octets.subarray(at) };
}
