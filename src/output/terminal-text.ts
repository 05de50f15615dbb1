// Makes text from a capture safe to show: whatever could move the cursor, change the direction of the writing or hide
// itself is written out visibly. Knows nothing of widths and layouts.

const PLAIN_ASCII = /^[\x20-\x7e]*$/;

/** Patterns of Unicode properties, which take V8 1 ms to make: of text in ASCII nobody asks for them. */
interface Patterns {
  unsafe: RegExp;
  harmless: readonly RegExp[];
}

const makePatterns = (): Patterns => ({
  /**
   * What is escaped, by Unicode property: controls, format characters (bidi controls among them), line and paragraph
   * separators, lone surrogates, and what fonts leave blank. A seventh combining mark on one character is escaped too:
   * piles of them paint over the lines above.
   */
  unsafe: /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Default_Ignorable_Code_Point}]|(?<=[\p{Mn}\p{Me}]{6})[\p{Mn}\p{Me}]/gu,
  /** What of it is harmless where it stands, and needed: emoji, Indic and Persian text do not read without. */
  harmless: [
    /** Arabic and Syriac number signs are format characters, yet visible. */
    /[\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2]/uy,
    /** One variation selector after a character that it can vary. */
    /(?<=\S)(?<![\ufe00-\ufe0f])[\ufe00-\ufe0f]/uy,
    /** A zero-width joiner inside an emoji or after a virama. */
    /(?<=[\p{Extended_Pictographic}\p{Emoji_Modifier}\p{Mn}])\u200d(?=[\p{Extended_Pictographic}\p{L}])/uy,
    /** A zero-width non-joiner between letters that would join. */
    /(?<=[\p{Script_Extensions=Arabic}\p{Mn}])\u200c(?=\p{L})/uy,
  ],
});

let patterns: Patterns | undefined;

const NAMED: Record<string, string> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

function escapeCharacter(character: string): string {
  const named = NAMED[character];
  if (named !== undefined) return named;
  const code = character.codePointAt(0)!;
  const hex = code.toString(16);
  return code < 0x100 ? `\\x${hex.padStart(2, '0')}` : `\\u{${hex}}`;
}

function isHarmless(text: string, offset: number, harmless: readonly RegExp[]): boolean {
  return harmless.some((pattern) => {
    pattern.lastIndex = offset;
    return pattern.test(text);
  });
}

/** True for text of printable ASCII: safe as it is, and one column a character. */
export function isPlainAscii(text: string): boolean {
  return PLAIN_ASCII.test(text);
}

/**
 * The text with everything unsafe as `\n`, `\t`, `\x1b`, `\u{202e}`. A backslash stays as it is: this is for
 * reading; the exact text is what NDJSON gives.
 */
export function escapeText(text: string): string {
  if (PLAIN_ASCII.test(text)) return text;
  patterns ??= makePatterns();
  const { unsafe, harmless } = patterns;
  return text.replace(unsafe, (character, offset: number) =>
    isHarmless(text, offset, harmless) ? character : escapeCharacter(character),
  );
}

/**
 * The beginning of the text, escaped, for a place of `columns` columns: a long text is not escaped to its end. What it
 * returns may still be too wide, and never looks whole where it is not.
 */
export function escapeBeginning(text: string, columns: number): string {
  // Four code units a column leave room for combining marks and surrogates.
  const limit = columns * 4;
  return text.length <= limit ? escapeText(text) : `${escapeText(text.slice(0, limit))}…`;
}

/** The text in double quotes, so that its ends are seen; quotes and backslashes inside are escaped. */
export function quoteText(text: string, columns = text.length): string {
  return `"${escapeBeginning(text.replace(/["\\]/g, '\\$&'), columns)}"`;
}
