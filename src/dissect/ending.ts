// What the end of a conversation leaves open: close frames that never came, pings without answer, pongs that answer nothing.
// Judges only what the capture shows whole; knows neither packets nor how it is told.

import type { Origin } from '../capture/packet.ts';
import { halfOf, type LiveState, type Side, type TcpEnd } from '../tcp/connection.ts';
import type { Rule } from '../tcp/rules.ts';
import type { PingLedger } from '../ws/ping-ledger.ts';
import { ruleOf } from './diagnostics.ts';
import { CLIENT_TO_SERVER, type DirectionIndex, SERVER_TO_CLIENT } from './sink.ts';

/** What is known of a direction that is over. */
export interface EndedDirection {
  /** Whether its close frame was seen. */
  readonly closed: boolean;
  /** Whether octets of it were not captured, or passed over. */
  readonly gapped: boolean;
  /** Frames that were seen. */
  readonly frames: number;
  /** Packet of its last message; 0 where there was none. */
  readonly lastMessagePacket: number;
}

/** How TCP ended. */
export interface TcpEnding {
  readonly how: TcpEnd;
  /** The end that reset the connection; null where none did. */
  readonly resetBy: DirectionIndex | null;
  /** Whether that end had said its FIN before, so that the other read an end, and no error. */
  readonly behindFin: boolean;
}

export interface EndingFinding {
  rule: Rule;
  direction: DirectionIndex | null;
  detail: string;
  /** Null: where the connection ended. */
  origin: Origin | null;
}

/** What gorilla's reader says where the connection was reset, behind the addresses. */
const RESET_WORDS = 'read: connection reset by peer';

/** @param live null once TCP has let the connection go */
export function tcpEndingOf(how: TcpEnd, live: LiveState | null, client: Side): TcpEnding {
  if (how !== 'rst' || live === null) return { how, resetBy: null, behindFin: false };
  const { resetSide } = live;
  const resetBy = resetSide === client ? CLIENT_TO_SERVER : SERVER_TO_CLIENT;
  return { how, resetBy, behindFin: halfOf(live, resetSide).finSeen };
}

/** @param beganLate whether frames may have come before the first that was seen */
export function judgeEnding(
  end: TcpEnding,
  fromClient: EndedDirection,
  fromServer: EndedDirection,
  pings: PingLedger | null,
  beganLate: boolean,
): EndingFinding[] {
  if (fromClient.gapped || fromServer.gapped) return [];
  const findings = pings === null ? [] : judgePings(end.how, [fromClient, fromServer], pings, beganLate);
  // The close frame of an end that said nothing since may have come before.
  if (beganLate && (fromClient.frames === 0 || fromServer.frames === 0)) return findings;
  const closing = judgeClosing(end, fromClient.closed, fromServer.closed);
  return closing === null ? findings : [...findings, closing];
}

/** Where the capture ended first, or another connection took the ports, nothing is known of the end. */
function judgeClosing(end: TcpEnding, clientClosed: boolean, serverClosed: boolean): EndingFinding | null {
  const { how, resetBy } = end;
  if (how !== 'fin' && how !== 'rst') return null;
  if (!clientClosed && !serverClosed) {
    return {
      rule: ruleAt('close-missing', end),
      direction: null,
      detail: how === 'fin' ? '' : 'it was reset',
      origin: null,
    };
  }
  if (clientClosed === serverClosed) return null;
  const direction = clientClosed ? SERVER_TO_CLIENT : CLIENT_TO_SERVER;
  // A reset may have kept the other end from answering, but not the one that sent it.
  if (how === 'rst' && resetBy !== direction) return null;
  return {
    rule: ruleAt('close-unanswered', end),
    direction,
    detail: how === 'fin' ? '' : 'who should have answered reset the connection',
    origin: null,
  };
}

/** The rule's row; behind a reset gorilla has other words. */
function ruleAt(code: 'close-missing' | 'close-unanswered', { how, behindFin }: TcpEnding): Rule {
  const rule = ruleOf(code);
  return how === 'rst' && !behindFin ? { ...rule, peerWords: RESET_WORDS } : rule;
}

function judgePings(
  how: TcpEnd,
  directions: readonly EndedDirection[],
  pings: PingLedger,
  beganLate: boolean,
): EndingFinding[] {
  const findings: EndingFinding[] = [];
  for (const direction of [CLIENT_TO_SERVER, SERVER_TO_CLIENT] as const) {
    const [stray] = pings.pongs[direction];
    if (stray !== undefined && !beganLate) {
      const detail = String(pings.strayPongs[direction]);
      findings.push({ rule: ruleOf('pong-unsolicited'), direction, detail, origin: stray.origin });
    }
    if (how !== 'fin' && how !== 'rst') continue;
    const other = directions[1 - direction];
    const ignored = pings.pings[direction].filter(
      ({ answered, origin }) => !answered && origin.number < other.lastMessagePacket,
    );
    if (ignored.length > 0) {
      findings.push({
        rule: ruleOf('ping-unanswered'),
        direction,
        detail: String(ignored.length),
        origin: ignored[0].origin,
      });
    }
  }
  return findings;
}
