// Counts the connections without WebSocket by what they look like and the server's port, and chooses those that the summary lists.
// Does not know how it is found out what they are.

import type { FurtherConnections, OtherConnections, Protocol, UnreadConnections } from './events.ts';

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

/** What is counted of a connection besides. */
export interface OtherConnection {
  readonly beganLate: boolean;
  /** Where its HTTP could not be read first; null where all could. */
  readonly unread: Omit<UnreadConnections, 'connections'> | null;
}

/** Connections of one protocol. */
class ProtocolCounts {
  readonly #protocol: Protocol;
  /** In the order in which they were first seen. */
  readonly #ports: number[] = [];
  readonly #connections = new PortTally();
  readonly #late = new PortTally();
  readonly #unread = new Map<number, UnreadConnections>();
  #total = 0;
  #totalLate = 0;

  constructor(protocol: Protocol) {
    this.#protocol = protocol;
  }

  add(port: number, { beganLate, unread }: OtherConnection): void {
    this.#total++;
    if (this.#connections.add(port)) this.#ports.push(port);
    if (unread !== null) this.#addUnread(port, unread);
    if (!beganLate) return;
    this.#totalLate++;
    this.#late.add(port);
  }

  #addUnread(port: number, first: NonNullable<OtherConnection['unread']>): void {
    const counted = this.#unread.get(port) ?? { connections: 0, ...first };
    counted.connections++;
    this.#unread.set(port, counted);
  }

  /** The most frequent first, as many as may be listed. */
  get kinds(): OtherConnections[] {
    const ports = [...this.#ports].sort((one, other) => this.#connections.of(other) - this.#connections.of(one));
    return ports.slice(0, LISTED).map((port) => {
      const kind: OtherConnections = { protocol: this.#protocol, port, connections: this.#connections.of(port) };
      const unread = this.#unread.get(port);
      if (unread !== undefined) kind.unread = unread;
      return withLate(kind, this.#late.of(port));
    });
  }

  /** What there is beside those `listed`; none where that is all. */
  besides(listed: readonly OtherConnections[]): FurtherConnections[] {
    const own = listed.filter(({ protocol }) => protocol === this.#protocol);
    const ports = this.#ports.length - own.length;
    if (ports === 0) return [];
    const connections = this.#total - sumOf(own, ({ connections }) => connections);
    const late = this.#totalLate - sumOf(own, ({ late = 0 }) => late);
    const further: FurtherConnections = { protocol: this.#protocol, ports, connections };
    return [withLate(further, late)];
  }
}

function withLate<Counted extends { late?: number }>(counted: Counted, late: number): Counted {
  return late === 0 ? counted : { ...counted, late };
}

function sumOf(kinds: readonly OtherConnections[], numberOf: (kind: OtherConnections) => number): number {
  return kinds.reduce((sum, kind) => sum + numberOf(kind), 0);
}

export class OtherCounts {
  readonly #ofProtocols = new Map<Protocol, ProtocolCounts>();

  add(protocol: Protocol, port: number, connection: OtherConnection): void {
    let counts = this.#ofProtocols.get(protocol);
    if (counts === undefined) {
      counts = new ProtocolCounts(protocol);
      this.#ofProtocols.set(protocol, counts);
    }
    counts.add(port, connection);
  }

  /** What the summary says of them. */
  get told(): { otherConnections: OtherConnections[]; furtherConnections?: FurtherConnections[] } {
    const counts = [...this.#ofProtocols.values()];
    const kinds = counts.flatMap((each) => each.kinds).sort(mostFirst);
    const otherConnections = mostTelling(kinds).sort(mostFirst);
    const furtherConnections = counts.flatMap((each) => each.besides(otherConnections));
    return furtherConnections.length === 0 ? { otherConnections } : { otherConnections, furtherConnections };
  }
}

function mostFirst(one: OtherConnections, other: OtherConnections): number {
  return other.connections - one.connections;
}

/**
 * Those that are listed: the most frequent kind of each protocol, then the others that carried octets, then those that did not, as a
 * scan has thousands of them.
 *
 * @param kinds the most frequent first
 */
function mostTelling(kinds: readonly OtherConnections[]): OtherConnections[] {
  const protocols = new Set<Protocol>();
  const tiers: [OtherConnections[], OtherConnections[], OtherConnections[]] = [[], [], []];
  for (const kind of kinds) {
    const tier = !protocols.has(kind.protocol) ? 0 : kind.protocol !== 'none' ? 1 : 2;
    tiers[tier].push(kind);
    protocols.add(kind.protocol);
  }
  return tiers.flat().slice(0, LISTED);
}
