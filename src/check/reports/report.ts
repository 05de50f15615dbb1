// What every report is: all verdicts of a run turned into text; and how the formats are named. Knows no format.

import type { CaptureVerdict, Miss } from '../verdict.ts';

export interface ReportContext {
  /** Columns; null where nothing is to be wrapped. */
  width: number | null;
  colour: boolean;
  version: string;
}

/** As `--format` and `--report` have them. */
export const REPORT_FORMATS = ['text', 'junit', 'github', 'sarif', 'tap', 'json'] as const;
export type ReportFormat = (typeof REPORT_FORMATS)[number];

export type Report = (captures: readonly CaptureVerdict[], context: ReportContext) => string;

/** Where a miss is, in words: `connection 0, packet 8`. */
export function whereOf({ connection, packet }: Miss): string {
  const parts = [];
  if (connection !== null) parts.push(`connection ${connection}`);
  if (packet !== null) parts.push(`packet ${packet}`);
  return parts.join(', ');
}

/** A miss in one line. */
export function lineOfMiss(miss: Miss): string {
  const where = whereOf(miss);
  const said = `expected ${miss.expected}, found ${miss.found}`;
  return where === '' ? said : `${where}: ${said}`;
}

/** A miss whole: what was expected and found, what was nearest, the conversation around it. */
export function linesOfMiss(miss: Miss): string[] {
  const where = whereOf(miss);
  return [
    ...(where === '' ? [] : [where]),
    `expected  ${miss.expected}`,
    `found     ${miss.found}`,
    ...(miss.nearest ?? []),
    ...(miss.excerpt ?? []),
  ];
}

/** A place as tools have it: `expectations.yaml:3:5`. */
export function placeText({ file, line, column }: { file: string; line?: number; column?: number }): string {
  return [file, line, column].filter((part) => part !== undefined).join(':');
}
