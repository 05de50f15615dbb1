// JSON that a terminal shows and does not obey: the same values as `JSON.stringify` writes, but DEL, C1 controls, bidi controls and
// separators are escaped like the others. Knows nothing of what is written.

/** What `JSON.stringify` leaves as it is, though a terminal may obey it. */
const OBEYED = /[\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/g;

/** The same of one UTF-16 unit from U+007F on. */
export function isObeyed(unit: number): boolean {
  if (unit < 0x200e) return unit < 0xa0 || unit === 0x61c;
  if (unit > 0x2069) return unit === 0xfeff;
  return unit <= 0x200f || (unit >= 0x2028 && unit <= 0x202e) || unit >= 0x2066;
}

/** The text of `value`, in lines where they are to be indented. */
export function jsonText(value: unknown, indentation = 0): string {
  return JSON.stringify(value, null, indentation).replace(
    OBEYED,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
