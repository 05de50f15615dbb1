// Runs packets through the whole dissector and sorts the events by type. For the tests of this folder, with the packets of
// the plainest conversation to start from.

import type { DissectOptions } from '../../src/dissect/dissect.ts';
import { dissectSync } from '../../src/dissect/dissect.ts';
import type { WsdissectEvent } from '../../src/dissect/events.ts';
import { type CaptureOptions, captureOf, type Recordable } from '../support/capture-builder.ts';
import { type ConversationOptions, TcpConversation } from '../support/tcp-conversation.ts';
import { type Fields, upgradeRequest, upgradeResponse } from '../support/websocket-writer.ts';

type Type = WsdissectEvent['type'];
type EventOf<T extends Type> = Extract<WsdissectEvent, { type: T }>;

/** Notes that conversations of tests earn by being short: one key, one mask, no close frames. */
export const INCIDENTAL: ReadonlySet<string> = new Set([
  'close-missing',
  'close-unanswered',
  'key-repeated',
  'masking-key-repeated',
  'ping-unanswered',
  'pong-unsolicited',
]);

export class Dissection {
  readonly events: WsdissectEvent[];

  constructor(events: WsdissectEvent[]) {
    this.events = events;
  }

  of<T extends Type>(type: T): EventOf<T>[] {
    return this.events.filter((event): event is EventOf<T> => event.type === type);
  }

  /** `c2s hello`: direction and text of each message, base64 where it is binary. */
  get said(): string[] {
    return this.of('message').map(({ direction, text, data }) => `${direction} ${text ?? data ?? '(not shown)'}`);
  }

  /** All diagnostics but the incidental ones. */
  get diagnostics(): EventOf<'diagnostic'>[] {
    return this.of('diagnostic').filter(({ code }) => !INCIDENTAL.has(code));
  }

  /** Their codes. */
  get codes(): string[] {
    return this.diagnostics.map(({ code }) => code);
  }

  /** Codes of those that are more than notes. */
  get faults(): string[] {
    return this.of('diagnostic').flatMap(({ code, severity }) => (severity === 'note' ? [] : [code]));
  }

  get summary(): EventOf<'summary'> {
    return this.of('summary')[0];
  }
}

export interface DissectionOptions extends CaptureOptions, Omit<DissectOptions, 'signal'> {}

/** What is found in packets as they were captured. */
export function dissectionOf(packets: readonly Recordable[], options: DissectionOptions = {}): Dissection {
  const { byteOrder, resolution, linkType, linkHeader, snapLength, start, interval, ...asked } = options;
  return new Dissection(dissectSync(captureOf(packets, options), { payload: 'always', ...asked }));
}

/** A TCP connection with its opening handshake done; `fields` are added to both heads. */
export function upgraded(options: ConversationOptions = {}, fields: Fields = []): TcpConversation {
  const talk = new TcpConversation(options).open();
  return talk.exchange('c2s', upgradeRequest({ fields })).exchange('s2c', upgradeResponse({ fields }));
}
