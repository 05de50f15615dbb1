// `diagnostics`: what must not be wrong, with a baseline of what is accepted.

import { rulesByCode } from '../../dissect/diagnostics.ts';
import { type DiagnosticEvent, SEVERITIES, type Severity } from '../../dissect/events.ts';
import { formatPlural } from '../../plural.ts';
import type { ConnectionLog } from '../capture-log.ts';
import { bounds, choice, type JsonSchema, mapping } from '../json-schema.ts';
import { each, type Kind } from '../kind.ts';
import { showTimes } from '../shown-count.ts';
import { type Bounds, boundsOf, within } from '../values.ts';
import type { Miss } from '../verdict.ts';

type Accepted = string | { code: string; times?: number | Bounds; why?: string };

interface DiagnosticsSpec {
  none?: Severity;
  noneOf?: string[];
  accept?: Accepted[];
  exactly?: Record<string, number>;
}

/** A code that no diagnostic has would not be found for ever. */
export const diagnosticCode: JsonSchema = {
  type: 'string',
  description: 'code of a diagnostic, as wsdissect explain lists them',
  enum: [...rulesByCode().keys()].sort(),
};

export const diagnostics: Kind<DiagnosticsSpec> = {
  key: 'diagnostics',
  scope: 'each',
  refused: true,
  schema: {
    ...mapping('What must not be wrong', {
      none: choice('none as grave as this, or graver', SEVERITIES.toReversed()),
      noneOf: { type: 'array', description: 'none of these codes', items: diagnosticCode, minItems: 1 },
      accept: {
        type: 'array',
        description: 'the baseline: what is known and accepted on each connection',
        items: {
          anyOf: [
            diagnosticCode,
            mapping(
              'a code, how often it is accepted, and why',
              {
                code: diagnosticCode,
                times: bounds('how often'),
                why: { type: 'string', description: 'for whoever reads it' },
              },
              ['code'],
            ),
          ],
        },
      },
      exactly: {
        type: 'object',
        description: 'these codes so often on a connection, and no others',
        propertyNames: diagnosticCode,
        additionalProperties: { type: 'integer', minimum: 0 },
      },
    }),
    minProperties: 1,
  },
  name: ({ none, noneOf, exactly }) => {
    if (exactly !== undefined) return 'diagnostics are those known';
    return noneOf === undefined ? `no ${none ?? 'unaccepted'} diagnostics` : `no ${noneOf.join(', ')}`;
  },
  prepare: async (spec) => each((log) => judge(log, spec)),
};

function judge(log: ConnectionLog, { none, noneOf, accept = [], exactly }: DiagnosticsSpec): Miss[] {
  const accepted = new Map(accept.map((entry) => (typeof entry === 'string' ? [entry, {}] : [entry.code, entry])));
  const misses: Miss[] = [];
  for (const [found, list] of byCode(log.diagnostics)) {
    const baseline = accepted.get(found);
    if (baseline !== undefined) {
      const times = (baseline as { times?: number | Bounds }).times;
      if (times === undefined || within(list.length, boundsOf(times))) continue;
      misses.push(missOf(list, `${found} ${showTimes(boundsOf(times))}, as accepted`));
    } else if (exactly !== undefined) {
      if (list.length !== (exactly[found] ?? 0))
        misses.push(missOf(list, `${found} ${formatPlural(exactly[found] ?? 0, 'time')}`));
    } else if (noneOf?.includes(found)) {
      misses.push(missOf(list, `no ${found}`));
    } else if (none !== undefined && isAsGrave(list[0].severity, none)) {
      misses.push(missOf(list, `no ${none === 'error' ? 'error' : `${none} or graver`}`));
    }
  }
  const present = new Set(log.diagnostics.map((diagnostic) => diagnostic.code));
  for (const [missing, times] of Object.entries(exactly ?? {})) {
    if (times === 0 || present.has(missing)) continue;
    misses.push({
      connection: log.connection,
      packet: null,
      expected: `${missing} ${formatPlural(times, 'time')}`,
      found: 'none',
    });
  }
  return misses;
}

function isAsGrave(severity: Severity, bound: Severity): boolean {
  return SEVERITIES.indexOf(severity) >= SEVERITIES.indexOf(bound);
}

function byCode(list: readonly DiagnosticEvent[]): Map<string, DiagnosticEvent[]> {
  const found = new Map<string, DiagnosticEvent[]>();
  for (const diagnostic of list) {
    const before = found.get(diagnostic.code);
    if (before === undefined) found.set(diagnostic.code, [diagnostic]);
    else before.push(diagnostic);
  }
  return found;
}

function missOf(list: readonly DiagnosticEvent[], expected: string): Miss {
  const [{ connection, packet, severity, code: found, message }] = list;
  const times = list.length === 1 ? '' : `, ${list.length} times`;
  return { connection, packet, expected, found: `${severity} ${found}${times}: ${message}` };
}
