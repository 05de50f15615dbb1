// The formats of reports: a new one is a file beside this one and a line here.

import { githubReport } from './github.ts';
import { jsonReport } from './json.ts';
import { junitReport } from './junit.ts';
import type { Report } from './report.ts';
import { sarifReport } from './sarif.ts';
import { tapReport } from './tap.ts';
import { textReport } from './text.ts';

export const REPORTS = {
  text: textReport,
  junit: junitReport,
  github: githubReport,
  sarif: sarifReport,
  tap: tapReport,
  json: jsonReport,
} as const satisfies Readonly<Record<string, Report>>;

export type ReportFormat = keyof typeof REPORTS;
