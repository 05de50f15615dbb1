// The way back from JSON's spelling: every escape becomes the character that it stands for, so that a text can be looked for in
// JSON as it was said. What comes of it is no JSON any more; knows nothing of what is looked for.

const BACKSLASH = 0x5c;
const LETTER_U = 0x75;
/** The character for each letter after a backslash: of those that are not listed, the letter itself. */
const MEANT = new Uint8Array(256).map((_, letter) => letter);
for (const [letter, character] of ['b\b', 'f\f', 'n\n', 'r\r', 't\t']) {
  MEANT[letter.charCodeAt(0)] = character.charCodeAt(0);
}
const REPLACEMENT = 0xfffd;

/**
 * Undoes the escapes of the JSON in `octets[start, end)` in place, where it only becomes shorter; returns its new end. Half a
 * surrogate pair becomes U+FFFD, as UTF-8 has none.
 */
export function undoEscapes(octets: Uint8Array, start: number, end: number): number {
  let from = start;
  // Most JSON has none: then this look is all.
  while (from < end && octets[from] !== BACKSLASH) from++;
  let to = from;
  while (from < end) {
    if (octets[from] !== BACKSLASH) {
      octets[to++] = octets[from++];
    } else if (octets[from + 1] !== LETTER_U) {
      octets[to++] = MEANT[octets[from + 1]];
      from += 2;
    } else {
      let point = unitAt(octets, from);
      from += 6;
      if (isSurrogate(point)) {
        const low = octets[from] === BACKSLASH && octets[from + 1] === LETTER_U ? unitAt(octets, from) : 0;
        const isPair = point < 0xdc00 && isSurrogate(low) && low >= 0xdc00;
        point = isPair ? 0x10000 + ((point - 0xd800) << 10) + (low - 0xdc00) : REPLACEMENT;
        if (isPair) from += 6;
      }
      to = writeCharacter(octets, to, point);
    }
  }
  return to;
}

function isSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdfff;
}

/** Of `\uXXXX` at `at`. */
function unitAt(octets: Uint8Array, at: number): number {
  let unit = 0;
  // Of a letter, whatever its case, the lower four bits are 1 to 6.
  for (let digit = at + 2; digit < at + 6; digit++) {
    unit = (unit << 4) | ((octets[digit] & 0x0f) + (octets[digit] > 0x39 ? 9 : 0));
  }
  return unit;
}

/** As UTF-8; returns its end. */
function writeCharacter(octets: Uint8Array, at: number, point: number): number {
  if (point < 0x80) {
    octets[at] = point;
    return at + 1;
  }
  const length = point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
  let rest = point;
  for (let last = at + length - 1; last > at; last--) {
    octets[last] = 0x80 | (rest & 0x3f);
    rest >>>= 6;
  }
  // As many bits as there are octets, and a zero: 110xxxxx, 1110xxxx, 11110xxx.
  octets[at] = ((0xf00 >> length) & 0xff) | rest;
  return at + length;
}
