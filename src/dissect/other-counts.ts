// Counts the connections without WebSocket by what they look like and the server's port, and chooses those that the summary lists.
// Does not know how it is found out what they are.

import type { FurtherConnections, OtherConnections, Protocol } from './events.ts';

/** Kinds that are listed. */
const LISTED = 20;

/** Ports that are counted in one piece, and how many such there are. */
const PIECE = 256;
const PIECES = 256;

/** A number for each port. Hot: a scan has all of them, and few captures more than some. */
class PortTally {
  readonly #pieces: (Uint32Array | undefined)[] = new Array(PIECES).fill(undefined);

  /** Counts one more; whether it is the first. */
  add(port: number): boolean {
    const at = Math.floor(port / PIECE);
    let piece = this.#pieces[at];
    if (piece === undefined) {
      piece = new Uint32Array(PIECE);
      this.#pieces[at] = piece;
    }
    return piece[port % PIECE]++ === 0;
  }

  of(port: number): number {
    return this.#pieces[Math.floor(port / PIECE)]?.[port % PIECE] ?? 0;
  }
}

/** Connections of one protocol. */
class ProtocolCounts {
  readonly protocol: Protocol;
  /** In the order in which they were first seen. */
  readonly #ports: number[] = [];
  readonly #connections = new PortTally();
  readonly #late = new PortTally();

  constructor(protocol: Protocol) {
    this.protocol = protocol;
  }

  add(port: number, beganLate: boolean): void {
    if (this.#connections.add(port)) this.#ports.push(port);
    if (beganLate) this.#late.add(port);
  }

  get kinds(): OtherConnections[] {
    return this.#ports.map((port) => {
      const kind = { protocol: this.protocol, port, connections: this.#connections.of(port) };
      const late = this.#late.of(port);
      return late === 0 ? kind : { ...kind, late };
    });
  }
}

export class OtherCounts {
  readonly #ofProtocols = new Map<Protocol, ProtocolCounts>();

  add(protocol: Protocol, port: number, beganLate: boolean): void {
    let counts = this.#ofProtocols.get(protocol);
    if (counts === undefined) {
      counts = new ProtocolCounts(protocol);
      this.#ofProtocols.set(protocol, counts);
    }
    counts.add(port, beganLate);
  }

  /** What the summary says of them. */
  get told(): { otherConnections: OtherConnections[]; furtherConnections?: FurtherConnections[] } {
    const kinds = [...this.#ofProtocols.values()].flatMap((counts) => counts.kinds).sort(mostFirst);
    if (kinds.length <= LISTED) return { otherConnections: kinds };
    const chosen = mostTellingFirst(kinds);
    return {
      otherConnections: chosen.slice(0, LISTED).sort(mostFirst),
      furtherConnections: byProtocol(chosen.slice(LISTED)),
    };
  }
}

function mostFirst(one: OtherConnections, other: OtherConnections): number {
  return other.connections - one.connections;
}

/**
 * The most frequent kind of each protocol, then the others that carried octets, then those that did not: a scan has thousands of them.
 *
 * @param kinds the most frequent first
 */
function mostTellingFirst(kinds: readonly OtherConnections[]): OtherConnections[] {
  const protocols = new Set<Protocol>();
  const tiers: [OtherConnections[], OtherConnections[], OtherConnections[]] = [[], [], []];
  for (const kind of kinds) {
    const tier = !protocols.has(kind.protocol) ? 0 : kind.protocol !== 'none' ? 1 : 2;
    tiers[tier].push(kind);
    protocols.add(kind.protocol);
  }
  return tiers.flat();
}

function byProtocol(kinds: readonly OtherConnections[]): FurtherConnections[] {
  const further = new Map<Protocol, FurtherConnections>();
  for (const { protocol, connections, late } of kinds) {
    const sum = further.get(protocol) ?? { protocol, ports: 0, connections: 0 };
    further.set(protocol, sum);
    sum.ports++;
    sum.connections += connections;
    if (late !== undefined) sum.late = (sum.late ?? 0) + late;
  }
  return [...further.values()];
}
