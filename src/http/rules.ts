// The rules of the opening handshake by name: what is said when one is broken, how grave that is, where it is written, and in
// which words gorilla/websocket objects. Does not know how a breach is found (upgrade.ts).

import type { Rule } from '../tcp/rules.ts';
import { readingRules } from './reading-rules.ts';
import { requestRules } from './request-rules.ts';
import { responseRules } from './response-rules.ts';

/**
 * `peerWords` are what gorilla's server says of a request, or its client of an answer.
 */
export interface HandshakeRule extends Rule {
  /** The side that broke it. Some codes stand once for each. */
  readonly side: 'request' | 'response';
}

const ROWS = { ...requestRules, ...responseRules, ...readingRules };

export type HandshakeRuleName = keyof typeof ROWS;

/** The rules by name. */
export const HANDSHAKE_RULES: Readonly<Record<HandshakeRuleName, HandshakeRule>> = ROWS;

/** Fields that must not occur more than once, RFC 6455 §11.3.1 to §11.3.5, and RFC 9112 §3.2 of Host, by the side that sends them. */
export const FIELDS_THAT_STAND_ONCE = {
  request: ['host', 'key', 'version'],
  response: ['accept', 'protocol', 'extensions'],
} as const;
