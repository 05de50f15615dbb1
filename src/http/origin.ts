// The field Origin of a request, RFC 6454 §7, read as gorilla's default check reads it: its host and port against those of Host.

/** `elsewhere.example:80` of `http://user@elsewhere.example:80/?x`; empty where there is none, null where it is no URL. */
export function authorityOf(origin: string): string | null {
  const parts = /^(?:[A-Za-z][A-Za-z0-9+.-]*:)?(?:\/\/([^/?#]*))?/.exec(origin.trim());
  if (parts === null || /[\s<>]/.test(origin.trim())) return null;
  return (parts[1] ?? '').replace(/^.*@/, '');
}

/** Whether the origin's host and port are those of Host, in any case of letters. */
export function isOwnOrigin(origin: string, host: string): boolean {
  return authorityOf(origin)?.toLowerCase() === host.toLowerCase();
}
