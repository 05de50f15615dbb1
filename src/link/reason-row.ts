// How a reason that an event gives is explained: what each layer says of its own stands in a table there.

export interface Explanation {
  /** What it is that the reason stands with. */
  words: string;
  /** Undefined where nothing is amiss, or nothing can be done. */
  remedy?: string;
}

/** An explanation with its reason. */
export interface ReasonRow extends Explanation {
  reason: string;
  /** Which event gives it: `summary` that packets are skipped, `gap` that octets are given up. */
  event: 'summary' | 'gap';
}

/** What to do where packets were cut when they were captured. */
export const CAPTURE_WHOLE_PACKETS = 'capture whole packets, as `tcpdump -s 0` does';
