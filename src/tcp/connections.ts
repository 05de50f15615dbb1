// All connections that are known: those that are open, those remembered because packets may come late, and those that were let
// go and may say more; what stands for one that is forgotten is used again. Ends and delivers nothing.

import type { Origin } from '../capture/packet.ts';
import { innerRealm, REALM } from '../link/realm.ts';
import { ACK, type Segment } from '../link/segment.ts';
import { octetsApart } from './apart.ts';
import { isLateSyn } from './beginning.ts';
import { Connection, halfOf, initialSequenceOf, LiveState, type Side } from './connection.ts';
import { ConnectionTable } from './connection-table.ts';
import type { TcpLimits } from './limits.ts';
import { isStillOpen } from './multipath.ts';
import { OpenConnections } from './open-connections.ts';
import { Pool } from './pool.ts';
import { Remembered } from './remembered.ts';
import { belongsTo } from './same-connection.ts';
import { misfit } from './shared-endpoints.ts';
import type { End, Subflow } from './subflow.ts';

/** Connections that may go on at once between the same endpoints, beside the one that began last. */
const MOST_BESIDE = 3;

export class Connections<Upper> {
  readonly open = new OpenConnections<Upper>();
  /** Connections begun so far. */
  begun = 0;
  readonly #table = new ConnectionTable<Connection<Upper>>();
  readonly #remembered: Remembered<Upper>;
  readonly #pool = new Pool(() => new Connection<Upper>());
  readonly #lives = new Pool(() => new LiveState());
  // Made once: code compiled for one function is thrown away where another comes.
  readonly #isKin = (kin: Connection<Upper>, segment: Segment): boolean => belongsTo(segment, kin, this.sideOf(kin));
  readonly #isNewKin = (kin: Connection<Upper>, segment: Segment): boolean =>
    this.#isKin(kin, segment) && octetsApart(segment, kin, this.sideOf(kin)) === 0;
  readonly #staysKnown = (connection: Connection<Upper>): boolean => {
    if (connection.live !== null || this.#remembered.stays(connection)) return true;
    if (connection.subflow?.isFirst === false && isStillOpen(connection.subflow)) {
      this.#remembered.count(connection, 1);
      return true;
    }
    this.#dropEntry(connection);
    return false;
  };

  constructor(limits: TcpLimits) {
    this.#remembered = new Remembered(limits);
  }

  /** The connection between the endpoints of the segment. `sideOf` goes on from the last look. */
  find(segment: Segment): Connection<Upper> | undefined {
    return this.#table.find(segment);
  }

  /** The end that sent the segment last looked up. */
  get sender(): End {
    return this.#table.sender;
  }

  /** The side of a connection that sent the segment last looked up. */
  sideOf(connection: Connection<Upper>): Side {
    return (this.#table.sender ^ connection.lowerSide) as Side;
  }

  /** In the order in which their endpoints were first seen; one in several realms more than once. */
  all(): readonly Connection<Upper>[] {
    return this.#table.entries();
  }

  /** Begins a connection with a segment that was looked up. */
  begin(segment: Segment, origin: Origin): Connection<Upper> {
    if (this.#remembered.isFull) this.#forget();
    const connection = this.#pool.take();
    const live = this.#lives.take();
    connection.begin(this.begun++, this.#table.sender, live);
    this.#put(segment, connection);
    this.open.add(connection, live, origin.number, origin.seconds);
    return connection;
  }

  /** Begins, with a segment that was looked up, what only carries octets of another connection, and has its number. */
  beginSubflow(segment: Segment, subflow: Subflow): Connection<Upper> {
    if (this.#remembered.isFull) this.#forget();
    const connection = this.#pool.take();
    connection.begin(subflow.multipath.connection.number, this.#table.sender, null);
    connection.subflow = subflow;
    connection.initialSequence0 = segment.sequence;
    this.#put(segment, connection);
    this.#remembered.count(connection, 1);
    return connection;
  }

  /**
   * The connection of the same endpoints in another realm that a segment belongs to which was looked up: captured inside a
   * tunnel and outside it, or on both sides of a router between VLANs. It is known from now on in this realm too.
   */
  elsewhere(segment: Segment): Connection<Upper> | undefined {
    return this.#knownElsewhere(segment, this.#table.kin(segment, this.#isKin));
  }

  /** The same of a segment that begins another connection than the one that is known in its own realm. */
  newElsewhere(segment: Segment): Connection<Upper> | undefined {
    return this.#knownElsewhere(segment, this.#table.kin(segment, this.#isNewKin));
  }

  #knownElsewhere(segment: Segment, connection: Connection<Upper> | undefined): Connection<Upper> | undefined {
    if (connection === undefined) return undefined;
    this.#put(segment, connection);
    if (connection.live === null) this.#remembered.count(connection, 1);
    return connection;
  }

  /**
   * Which of the connections that share their endpoints a segment is of that was looked up, and found `last` to have begun last.
   * The others that go on are put into `others`.
   */
  bySequenceNumbers(last: Connection<Upper>, segment: Segment, others: Connection<Upper>[]): Connection<Upper> {
    const candidates = [last];
    for (let place = 0; place < MOST_BESIDE; place++) {
      const beside = this.#table.findIn(segment, placeBeside(segment, place));
      if (beside?.shared) candidates.push(beside);
    }
    if (candidates.length === 1 && last.entries === 1) last.shared = false;
    let found = last;
    let least = Number.POSITIVE_INFINITY;
    for (const candidate of candidates) {
      const apart = misfit(segment, candidate, this.sideOf(candidate));
      if (apart >= least) continue;
      least = apart;
      found = candidate;
    }
    others.length = 0;
    for (const candidate of candidates) {
      if (candidate !== found && candidate.live !== null) others.push(candidate);
    }
    return found;
  }

  /** Whether another may go on beside those that go on between a segment's endpoints. */
  hasRoomBeside(segment: Segment): boolean {
    return this.#freePlace(segment) < MOST_BESIDE;
  }

  /** A SYN with another initial sequence number than this end's is a new connection on the same ports. */
  startsAnew(connection: Connection<Upper>, segment: Segment): boolean {
    const side = this.sideOf(connection);
    const known = initialSequenceOf(connection, side);
    if (known !== null) return known !== segment.sequence;
    if (connection.live === null) return (segment.flags & ACK) === 0;
    const half = halfOf(connection.live, side);
    if (!half.started) return false;
    // This end's stream began without its SYN, which may be captured late.
    return !isLateSyn(segment, half);
  }

  /** It is over, and only remembered. */
  retire(connection: Connection<Upper>, live: LiveState): void {
    this.open.remove(connection);
    connection.live = null;
    connection.upper = null;
    // One that is over has no subflows, and one that may go on has those it had.
    if (connection.memo === null) connection.subflow = null;
    this.#remembered.count(connection, connection.entries);
    live.reset();
    this.#lives.giveBack(live);
  }

  /** What it says will not be heard. */
  dropMemo(connection: Connection<Upper>): void {
    this.#remembered.count(connection, -connection.entries);
    connection.memo = null;
    connection.subflow = null;
    this.#remembered.count(connection, connection.entries);
  }

  /** Puts a connection under a segment's endpoints; one that goes on there gives its place. */
  #put(segment: Segment, connection: Connection<Upper>): void {
    connection.entries++;
    const before = this.#table.set(segment, connection);
    if (before === undefined) return;
    if (before.live !== null) this.#putBeside(segment, before);
    else this.#drop(before);
    // One that goes on beside another shares its endpoints with this one too.
    if (before.shared) connection.shared = before.live !== null || this.#anyGoesOnBeside(segment);
  }

  /** Puts a connection that goes on beside the one that took its place. */
  #putBeside(segment: Segment, connection: Connection<Upper>): void {
    connection.shared = true;
    const realm = placeBeside(segment, this.#freePlace(segment));
    const before = this.#table.setIn(segment, realm, connection);
    if (before !== undefined) this.#drop(before);
  }

  #freePlace(segment: Segment): number {
    let place = 0;
    while (place < MOST_BESIDE && this.#table.findIn(segment, placeBeside(segment, place))?.live != null) place++;
    return place;
  }

  #anyGoesOnBeside(segment: Segment): boolean {
    for (let place = 0; place < MOST_BESIDE; place++) {
      if (this.#table.findIn(segment, placeBeside(segment, place))?.live != null) return true;
    }
    return false;
  }

  /** An entry that led to a connection that is over leads to another. */
  #drop(connection: Connection<Upper>): void {
    this.#remembered.count(connection, -1);
    this.#dropEntry(connection);
  }

  /** One entry less leads to a connection that is over. */
  #dropEntry(connection: Connection<Upper>): void {
    if (--connection.entries === 0) this.#pool.giveBack(connection);
  }

  #forget(): void {
    this.#remembered.beginForgetting(this.begun);
    this.#table.sweep(this.#staysKnown);
  }
}

function placeBeside({ realm }: Segment, place: number): number {
  return innerRealm(realm, REALM.sequenceSpace, place);
}
