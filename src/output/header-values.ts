// Values of the fields of a head, as events have them. Does not know what they mean.

export type Headers = readonly (readonly [name: string, value: string])[];

/** What an answer 101 agrees to. */
export function agreementOf(headers: Headers): { subprotocol: string | null; extensions: string | null } {
  const subprotocol = valuesOf(headers, 'sec-websocket-protocol');
  return { subprotocol, extensions: valuesOf(headers, 'sec-websocket-extensions') };
}

/** All values of a field, joined as lists are; null where there is none. @param name in lower case */
export function valuesOf(headers: Headers, name: string): string | null {
  const values = headers.filter(([field]) => field.toLowerCase() === name).map(([, value]) => value);
  return values.length === 0 ? null : values.join(', ');
}
