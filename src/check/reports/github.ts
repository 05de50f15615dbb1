// The report as annotations of GitHub Actions: workflow commands that mark the expectation's line in its file.

import { escapeText } from '../../output/terminal-text.ts';
import { linesOfMiss, type Report } from './report.ts';
import { summaryLine } from './text.ts';

export const githubReport: Report = (captures) => {
  const lines: string[] = [];
  for (const { capture, verdicts, damage } of captures) {
    for (const { name, held, place, misses } of verdicts) {
      if (held) continue;
      const message = [capture, ...misses.flatMap((miss) => ['', ...linesOfMiss(miss)])].map(escapeText).join('\n');
      lines.push(command({ file: place.file, line: place.line, col: place.column, title: name }, message));
    }
    if (damage !== null) lines.push(command({ file: capture, title: 'The capture is incomplete' }, escapeText(damage)));
  }
  lines.push(summaryLine(captures));
  return `${lines.join('\n')}\n`;
};

/** `::error file=…,line=…::message`, escaped as the runner reads it back. */
function command(properties: Readonly<Record<string, string | number | undefined>>, message: string): string {
  const said = Object.entries(properties)
    .filter(([, value]) => value !== undefined)
    .map(
      ([name, value]) =>
        `${name}=${escapeData(escapeText(String(value)))
          .replace(/:/g, '%3A')
          .replace(/,/g, '%2C')}`,
    );
  return `::error ${said.join(',')}::${escapeData(message)}`;
}

function escapeData(text: string): string {
  return text.replace(/%/g, '%25').replace(/\r/g, '%0D').replace(/\n/g, '%0A');
}
