// What may be said of a TCP connection, one row a code. The shape of a row is shared by all layers that find faults.

/** A row of a rule table: what is wrong, how bad it is, and which text says so. */
export interface Rule {
  /** Kebab-case, never reused. */
  readonly code: string;
  readonly severity: 'error' | 'warning' | 'note';
  /** For example `RFC 6455 §5.1`. */
  readonly reference: string;
  /** What happened, as a sentence without its full stop; details follow it after a colon. */
  readonly words: string;
  /** The words in which gorilla/websocket's reader objects, where it does. */
  readonly peerWords?: string;
}

export const tcpRules = [
  {
    code: 'tcp-overlap-differs',
    severity: 'warning',
    reference: 'RFC 9293 §3.10.7.4',
    words: 'two segments carry different octets for the same place; those captured first are shown',
  },
  {
    code: 'tcp-waiting-limit',
    severity: 'warning',
    reference: 'docs/limits.md',
    words: 'too many octets wait behind a hole, so the hole is given up',
  },
  {
    code: 'tcp-connection-limit',
    severity: 'warning',
    reference: 'docs/limits.md',
    words: 'too many connections are open at once, so those silent for longest are let go before their end',
  },
] as const satisfies readonly Rule[];

export type TcpRuleCode = (typeof tcpRules)[number]['code'];
