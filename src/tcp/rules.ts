// What may be said of a TCP connection, one row a code. The shape of a row is shared by all layers that find faults.

/** A row of a rule table: what is wrong, how bad it is, and which text says so. */
export interface Rule {
  /** Kebab-case, never reused. */
  readonly code: string;
  readonly severity: 'error' | 'warning' | 'note';
  /** Where it is a note all the same, as words behind "where". */
  readonly noteWhere?: string | undefined;
  /** For example `RFC 6455 §5.1`. */
  readonly reference: string;
  /** What happened, as a sentence without its full stop; details follow it after a colon. */
  readonly words: string;
  /** The words in which gorilla/websocket objects, its server, client or reader of frames, where it does; `{…}` is a value. */
  readonly peerWords?: string | undefined;
  /** What it means and what comes of it, in sentences: for `explain` and docs/diagnostics.md. */
  readonly explanation: string;
  /** What breaks it, in one line. */
  readonly example: string;
}

/** What a diagnostic says: the rule's words, and the detail where there is any. */
export function messageOf({ words }: Rule, detail: string): string {
  return detail === '' ? words : `${words}: ${detail}`;
}

/** What a diagnostic says of its rule, beside what happened. */
export type ToldRule = Pick<Rule, 'code' | 'severity' | 'reference' | 'peerWords'>;

export const tcpRules = [
  {
    code: 'tcp-overlap-differs',
    severity: 'warning',
    reference: 'RFC 9293 §3.10.7.4',
    words: 'two segments carry different octets for the same place; those captured first are shown',
    explanation:
      'An honest sender repeats the same octets. Either something between the ends changed them, or the capture mixes two connections.',
    example: 'Octets 100 to 199 twice, the second time with one octet changed.',
  },
  {
    code: 'tcp-before-beginning',
    severity: 'note',
    reference: 'docs/limits.md',
    words: 'octets lie before the first ones of this direction that were captured, and are not read',
    explanation:
      'Neither SYN says where the direction begins, so it begins with the segment that was captured first. These octets were captured behind it: out of order, or sent again.',
    example: 'A capture begins in the middle of a connection, and shows the second of two segments before the first.',
  },
  {
    code: 'tcp-shared-endpoints',
    severity: 'note',
    reference: 'docs/limits.md',
    words:
      'several connections go on at once between the same addresses and ports, so they are told apart by their sequence numbers',
    explanation:
      'A transparent proxy is captured on both its sides, or a firewall before and behind which sequence numbers differ: each side is a connection. Capture one interface to see each conversation once.',
    example: 'The SYN of a second connection, then more of the first, which has the same addresses and ports.',
  },
  {
    code: 'tcp-waiting-limit',
    severity: 'warning',
    reference: 'docs/limits.md',
    words: 'too many octets wait behind a hole, so the hole is given up',
    explanation:
      'A `gap` event says how many octets are missing. `--max-waiting` and `--max-waiting-each` raise the limits.',
    example: 'A segment is missing, and 17 MiB follow it before the other end says that it never came.',
  },
  {
    code: 'tcp-connection-limit',
    severity: 'warning',
    reference: 'docs/limits.md',
    words: 'too many connections are open at once, so those silent for longest are let go before their end',
    explanation:
      'What they say later counts as another connection, which goes on where a WebSocket one was. `--max-connections` raises the limit.',
    example: '100,001 connections that never end.',
  },
  {
    code: 'tcp-idle',
    severity: 'note',
    reference: 'docs/limits.md',
    words: 'nothing was captured of the connection for as long as was said, so it is let go before its end',
    explanation:
      'What it says later counts as another connection, which goes on where a WebSocket one was. `--max-idle` says for how long.',
    example: 'Two hours without a packet, with `--max-idle 3600`.',
  },
  {
    code: 'tcp-multipath',
    severity: 'note',
    reference: 'RFC 8684 §3.3',
    words: 'the connection is one of Multipath TCP, and octets of it may stand in other TCP connections',
    explanation:
      'Octets are put in their order by their data sequence numbers, and those sent again are taken once. What other TCP connections of the ' +
      'capture carried for it, the subflows that joined, is shown as of this one; what they carried uncaptured is a `gap`.',
    example: 'A telephone that has a server with MPTCP by Wi-Fi and by a mobile network at once.',
  },
] as const satisfies readonly Rule[];

export type TcpRuleCode = (typeof tcpRules)[number]['code'];
