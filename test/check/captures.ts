// Small captures for the tests of expectations, by script, and what comes of expectations in YAML held against them.

import { CaptureLogger, type ConnectionLog } from '../../src/check/capture-log.ts';
import { parseExpectations } from '../../src/check/expectations-file.ts';
import { judge } from '../../src/check/judge.ts';
import type { CaptureVerdict } from '../../src/check/verdict.ts';
import { type DissectSyncOptions, dissectSync } from '../../src/dissect/dissect.ts';
import type { WsdissectEvent } from '../../src/dissect/events.ts';
import type { SaidEvent } from '../../src/dissect/said-event.ts';
import { captureOf } from '../support/capture-builder.ts';
import { TcpConversation } from '../support/tcp-conversation.ts';
import { peer } from '../support/tcp-packet.ts';
import {
  CLOSE,
  clientFrame,
  closePayload,
  type Fields,
  frame,
  PING,
  PONG,
  TEXT,
  upgradeRequest,
  upgradeResponse,
} from '../support/websocket-writer.ts';

/** One thing that is said: `['c2s', 'text']`, or a control frame. */
export type Line =
  | readonly ['c2s' | 's2c', string]
  | readonly ['c2s' | 's2c', 'ping' | 'pong', string]
  | readonly ['c2s' | 's2c', 'close', number, string?];

export interface TalkOptions {
  target?: string;
  port?: number;
  fields?: Fields;
  /** Octets put in as they are, before the end. */
  raw?: readonly ['c2s' | 's2c', Uint8Array];
  end?: 'fin' | 'rst' | 'open';
}

const OPCODES = { ping: PING, pong: PONG };

/** A connection on which this is said; packets are a millisecond apart. */
export function talk(lines: readonly Line[], options: TalkOptions = {}): TcpConversation {
  const { target = '/chat', port = 40001, fields = [] } = options;
  const talking = new TcpConversation({ client: peer('10.0.0.1', port) });
  return speak(talking, lines, target, fields, options);
}

function speak(
  talking: TcpConversation,
  lines: readonly Line[],
  target: string,
  fields: Fields,
  { raw, end = 'fin' }: TalkOptions,
): TcpConversation {
  talking.open().exchange('c2s', upgradeRequest({ target, fields })).exchange('s2c', upgradeResponse({ fields }));
  for (const [index, line] of lines.entries()) {
    // A client draws a new key for each frame.
    const key = Uint8Array.of(0x37, 0xfa, 0x21 + (index >> 8), index & 0xff);
    const write = (opcode: number, payload: Uint8Array | string) =>
      line[0] === 'c2s' ? clientFrame(opcode, payload, { key }) : frame(opcode, payload);
    if (line.length === 2) talking.exchange(line[0], write(TEXT, line[1]));
    else if (line[1] === 'close') talking.exchange(line[0], write(CLOSE, closePayload(line[2] as number, line[3])));
    else talking.exchange(line[0], write(OPCODES[line[1]], String(line[2])));
  }
  if (raw !== undefined) talking.exchange(...raw);
  if (end === 'fin') talking.close();
  if (end === 'rst') talking.reset('s2c');
  return talking;
}

export function eventsOf(talks: readonly TcpConversation[], options: DissectSyncOptions = {}): WsdissectEvent[] {
  return [...dissectSync(captureOf(talks.flatMap(({ packets }) => packets)), { payload: 'always', ...options })];
}

export function logOf(events: readonly WsdissectEvent[]) {
  const logger = new CaptureLogger('test.pcap');
  for (const event of events) logger.onEvent(event);
  return logger.log();
}

/** A connection of which only this is known. */
export function connectionOf(said: SaidEvent[]): ConnectionLog {
  return { connection: 0, handshakes: [], midstream: null, said, gaps: [], diagnostics: [], end: null };
}

/** What comes of the expectations, given as YAML of the list `expect`. */
export async function verdictOf(yaml: string, talks: readonly TcpConversation[]): Promise<CaptureVerdict> {
  return judge(await parseExpectations('test.yaml', `expect:\n${yaml}`), logOf(eventsOf(talks)));
}
