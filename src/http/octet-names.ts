// The ASCII octets that HTTP/1.1 is built of, by name, and what kind of character an octet is. Holds no rules.

export const TAB = 0x09;
export const LF = 0x0a;
export const CR = 0x0d;
export const SPACE = 0x20;
export const DOUBLE_QUOTE = 0x22;
export const ASTERISK = 0x2a;
export const COMMA = 0x2c;
export const HYPHEN = 0x2d;
export const SLASH = 0x2f;
export const COLON = 0x3a;
export const SEMICOLON = 0x3b;
export const EQUALS = 0x3d;
export const LEFT_BRACKET = 0x5b;
export const BACKSLASH = 0x5c;

export function isDigit(octet: number): boolean {
  return octet >= 0x30 && octet <= 0x39;
}

export function isLowerCaseLetter(octet: number): boolean {
  return octet >= 0x61 && octet <= 0x7a;
}

export function isLetter(octet: number): boolean {
  return isLowerCaseLetter(octet | 0x20);
}

export function isLetterOrDigit(octet: number): boolean {
  return isDigit(octet) || isLetter(octet);
}

/** Whether it is an ASCII character that is printed, and no space (VCHAR, RFC 5234 B.1). */
export function isVisible(octet: number): boolean {
  return octet > SPACE && octet < 0x7f;
}

/** Value of a hexadecimal digit, -1 where the octet is none. */
export function hexadecimalValue(octet: number): number {
  if (isDigit(octet)) return octet - 0x30;
  const lowered = octet | 0x20;
  return lowered >= 0x61 && lowered <= 0x66 ? lowered - 0x57 : -1;
}

/** Value of the three digits at `start`, -1 where they are none. */
export function threeDigits(octets: Uint8Array, start: number): number {
  let value = 0;
  for (let at = start; at < start + 3; at++) {
    if (!isDigit(octets[at])) return -1;
    value = value * 10 + octets[at] - 0x30;
  }
  return value;
}
