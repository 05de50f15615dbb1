// Header prediction (Van Jacobson, "4BSD Header Prediction", 1990): in a connection at rest the next segment is nearly always the
// next octets, or none, with an acknowledgment of what was seen. And in one of which nothing more is wanted it is passed over like
// those before. Here are the halves of which that is expected, by the addresses and ports of their segments: one array that is
// looked into once. Who is found there is asked nothing that was answered before.

import { ACK, FIN, RST, type Segment, SYN } from '../link/segment.ts';
import { type Connection, Half, type LiveState } from './connection.ts';
import { folded, hashOf } from './endpoints-hash.ts';

/** A power of two. Halves that share a place push each other out, and take the long way once more. */
const PLACES = 4096;

/**
 * Octets of both ends from which on a connection is predicted: those that say no more than a handshake are many where there are
 * any, as in a scan, and would push the others out.
 */
const TALKATIVE = 512;

/** Segments that were passed over from which on the next ones are expected: of most connections that are over, one comes or none. */
const STILL_TALKING = 8;

const NO_HALF = new Half(0);

/** Whether the next segment of a half may be taken as predicted: much was said, nothing waits, ends or was missed. */
function isAtRest(half: Half, peer: Half, live: LiveState): boolean {
  return (
    half.offset + peer.offset >= TALKATIVE &&
    live.handshake.isOver &&
    !live.ending &&
    half.started &&
    peer.started &&
    half.waiting === null &&
    !half.windowClosed &&
    peer.acknowledged <= peer.offset
  );
}

/** Whether it neither begins nor ends anything, and is whole. */
export function isPlain(segment: Segment): boolean {
  return (segment.flags & (SYN | FIN | RST | ACK)) === ACK && segment.window !== 0 && segment.missing === 0;
}

function portsOf(segment: Segment): number {
  return (segment.sourcePort << 16) | segment.destinationPort;
}

function placeOf(source: number, destination: number, ports: number): number {
  return folded(hashOf(source, destination, ports)) & (PLACES - 1);
}

export class Predictions<Upper> {
  /** Whether any half was ever predicted: where all connections are short, nobody is, and looking for them is in vain. */
  areThere = false;
  readonly #halves: Half[] = new Array(PLACES).fill(NO_HALF);
  /** What stands for the halves of connections that are over, which have none: without a peer. */
  readonly #over: (Half | null)[] = new Array(PLACES).fill(null);
  /** Numbers of those connections. */
  readonly #numbers = new Int32Array(PLACES);

  /** The half whose next segment this may be; null where nothing is predicted. */
  find(segment: Segment): Half | null {
    const { source3, destination3 } = segment;
    const ports = portsOf(segment);
    const half = this.#halves[placeOf(source3, destination3, ports)];
    // `=== true`, here and in other hot places: as a condition alone, V8 would ask an object of any kind whether it is one.
    const isIt =
      half.predictable === true &&
      half.ports === ports &&
      half.source === source3 &&
      half.destination === destination3 &&
      segment.family === 4 &&
      segment.realm === 0;
    return isIt ? half : null;
  }

  /** The connection of a half that was found. */
  connectionOf(half: Half): Connection<Upper> {
    return half.connection as Connection<Upper>;
  }

  /** After a segment that took the long way: whether the next ones may take the short one. */
  update(connection: Connection<Upper>, half: Half, segment: Segment): void {
    const { live } = connection;
    if (live === null) return;
    const { peer } = half;
    // Which of several connections a segment is of is not told by its endpoints.
    half.predictable = !connection.shared && isAtRest(half, peer, live);
    peer.predictable = peer.place >= 0 && !connection.shared && isAtRest(peer, half, live);
    if (half.predictable && (half.place < 0 || this.#halves[half.place] !== half))
      this.#keep(connection, half, segment);
  }

  /** After a segment of a connection that is over and will not be heard again. */
  passOver(connection: Connection<Upper>, segment: Segment): void {
    // One that ended may be followed by another of which no SYN was captured (`apart.ts`).
    const mayBeFollowed = connection.memo !== null || connection.next0 !== null || connection.next1 !== null;
    if (mayBeFollowed || ++connection.passedOver < STILL_TALKING) return;
    const place = placeOf(segment.source3, segment.destination3, portsOf(segment));
    const half = this.#over[place] ?? new Half(0);
    this.#over[place] = half;
    this.#numbers[place] = connection.number;
    this.#keep(connection, half, segment);
  }

  /** Of a half without a peer: whether its connection was neither forgotten nor begun anew since. */
  isStillOver(half: Half): boolean {
    const connection = this.connectionOf(half);
    if (connection.entries > 0 && connection.number === this.#numbers[half.place]) return true;
    half.predictable = false;
    return false;
  }

  #keep(connection: Connection<Upper>, half: Half, segment: Segment): void {
    half.predictable = segment.family === 4 && segment.realm === 0;
    if (!half.predictable) return;
    this.areThere = true;
    half.source = segment.source3;
    half.destination = segment.destination3;
    half.ports = portsOf(segment);
    half.place = placeOf(half.source, half.destination, half.ports);
    this.#halves[half.place] = half;
    half.connection = connection;
  }
}
