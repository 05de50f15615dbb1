// The rules behind diagnostics, and the reasons that events give, as people read them: all of them as a table, or one with its
// explanation.

import type { ReasonRow } from '../link/reason-row.ts';
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
  const says = (title: string, text: string) => titled(title, text, width, palette);
  return [
    `${palette.heading(rule.code)}  ${palette[rule.severity](rule.severity)}  ${rule.reference}`,
    ...indent(`${rule.words}.`, width, INDENTATION),
    ...indent(rule.explanation, width, INDENTATION),
    ...(rule.noteWhere === undefined ? [] : says('note', `where ${rule.noteWhere}`)),
    ...says('example', rule.example),
    ...(rule.peerWords === undefined ? [] : says('gorilla', rule.peerWords)),
  ];
}

/** Of each event that gives reasons, what stands above a list of them and beside one. */
const GIVEN: Record<ReasonRow['event'], { titles: [reason: string, words: string]; beside: string }> = {
  summary: { titles: ['skipped as', 'what the packet is'], beside: 'packets that are skipped' },
  gap: { titles: ['given up as', 'what the octets are'], beside: 'octets that are given up' },
};

/** Those of one event. */
export function formatReasons(reasons: readonly ReasonRow[], width: number, palette: Palette): string[] {
  const columns = GIVEN[reasons[0].event].titles.map((title) => ({ title, align: 'left' }) as const);
  const rows = reasons.map(({ reason, words }) => [{ text: reason }, { text: words }]);
  return drawTable(columns, rows, { width, elastic: [1], palette });
}

export function formatReason({ reason, event, words, remedy }: ReasonRow, width: number, palette: Palette): string[] {
  return [
    `${palette.heading(reason)}  ${GIVEN[event].beside}`,
    ...indent(words, width, INDENTATION),
    ...(remedy === undefined ? [] : titled('remedy', remedy, width, palette)),
  ];
}

function titled(title: string, text: string, width: number, palette: Palette): string[] {
  return indent(text, width, `${INDENTATION}${palette.faint(title.padEnd(10))}`, ' '.repeat(INDENTATION.length + 10));
}
