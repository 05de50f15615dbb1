// The realm of a packet as one word: the VLANs and virtual networks around it, mixed in from the outermost to the
// innermost. Equal words mean equal identifiers; what they mean for a connection is TCP's affair.

/**
 * What an identifier identifies, so that VLAN 5 is not network 5. No packet says that it is in a sequence space: TCP puts
 * connections there that share their endpoints with others (`tcp/connections.ts`).
 */
export const REALM = Object.freeze({ vlan: 1, vxlan: 2, geneve: 3, gre: 4, sequenceSpace: 5 });

/** The realm of what lies inside `realm` in the network `id` of this kind; never 0, and without bit 1, which stays free for others. */
export function innerRealm(realm: number, kind: number, id: number): number {
  const mixed = Math.imul((realm ^ id) + Math.imul(kind, 0x01000193), 0x9e3779b1);
  return ((mixed ^ (mixed >>> 15)) & ~2) | 1;
}
