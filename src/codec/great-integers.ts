// Whole numbers in JSON that no double holds, as the ids of many systems are: read as BigInt, and written as their digits.
// `JSON.parse` and `JSON.stringify` know none, so they pass them as marked strings.

/** From so many digits on a double may not hold a number. */
const DIGITS = 16;
const MAY_BE_GREAT = /\d{16}/;
/** Beyond, no system has ids: they stay doubles. */
const DIGITS_LIMIT = 100;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const MINUS = 0x2d;

let madeMark: string | undefined;

/** Begins a marked string: nobody who writes a text can know it. */
function mark(): string {
  madeMark ??= `${crypto.randomUUID()}:`;
  return madeMark;
}

/** @throws {SyntaxError} where the text is no JSON */
export function parseJsonExactly(text: string): unknown {
  const value: unknown = JSON.parse(text);
  if (!MAY_BE_GREAT.test(text)) return value;
  const marked = withMarks(text);
  if (marked === text) return value;
  return JSON.parse(marked, (_, member: unknown) =>
    typeof member === 'string' && member.startsWith(mark()) ? BigInt(member.slice(mark().length)) : member,
  );
}

/** As `JSON.stringify`, where values may be BigInt. */
export function stringifyExactly(value: unknown, indentation = 0): string {
  try {
    return JSON.stringify(value, null, indentation);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    const marked = (_: string, member: unknown) => (typeof member === 'bigint' ? `${mark()}${member}` : member);
    return JSON.stringify(value, marked, indentation).replace(new RegExp(`"${mark()}(-?\\d+)"`, 'g'), '$1');
  }
}

/** As it is read in JSON: BigInt only where no double holds it. */
export function heldExactly(integer: bigint): number | bigint {
  return isGreat(String(integer)) ? integer : Number(integer);
}

/** Whether both are the same number, or, where one is but the nearest double of what was meant, may be. */
export function isSameNumber(one: unknown, other: unknown): boolean {
  if (typeof one === 'bigint' && typeof other === 'number') return Number(one) === other;
  if (typeof one === 'number' && typeof other === 'bigint') return one === Number(other);
  return one === other;
}

/** @param text which is JSON */
function withMarks(text: string): string {
  let marked = '';
  let copied = 0;
  for (let at = 0; at < text.length; ) {
    const unit = text.charCodeAt(at);
    if (unit === QUOTE) at = endOfString(text, at);
    else if (unit === MINUS || isDigit(unit)) {
      const end = endOfNumber(text, at);
      const number = text.slice(at, end);
      if (isGreat(number)) {
        marked += `${text.slice(copied, at)}"${mark()}${number}"`;
        copied = end;
      }
      at = end;
    } else at++;
  }
  return copied === 0 ? text : marked + text.slice(copied);
}

/** Whether the digits are those of a whole number that no double holds. */
export function isGreat(number: string): boolean {
  const isMeant = number.length >= DIGITS && number.length <= DIGITS_LIMIT && /^-?\d+$/.test(number);
  return isMeant && !Number.isSafeInteger(Number(number));
}

function isDigit(unit: number): boolean {
  return unit >= 0x30 && unit <= 0x39;
}

/** Behind the string whose quotation mark is at `start`. */
function endOfString(text: string, start: number): number {
  let at = start + 1;
  for (let unit = text.charCodeAt(at); unit !== QUOTE; unit = text.charCodeAt(at)) at += unit === BACKSLASH ? 2 : 1;
  return at + 1;
}

function endOfNumber(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && /[\d.eE+-]/.test(text[at])) at++;
  return at;
}
