// The report for programs: all verdicts as one JSON document.

import { totalOf } from '../verdict.ts';
import type { Report } from './report.ts';

export const jsonReport: Report = (captures, { version }) =>
  `${JSON.stringify({ tool: 'wsdissect', version, total: totalOf(captures), captures }, null, 2)}\n`;
