// Comma-separated lists in field values, as of Connection and Upgrade. Knows no particular field.

/** The elements of a list without the empty ones (RFC 9110 §5.6.1), as they are written; none where the field is absent. */
export function listElements(value: string | null): string[] {
  if (value === null) return [];
  return value
    .split(',')
    .map((element) => element.trim())
    .filter((element) => element !== '');
}

/** Whether a list such as `keep-alive, Upgrade` has the token, in any case; the token is given in lower case. */
export function hasToken(value: string | null, lowerCaseToken: string): boolean {
  if (value === null) return false;
  // Mostly the token stands alone: no list is made for it.
  if (value.length === lowerCaseToken.length && value.toLowerCase() === lowerCaseToken) return true;
  return listElements(value.toLowerCase()).includes(lowerCaseToken);
}
