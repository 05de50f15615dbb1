// The rules behind diagnostics as people read them: all of them as a table, or one with its explanation and an example.

import type { Rule } from '../tcp/rules.ts';
import { indent } from './display-width.ts';
import type { Palette } from './palette.ts';
import { drawTable } from './slim-table.ts';

const INDENTATION = '  ';

/** One row a code, with the words of its first rule. */
export function formatRules(
  rules: Iterable<readonly [code: string, rows: readonly Rule[]]>,
  width: number,
  palette: Palette,
) {
  const columns = [
    { title: 'code', align: 'left' },
    { title: 'severity', align: 'left' },
    { title: 'what it says', align: 'left' },
  ] as const;
  const rows = [...rules].map(([code, [rule]]) => [
    { text: code },
    { text: rule.severity, paint: palette[rule.severity] },
    { text: rule.words },
  ]);
  return drawTable(columns, rows, { width, elastic: [2], palette });
}

/** A rule by itself; of a code that stands for both sides of the handshake there are two. */
export function formatRule(rule: Rule, width: number, palette: Palette): string[] {
  const says = (title: string, text: string) => {
    return indent(text, width, `${INDENTATION}${palette.faint(title.padEnd(10))}`, ' '.repeat(INDENTATION.length + 10));
  };
  return [
    `${palette.heading(rule.code)}  ${palette[rule.severity](rule.severity)}  ${rule.reference}`,
    ...indent(`${rule.words}.`, width, INDENTATION),
    ...indent(rule.explanation, width, INDENTATION),
    ...(rule.noteWhere === undefined ? [] : says('note', `where ${rule.noteWhere}`)),
    ...says('example', rule.example),
    ...(rule.peerWords === undefined ? [] : says('gorilla', rule.peerWords)),
  ];
}
