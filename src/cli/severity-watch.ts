// Remembers the gravest diagnostic that passes to another sink, for `--fail-on`. Changes nothing.

import { SEVERITIES, type Severity } from '../dissect/events.ts';
import { passingTo } from '../dissect/passing-sink.ts';
import type { DissectionSink } from '../dissect/sink.ts';

export interface SeverityWatch {
  /** Passes all on. */
  readonly sink: DissectionSink;
  /** Whether a diagnostic of this severity or a graver one passed. */
  reached(severity: Severity): boolean;
}

export function watchSeverity(sink: DissectionSink): SeverityWatch {
  let gravest = -1;
  return {
    sink: {
      ...passingTo(sink),
      needs: { ...sink.needs, connectionDiagnostics: true, heads: true },
      onEvent(event) {
        if (event.type === 'diagnostic') gravest = Math.max(gravest, SEVERITIES.indexOf(event.severity));
        sink.onEvent(event);
      },
    },
    reached: (severity) => gravest >= SEVERITIES.indexOf(severity),
  };
}
