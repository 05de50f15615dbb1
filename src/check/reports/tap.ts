// The report as TAP 14 (https://testanything.org): a line for each expectation, YAML below those that were missed.

import { jsonText } from '../../codec/json-text.ts';
import { escapeText } from '../../output/terminal-text.ts';
import type { Verdict } from '../verdict.ts';
import { linesOfMiss, placeText, type Report } from './report.ts';

export const tapReport: Report = (captures) => {
  const points: string[] = [];
  let number = 0;
  const point = (ok: boolean, name: string) => {
    // A number sign would begin a directive.
    const description = escapeText(name).replace(/[\\#]/g, '\\$&');
    points.push(`${ok ? 'ok' : 'not ok'} ${++number} - ${description}`);
  };
  for (const { capture, verdicts, damage } of captures) {
    for (const verdict of verdicts) {
      point(verdict.held, `${capture}: ${verdict.name}`);
      if (!verdict.held) points.push(...diagnosticOf(verdict));
    }
    if (damage !== null) point(false, `${capture}: the capture is incomplete: ${damage}`);
  }
  return `TAP version 14\n1..${number}\n${points.map((line) => `${line}\n`).join('')}`;
};

function diagnosticOf({ place, misses }: Verdict): string[] {
  // JSON text is YAML text.
  const message = misses.flatMap(linesOfMiss).map(escapeText);
  return [
    '  ---',
    `  at: ${jsonText(placeText(place))}`,
    '  message:',
    ...message.map((line) => `    - ${jsonText(line)}`),
    '  ...',
  ];
}
