// The formats of reports: a new one is a file beside this one, its name in `report.ts`, and a line here.

import { githubReport } from './github.ts';
import { jsonReport } from './json.ts';
import { junitReport } from './junit.ts';
import type { Report, ReportFormat } from './report.ts';
import { sarifReport } from './sarif.ts';
import { tapReport } from './tap.ts';
import { textReport } from './text.ts';

export const REPORTS: Readonly<Record<ReportFormat, Report>> = {
  text: textReport,
  junit: junitReport,
  github: githubReport,
  sarif: sarifReport,
  tap: tapReport,
  json: jsonReport,
};
