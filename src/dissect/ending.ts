// What the end of a conversation leaves open: close frames that never came, pings without answer, pongs that answer nothing.
// Judges only what the capture shows whole; knows neither packets nor how it is told.

import type { Origin } from '../capture/packet.ts';
import type { TcpEnd } from '../tcp/connection.ts';
import type { PingLedger } from '../ws/ping-ledger.ts';
import type { WebSocketRuleCode } from '../ws/rules.ts';
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

export interface EndingFinding {
  code: WebSocketRuleCode;
  direction: DirectionIndex | null;
  detail: string;
  /** Null: where the connection ended. */
  origin: Origin | null;
}

/** @param beganLate whether frames may have come before the first that was seen */
export function judgeEnding(
  how: TcpEnd,
  fromClient: EndedDirection,
  fromServer: EndedDirection,
  pings: PingLedger | null,
  beganLate: boolean,
): EndingFinding[] {
  if (fromClient.gapped || fromServer.gapped) return [];
  const findings = pings === null ? [] : judgePings(how, [fromClient, fromServer], pings, beganLate);
  // The close frame of an end that said nothing since may have come before.
  if (beganLate && (fromClient.frames === 0 || fromServer.frames === 0)) return findings;
  const closing = judgeClosing(how, fromClient.closed, fromServer.closed);
  return closing === null ? findings : [...findings, closing];
}

/** Where the capture ended first, or another connection took the ports, nothing is known of the end. */
function judgeClosing(how: TcpEnd, clientClosed: boolean, serverClosed: boolean): EndingFinding | null {
  if (!clientClosed && !serverClosed && (how === 'fin' || how === 'rst')) {
    return { code: 'close-missing', direction: null, detail: how === 'fin' ? '' : 'it was reset', origin: null };
  }
  // A reset may have kept the other end from answering.
  if (clientClosed === serverClosed || how !== 'fin') return null;
  const direction = clientClosed ? SERVER_TO_CLIENT : CLIENT_TO_SERVER;
  return { code: 'close-unanswered', direction, detail: '', origin: null };
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
      findings.push({ code: 'pong-unsolicited', direction, detail, origin: stray.origin });
    }
    if (how !== 'fin' && how !== 'rst') continue;
    const other = directions[1 - direction];
    const ignored = pings.pings[direction].filter(
      ({ answered, origin }) => !answered && origin.number < other.lastMessagePacket,
    );
    if (ignored.length > 0) {
      findings.push({
        code: 'ping-unanswered',
        direction,
        detail: String(ignored.length),
        origin: ignored[0].origin,
      });
    }
  }
  return findings;
}
