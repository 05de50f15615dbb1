// What an expression of CEL asks for, and how deep its loops go: looked up in what was parsed, before anything is evaluated. Knows
// no messages.

import type { parse } from '@bufbuild/cel';

export type Expression = NonNullable<ReturnType<typeof parse>['expr']>;

export interface Survey {
  /** Names that are not made by the expression itself, with the id of one place where each stands. */
  names: Map<string, bigint>;
  /** Functions that are called, with the id of one place each; operators and macros are none. */
  calls: Map<string, bigint>;
  /** How deep loops stand inside of loops. */
  loops: number;
}

/** Type names are values of CEL, which stand where names do. */
const CEL_TYPES = new Set(['bool', 'int', 'uint', 'double', 'string', 'bytes', 'list', 'map', 'null_type']);

export function surveyOf(expression: Expression | undefined): Survey {
  const survey: Survey = { names: new Map(), calls: new Map(), loops: 0 };
  const visit = (each: Expression | undefined, bound: ReadonlySet<string>, loops: number): void => {
    if (each === undefined) return;
    survey.loops = Math.max(survey.loops, loops);
    const { exprKind: kind } = each;
    switch (kind.case) {
      case 'identExpr':
        if (!bound.has(kind.value.name) && !CEL_TYPES.has(kind.value.name)) survey.names.set(kind.value.name, each.id);
        break;
      case 'selectExpr':
        visit(kind.value.operand, bound, loops);
        break;
      case 'callExpr':
        if (/^[a-z]\w*$/i.test(kind.value.function)) survey.calls.set(kind.value.function, each.id);
        visit(kind.value.target, bound, loops);
        for (const argument of kind.value.args) visit(argument, bound, loops);
        break;
      case 'listExpr':
        for (const element of kind.value.elements) visit(element, bound, loops);
        break;
      case 'structExpr':
        for (const entry of kind.value.entries) {
          if (entry.keyKind.case === 'mapKey') visit(entry.keyKind.value, bound, loops);
          visit(entry.value, bound, loops);
        }
        break;
      case 'comprehensionExpr': {
        const { iterVar, iterVar2, accuVar, iterRange, accuInit, loopCondition, loopStep, result } = kind.value;
        const inside = new Set([...bound, iterVar, iterVar2, accuVar]);
        visit(iterRange, bound, loops);
        visit(accuInit, bound, loops);
        for (const part of [loopCondition, loopStep, result]) visit(part, inside, loops + 1);
        break;
      }
    }
  };
  visit(expression, new Set(), 0);
  return survey;
}
