// A hash of two endpoints by their address and port words. Hot: each packet is looked up by it, in the table of connections or
// among the predictions. Knows no table.

/** @param ports both ports in one word */
export function hashOf(one: number, other: number, ports: number): number {
  return Math.imul(one, 0x9e3779b1) ^ Math.imul(other, 0x85ebca6b) ^ Math.imul(ports, 0xc2b2ae35);
}

/** With the upper half in the lower, of which a place in a table is made. */
export function folded(hash: number): number {
  return hash ^ (hash >>> 15);
}
