// An octet as people read it in dumps: two digits of hex. Knows nothing of where it stands.

/** `0a` */
export function hexOf(octet: number): string {
  return (octet < 16 ? '0' : '') + octet.toString(16);
}
