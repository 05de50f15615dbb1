// Writes docs/diagnostics.md from the tables of rules: `node --import tsx scripts/make-diagnostics.ts`. A test fails where the
// page in the repository is not what this makes.

import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { rulesByCode } from '../src/dissect/diagnostics.ts';
import type { Rule } from '../src/tcp/rules.ts';

export const DIAGNOSTICS_PAGE = fileURLToPath(new URL('../docs/diagnostics.md', import.meta.url));

const HEAD = `# Diagnostics

What a \`diagnostic\` event may say, made from the tables of rules by \`scripts/make-diagnostics.ts\`. \`wsdissect explain CODE\` prints
the same. An error breaks a rule that must be kept; a warning is something that this capture or a limit keeps from being shown, or
that peers differ about; a note is allowed, and worth knowing. \`--fail-on\` takes a severity. Codes are never reused.

"gorilla" is what gorilla/websocket says of it (\`peerWords\`): its server of a request, its client of an answer, its reader of frames, so
that a log can be matched to a capture. \`{…}\` stands for a value.
`;

function table(all: ReadonlyMap<string, readonly Rule[]>): string {
  const rows = [...all].map(([code, [rule]]) => `| [${code}](#${code}) | ${rule.severity} | ${rule.words} |`);
  return ['| code | severity | what it says |', '|---|---|---|', ...rows, ''].join('\n');
}

function section(code: string, rows: readonly Rule[]): string {
  const parts = rows.map(({ severity, reference, words, explanation, example, noteWhere, peerWords }) => {
    const gorilla = peerWords === undefined ? '' : `- gorilla: \`${peerWords}\`\n`;
    const note = noteWhere === undefined ? '' : `- A note where ${noteWhere}.\n`;
    return `**${severity}**, ${reference}: ${words}. ${explanation}\n\n${note}- Example: ${example}\n${gorilla}`;
  });
  return `## ${code}\n\n${parts.join('\n')}`;
}

export function diagnosticsPage(): string {
  const all = rulesByCode();
  return [HEAD, table(all), ...[...all].map(([code, rows]) => section(code, rows))].join('\n');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(DIAGNOSTICS_PAGE, diagnosticsPage());
