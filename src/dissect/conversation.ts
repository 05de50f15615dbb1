// One TCP connection on its way to being understood: first an opening in HTTP, then, where that leads to an upgrade, two
// directions of WebSocket. Turns the sides of TCP into client and server.

import type { Origin } from '../capture/packet.ts';
import type { RequestHead, ResponseHead } from '../http/head.ts';
import { HANDSHAKE_RULES, type HandshakeRuleName } from '../http/rules.ts';
import type { UnreadReason } from '../http/unread.ts';
import type { Segment } from '../link/segment.ts';
import { type Connection, type GapReason, type Half, otherSide, type Side, type TcpEnd } from '../tcp/connection.ts';
import { messageOf, type Rule, type ToldRule } from '../tcp/rules.ts';
import type { SidesTold } from '../tcp/stream-sink.ts';
import { type DirectionExtensions, NO_EXTENSIONS } from '../ws/extensions.ts';
import type { Payload } from '../ws/payload.ts';
import { PingLedger } from '../ws/ping-ledger.ts';
import type { FoundPrefix } from './connection-prefix.ts';
import type { ConversationContext } from './conversation-context.ts';
import { type ConversationMemo, memoOf, NOTHING_SAID } from './conversation-memo.ts';
import { diagnosticOf, ruleOf } from './diagnostics.ts';
import { directionName } from './direction.ts';
import type { DirectionReader } from './direction-reader.ts';
import { inDoubt, NO_FINDINGS, withFinding } from './early-findings.ts';
import type { CountedConversation } from './end-record.ts';
import { judgeEnding, tcpEndingOf } from './ending.ts';
import type { Counts, Endpoint, IncompletePayload, Located, Protocol } from './events.ts';
import { extensionsOf } from './handshake-extensions.ts';
import type { Midstream } from './midstream.ts';
import { notBegun } from './not-begun.ts';
import type { Opening } from './opening.ts';
import type { OpeningListener } from './opening-listener.ts';
import { Parties } from './parties.ts';
import { CLIENT_TO_SERVER, type DirectionIndex, SERVER_TO_CLIENT } from './sink.ts';

export type TcpConnection = Connection<Conversation>;

export class Conversation implements CountedConversation, OpeningListener {
  connection = 0;
  readonly place: number;
  readonly parties = new Parties();
  readonly #context: ConversationContext<Conversation>;
  #tcp = notBegun<TcpConnection>();
  /** Made for the first octets: of a scan of ports, connections without any are the most. */
  #opening: Opening | null = null;
  /** Looks at what is said where the handshake is not whole. */
  #midstream: Midstream | null = null;
  /** Whether the opening is over: it led to WebSocket, or never will. */
  #opened = false;
  clientSide: Side = 0;
  /** Readers of both directions, once it is upgraded. */
  #fromClient: DirectionReader | null = null;
  #fromServer: DirectionReader | null = null;
  #extensions = NO_EXTENSIONS;
  /** Made for the first ping or pong. */
  #pings: PingLedger | null = null;
  /** Whether frames may have come before the first that was seen, as its handshake was not captured whole. */
  #late = false;
  #early = NO_FINDINGS;
  /** Where its HTTP could not be read first; null where all could. */
  unread: { reason: UnreadReason; packet: number } | null = null;
  /** Whether any event told of it, so that its end must be told too. */
  #told = false;

  /** Good for nothing before `begin`. */
  constructor(context: ConversationContext<Conversation>, place: number) {
    this.place = place;
    this.#context = context;
  }

  /**
   * Begins a connection, and sets every field: conversations are used again, as a scan of ports makes millions.
   * @param first the connection's first segment captured: its source is side 0
   */
  begin(tcp: TcpConnection, first: Segment): void {
    this.#tcp = tcp;
    this.connection = tcp.number;
    this.parties.begin(first);
    this.#opening = null;
    this.#midstream = null;
    this.#opened = false;
    this.clientSide = 0;
    this.#fromClient = null;
    this.#fromServer = null;
    this.#extensions = NO_EXTENSIONS;
    this.#pings = null;
    this.#late = false;
    this.#early = NO_FINDINGS;
    this.unread = null;
    this.#told = false;
  }

  get client(): Endpoint {
    return this.parties.endpoint(this.clientSide);
  }

  /** The client, where it is WebSocket; null where it never will be. */
  get webSocketClient(): Side | 'undecided' | null {
    if (this.#fromClient !== null) return this.clientSide;
    return this.#opened && this.#midstream === null ? null : 'undecided';
  }

  get server(): Endpoint {
    return this.parties.endpoint(otherSide(this.clientSide));
  }

  /** Octets of TCP payload, the next of their side, as long as no reader receives them itself. */
  take(side: Side, buffer: Uint8Array, start: number, end: number, origin: Origin): void {
    if (this.#midstream !== null) {
      this.#midstream.onOctets(side, buffer, start, end, origin);
      this.#afterLooking();
    } else if (!this.#opened) {
      this.#lendOpening().take(side, buffer, start, end, origin);
      this.#giveBackOpening();
    }
  }

  lose(side: Side, length: number, reason: GapReason, origin: Origin): void {
    if (this.#fromClient !== null) {
      this.onGap(side, length, reason, origin);
    } else if (this.#midstream !== null) {
      this.#midstream.onGap(side, length, reason, origin);
      this.#afterLooking();
    } else if (!this.#opened) {
      this.#lendOpening().skip(side, length, reason, origin);
      this.#giveBackOpening();
    }
  }

  /** All that was said, to be said anew; null where anything came of it (`StreamSink`). */
  takeBack(): SidesTold | null {
    const told = this.#told ? null : (this.#midstream?.takeBack() ?? null);
    if (told === null) return null;
    this.#midstream = null;
    this.#opened = false;
    this.unread = null;
    return told;
  }

  /** The connection is over, and so is this: what it was lent goes back. */
  end(how: TcpEnd, origin: Origin): void {
    if (this.#opening !== null) this.#opening.end(how === 'fin');
    else if (!this.#opened) this.onOther('none', null);
    this.#giveBackOpening();
    this.#midstream?.end();
    this.#afterLooking();
    const fromClient = this.#fromClient;
    const fromServer = this.#fromServer;
    fromClient?.end(origin);
    fromServer?.end(origin);
    if (fromClient !== null && fromServer !== null) this.#judgeEnding(how, fromClient, fromServer, origin);
    if (this.#told) {
      const { sink, ending } = this.#context;
      const bothClosed = fromClient?.closed && fromServer?.closed && how !== 'replaced';
      ending.begin(this, bothClosed ? 'close' : how, origin);
      sink.onEnd(ending);
    }
    if (fromClient === null || fromServer === null) return;
    this.#fromClient = null;
    this.#fromServer = null;
    this.#context.readers.giveBack(fromClient);
    this.#context.readers.giveBack(fromServer);
  }

  countsOf(direction: DirectionIndex): Counts {
    const { messages = 0, controls = 0, frames = 0 } = this.#readerOf(direction) ?? {};
    return { messages, controls, frames, octets: this.#halfOf(direction)?.captured ?? 0 };
  }

  report(
    rule: ToldRule,
    direction: DirectionIndex | null,
    message: string,
    origin: Origin,
    incomplete?: IncompletePayload,
  ): void {
    if (!this.#told) return;
    const name = direction === null ? null : directionName(direction);
    this.#context.sink.onEvent(diagnosticOf(this.#locate(origin), rule, name, message, incomplete));
  }

  /** A finding of TCP, told by side; one that comes before the handshake waits for it. */
  reportSide(rule: Rule, side: Side, message: string, origin: Origin): void {
    if (this.#told) this.report(rule, this.#directionOf(side), message, origin);
    else if (!this.#opened || this.#midstream !== null)
      this.#early = withFinding(this.#early, rule, side, message, origin);
  }

  onHandshake(
    request: RequestHead,
    requestOrigin: Origin,
    response: ResponseHead | null,
    body: string,
    client: Side,
    origin: Origin,
    unreadAnswer: Protocol | null,
  ): void {
    this.clientSide = client;
    this.#told = true;
    const { sink, handshake } = this.#context;
    handshake.begin(this, request, requestOrigin, response, body, origin, unreadAnswer);
    sink.onHandshake(handshake);
    const early = this.#early;
    this.#tellEarly();
    if (response !== null) this.#extensions = extensionsOf(response);
    if (!sink.needs.connectionDiagnostics) return;
    const { findings, key } = handshake.verdict;
    for (const finding of inDoubt(findings, early)) {
      if (finding.side === 'request') this.report(finding, CLIENT_TO_SERVER, finding.message, requestOrigin);
      else this.report(finding, SERVER_TO_CLIENT, finding.message, origin);
    }
    const before = key === null || key === '' ? null : this.#context.keys.add(key, this.connection);
    if (before !== null) this.onFinding('keyRepeated', `connection ${before}`, client, requestOrigin);
  }

  #judgeEnding(how: TcpEnd, fromClient: DirectionReader, fromServer: DirectionReader, origin: Origin): void {
    if (!this.#context.sink.needs.connectionDiagnostics) return;
    const end = tcpEndingOf(how, this.#tcp.live, this.clientSide);
    const findings = judgeEnding(end, fromClient, fromServer, this.#pings, this.#late);
    for (const { rule, direction, detail, origin: at } of findings) {
      this.report(rule, direction, messageOf(rule, detail), at ?? origin);
    }
  }

  onHandshakeLost(midstream: Midstream): void {
    this.#opened = true;
    this.#midstream = midstream;
    this.#afterLooking();
  }

  get beganLate(): boolean {
    return this.#tcp.beganLate;
  }

  get forcedServer(): Side | null {
    return this.parties.serverAmong(this.#context.webSocketPorts);
  }

  /** Where it is known now what a connection without its whole handshake is. */
  #afterLooking(): void {
    const midstream = this.#midstream;
    if (midstream === null || midstream.verdict === 'undecided') return;
    this.#midstream = null;
    const { client } = midstream;
    if (midstream.verdict === 'other' || client === null) {
      midstream.release();
      this.onOther(midstream.hints.protocol, client);
      return;
    }
    this.#tellMidstream(midstream, client);
    this.onUpgraded(client, midstream.offsets[0], midstream.offsets[1]);
    for (const side of [client, otherSide(client)]) {
      if (midstream.beginsWithFrame(side)) continue;
      const reader = this.#readerOf(this.#directionOf(side));
      reader?.seekIn(midstream.heldOf(side), midstream.dropped[side], midstream.followsAnswer(side));
    }
    midstream.handOver(this);
  }

  #tellMidstream(midstream: Midstream, client: Side): void {
    this.clientSide = client;
    this.#late = true;
    this.#extensions = midstream.extensions;
    if (midstream.hints.asked !== null) {
      // The handshake was told without its answer.
      const rule = ruleOf('answer-not-captured');
      this.report(rule, SERVER_TO_CLIENT, rule.words, midstream.origin);
      return;
    }
    this.#told = true;
    const { origin, confidence, response, hints } = midstream;
    this.#beginMidstream(origin, confidence, response, hints.behindLargeRequest);
    this.#tellEarly();
  }

  #beginMidstream(origin: Origin, confidence: number, response: ResponseHead | null, unreadRequest = false): void {
    const { sink, midstream } = this.#context;
    midstream.begin(this, origin, confidence, response, unreadRequest);
    sink.onMidstream(midstream);
  }

  /** What it takes to go on after it is let go: of WebSocket between two frames, and where nothing was said; else null. */
  memo(): ConversationMemo | null {
    if (!this.#tcp.hasOctets && this.#midstream === null) return NOTHING_SAID;
    if (!this.#fromClient?.isResting || !this.#fromServer?.isResting) return null;
    return memoOf(this.clientSide, this.#extensions);
  }

  /** Goes on where another was let go. */
  resume({ client, extensions }: ConversationMemo, swapped: boolean, origin: Origin): void {
    if (client === null) return;
    this.clientSide = swapped ? otherSide(client) : client;
    this.#late = true;
    this.#extensions = extensions;
    this.#told = true;
    this.#beginMidstream(origin, 1, null);
    this.onUpgraded(this.clientSide, 0, 0);
  }

  onUpgraded(client: Side, offset0: number, offset1: number): void {
    this.clientSide = client;
    this.#opened = true;
    const { fromClient, fromServer } = this.#extensions;
    const [clientOffset, serverOffset] = client === 0 ? [offset0, offset1] : [offset1, offset0];
    this.#fromClient = this.#beginReader(CLIENT_TO_SERVER, fromClient, clientOffset);
    this.#fromServer = this.#beginReader(SERVER_TO_CLIENT, fromServer, serverOffset);
    this.#context.onWebSocket();
  }

  #beginReader(direction: DirectionIndex, extensions: DirectionExtensions, offset: number): DirectionReader {
    const reader = this.#context.readers.take();
    reader.begin(this, direction, extensions, offset);
    const half = this.#halfOf(direction);
    if (half !== null) half.receiver = reader;
    return reader;
  }

  onUnread(reason: UnreadReason, { number: packet }: Origin): void {
    this.unread ??= { reason, packet };
  }

  onPingOrPong(direction: DirectionIndex, control: Payload): void {
    if (!this.#context.sink.needs.connectionDiagnostics) return;
    control.read();
    this.#pings ??= new PingLedger();
    this.#pings.onFrame(direction, control.opcode, control.octets, control.start, control.end, control.origin);
  }

  onOctets(side: Side, buffer: Uint8Array, start: number, end: number, origin: Origin): void {
    this.#readerOf(this.#directionOf(side))?.feed(buffer, start, end, origin);
  }

  onPrefix({ rule, detail }: FoundPrefix, client: Side, origin: Origin): void {
    this.onFinding(rule, detail, client, origin);
  }

  onFinding(name: HandshakeRuleName, detail: string, side: Side, origin: Origin): void {
    if (!this.#context.sink.needs.connectionDiagnostics) return;
    this.reportSide(HANDSHAKE_RULES[name], side, messageOf(HANDSHAKE_RULES[name], detail), origin);
  }

  onHeldLimit(side: Side, origin: Origin): void {
    this.reportSide(ruleOf('held-limit'), side, ruleOf('held-limit').words, origin);
  }

  onGap(side: Side, length: number, reason: GapReason, origin: Origin): void {
    const direction = this.#directionOf(side);
    const name = directionName(direction);
    this.#context.sink.onEvent({ type: 'gap', ...this.#locate(origin), direction: name, length, reason });
    this.#readerOf(direction)?.skip(length, origin);
  }

  onOther(protocol: Protocol | 'websocket', client: Side | null): void {
    this.#opened = true;
    // Of a connection whose handshake was told the end must be told too.
    if (protocol === 'websocket') this.#context.onWebSocket();
    else if (!this.#told) this.#context.onOther(this, protocol, this.parties.serverPortOf(client), this.#tcp);
  }

  /** What was found before the connection was told of. */
  #tellEarly(): void {
    for (const early of this.#early) this.reportSide(early.rule, early.side, early.message, early.origin);
    this.#early = NO_FINDINGS;
  }

  #lendOpening(): Opening {
    if (this.#opening === null) {
      this.#opening = this.#context.openings.take();
      this.#opening.begin(this);
    }
    return this.#opening;
  }

  /** Where it is over; not before its call returned, as it has more to do. */
  #giveBackOpening(): void {
    if (!this.#opened || this.#opening === null) return;
    this.#context.openings.giveBack(this.#opening);
    this.#opening = null;
  }

  #readerOf(direction: DirectionIndex): DirectionReader | null {
    return direction === CLIENT_TO_SERVER ? this.#fromClient : this.#fromServer;
  }

  /** TCP's half of a direction; null once TCP has let the connection go. */
  #halfOf(direction: DirectionIndex): Half | null {
    const { live } = this.#tcp;
    if (live === null) return null;
    return (direction === CLIENT_TO_SERVER) === (this.clientSide === 0) ? live.half0 : live.half1;
  }

  #directionOf(side: Side): DirectionIndex {
    return side === this.clientSide ? CLIENT_TO_SERVER : SERVER_TO_CLIENT;
  }

  #locate(origin: Origin): Located {
    return this.#context.clock.locate(this.connection, origin);
  }
}
