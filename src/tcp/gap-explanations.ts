// What each reason for which octets are given up means to whoever captured them, and what to do about it. Only what explains
// loads it.

import { CAPTURE_WHOLE_PACKETS, type Explanation, type ReasonRow } from '../link/reason-row.ts';
import type { GapReason } from './connection.ts';

const GAP_EXPLANATIONS: Readonly<Record<GapReason, Explanation>> = {
  'not-captured': {
    words: 'The octets are in no packet of the capture, though they were sent: what came behind them was received.',
    remedy: 'capture at one of the ends, with more room (`tcpdump -B 65536`), or less of what is not wanted',
  },
  snaplen: {
    words: 'The octets were cut off when their packet was captured, at the snap length of the capturing program.',
    remedy: CAPTURE_WHOLE_PACKETS,
  },
  'waiting-limit': {
    words: 'The octets were waited for, as they may have come late, until more behind them was held than may be.',
    remedy: 'give more room with `--max-waiting-each` and `--max-waiting`',
  },
};

export function gapRows(): ReasonRow[] {
  return Object.entries(GAP_EXPLANATIONS).map(([reason, explanation]) => ({ reason, event: 'gap', ...explanation }));
}
