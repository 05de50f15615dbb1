// Values of the fields of a head, as events have them. Does not know what they mean.

export type Headers = readonly (readonly [name: string, value: string])[];

/** All values of a field, joined as lists are; null where there is none. @param name in lower case */
export function valuesOf(headers: Headers, name: string): string | null {
  const values = headers.filter(([field]) => field.toLowerCase() === name).map(([, value]) => value);
  return values.length === 0 ? null : values.join(', ');
}
