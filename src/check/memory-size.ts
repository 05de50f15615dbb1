// What a value of JSON takes in memory, roughly, in octets: enough to bound what is kept.

/** A reference, or a number. */
const SLOT = 8;
const STRING_HEAD = 16;
/** Of an object, and of a list with its elements. */
const OBJECT_HEAD = 32;

/** @param value that lies in no more levels than a decoded message may */
export function memorySize(value: unknown): number {
  if (typeof value === 'string') return STRING_HEAD + value.length;
  if (typeof value !== 'object' || value === null) return SLOT;
  let size = OBJECT_HEAD;
  if (Array.isArray(value)) for (const element of value) size += SLOT + memorySize(element);
  else for (const key in value) size += SLOT + memorySize((value as Record<string, unknown>)[key]);
  return size;
}
