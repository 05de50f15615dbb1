// Hashes of two endpoints by their address and port words. Hot: each packet is looked up by them, among the predictions or in the table
// of connections. Knows no table.

/** Where what falls together pushes the other out, and costs no more than that. @param ports both ports in one word */
export function hashOf(one: number, other: number, ports: number): number {
  return Math.imul(one, 0x9e3779b1) ^ Math.imul(other, 0x85ebca6b) ^ Math.imul(ports, 0xc2b2ae35);
}

/** With the upper half in the lower, of which a place in a table is made. */
export function folded(hash: number): number {
  return hash ^ (hash >>> 15);
}

/**
 * Where what falls together is searched one by one: each word is mixed into what a seed and the words before came to. A sum of products,
 * as above, has its seed in one of them, and who chooses the words can make the others alike under every seed.
 */
export function mixed(hash: number, word: number): number {
  return folded(Math.imul(hash ^ word, 0x9e3779b1));
}
