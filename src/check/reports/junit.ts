// The report as JUnit XML, which CI systems read: a suite for each capture, a case for each expectation. The few elements
// that it takes are written here, as the packages that write them bring more than they spare.

import { escapeText } from '../../output/terminal-text.ts';
import { type CaptureVerdict, totalOf, type Verdict } from '../verdict.ts';
import { lineOfMiss, linesOfMiss, placeText, type Report } from './report.ts';

export const junitReport: Report = (captures) => {
  const { expectations, missed, damaged } = totalOf(captures);
  const counts = attributes({ tests: expectations + damaged, failures: missed, errors: damaged });
  const suites = captures.map((each, index) => suiteOf(each, index)).join('');
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="wsdissect"${counts}>\n${suites}</testsuites>\n`;
};

function suiteOf({ capture, verdicts, damage }: CaptureVerdict, index: number): string {
  const missed = verdicts.filter(({ held }) => !held).length;
  const errors = damage === null ? 0 : 1;
  const counts = attributes({
    id: index,
    name: capture,
    tests: verdicts.length + errors,
    failures: missed,
    errors,
    skipped: 0,
    time: 0,
  });
  const cases = verdicts.map((verdict) => caseOf(capture, verdict)).join('');
  const error =
    damage === null
      ? ''
      : `    <testcase${attributes({ name: 'the capture is whole', classname: capture, time: 0 })}>\n` +
        `      <error${attributes({ message: damage, type: 'damaged' })}></error>\n    </testcase>\n`;
  return `  <testsuite${counts}>\n${cases}${error}  </testsuite>\n`;
}

function caseOf(capture: string, { name, kind, held, misses, place }: Verdict): string {
  const head = attributes({ name, classname: capture, time: 0 });
  if (held) return `    <testcase${head}/>\n`;
  const message = misses.map(lineOfMiss).join('; ');
  const text = [placeText(place), ...misses.flatMap((miss) => ['', ...linesOfMiss(miss)])].join('\n');
  return (
    `    <testcase${head}>\n` +
    `      <failure${attributes({ message, type: kind })}>${escapeXml(text)}</failure>\n` +
    '    </testcase>\n'
  );
}

function attributes(values: Readonly<Record<string, string | number>>): string {
  return Object.entries(values)
    .map(([name, value]) => ` ${name}="${escapeXml(String(value)).replace(/\n/g, '&#10;').replace(/"/g, '&quot;')}"`)
    .join('');
}

/** What XML 1.0 cannot hold at all is written out, as on a terminal. */
function escapeXml(text: string): string {
  return text
    .split('\n')
    .map(escapeText)
    .join('\n')
    .replace(/[\ufffe\uffff]/g, '\ufffd')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;');
}
