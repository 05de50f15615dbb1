// The report for programs: all verdicts as one JSON document.

import { jsonText } from '../../codec/json-text.ts';
import { totalOf } from '../verdict.ts';
import type { Report } from './report.ts';

export const jsonReport: Report = (captures, { version }) =>
  `${jsonText({ tool: 'wsdissect', version, total: totalOf(captures), captures }, 2)}\n`;
