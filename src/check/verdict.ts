// What comes of an expectation: held, or missed and how. Knows no kind of expectation and no report.

import type { Place } from '../codec/document-error.ts';

/** One way in which an expectation was not met. */
export interface Miss {
  /** Number of the TCP connection; null where it is about the capture. */
  connection: number | null;
  /** The packet to look at; null where there is none. */
  packet: number | null;
  expected: string;
  found: string;
  /** What came closest, and where it differs, a line each. */
  nearest?: readonly string[];
  /** The conversation around the packet, a line each. */
  excerpt?: readonly string[];
}

export interface Verdict {
  name: string;
  /** Kind of the expectation, such as `message`. */
  kind: string;
  held: boolean;
  /** Where the expectation stands; its line and column are missing where it was made by a program. */
  place: Place;
  misses: readonly Miss[];
}

/** All verdicts on one capture. */
export interface CaptureVerdict {
  capture: string;
  verdicts: readonly Verdict[];
  /** WebSocket connections and messages that the capture holds. */
  connections: number;
  messages: number;
  /** Why the capture could not be read to its end, unless that was expected; null otherwise. */
  damage: string | null;
}

export interface Total {
  captures: number;
  expectations: number;
  held: number;
  missed: number;
  damaged: number;
}

export function totalOf(captures: readonly CaptureVerdict[]): Total {
  const verdicts = captures.flatMap((each) => each.verdicts);
  const held = verdicts.filter((verdict) => verdict.held).length;
  return {
    captures: captures.length,
    expectations: verdicts.length,
    held,
    missed: verdicts.length - held,
    damaged: captures.filter(({ damage }) => damage !== null).length,
  };
}
