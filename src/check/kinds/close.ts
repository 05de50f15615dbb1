// `close`: how the two said goodbye, and how the connection ended.

import { speakerOf } from '../../dissect/direction.ts';
import type { ControlEvent, EndEvent } from '../../dissect/events.ts';
import type { ConnectionLog } from '../capture-log.ts';
import { choice, choices, mapping, text } from '../json-schema.ts';
import { each, type Kind } from '../kind.ts';
import { type Comparer, makeComparer, show } from '../values.ts';
import type { Miss } from '../verdict.ts';

interface CloseSpec {
  code?: number | null | (number | null)[];
  reason?: unknown;
  by?: 'client' | 'server' | 'both' | 'either' | 'none';
  how?: string | string[];
}

const ENDINGS: readonly EndEvent['how'][] = ['close', 'fin', 'rst', 'capture-end', 'replaced'];

export const close: Kind<CloseSpec> = {
  key: 'close',
  scope: 'each',
  schema: {
    ...mapping('How the conversation ends', {
      code: { type: ['integer', 'null', 'array'], description: 'status code of the first close frame; one or several' },
      reason: text('reason of the first close frame'),
      by: choice('who sends close frames', ['client', 'server', 'both', 'either', 'none']),
      how: choices('how the connection ends', ENDINGS),
    }),
    minProperties: 1,
  },
  name: ({ code, by, how }) =>
    [
      'close',
      ...(code === undefined ? [] : [[code].flat().map(show).join(' or ')]),
      ...(by === undefined ? [] : [`by ${by}`]),
      ...(how === undefined ? [] : [`ending by ${[how].flat().join(' or ')}`]),
    ].join(' '),
  async prepare(spec, path) {
    const reason = spec.reason === undefined ? null : await makeComparer(spec.reason, [...path, 'reason']);
    return each((log) => [...closeMisses(log, spec, reason), ...endMisses(log, spec)]);
  },
};

function closeMisses(log: ConnectionLog, { code, by }: CloseSpec, reason: Comparer | null): Miss[] {
  const { connection } = log;
  const closes = log.said.filter((said): said is ControlEvent => said.type === 'control' && said.opcode === 'close');
  const misses: Miss[] = [];
  const [first] = closes;
  const packet = first?.packet ?? log.end?.packet ?? null;
  if (code !== undefined) {
    const wanted = Array.isArray(code) ? code : [code];
    if (first === undefined)
      misses.push({ connection, packet, expected: `close ${show(code)}`, found: 'no close frame' });
    else if (!wanted.includes(first.code ?? null)) {
      const reasoned = first.reason ? ` ${show(first.reason)}` : '';
      misses.push({
        connection,
        packet,
        expected: `close ${wanted.map(show).join(' or ')}`,
        found: `${first.code ?? 'no code'}${reasoned} by the ${speakerOf(first.direction)}`,
      });
    }
  }
  if (reason !== null) {
    for (const { expected, found } of reason(first?.reason, 'reason')) {
      misses.push({ connection, packet, expected: `reason ${expected}`, found });
    }
  }
  if (by !== undefined) {
    const speakers = new Set(closes.map(({ direction }) => speakerOf(direction)));
    const found: string = speakers.size === 2 ? 'both' : ([...speakers][0] ?? 'none');
    if (by === 'either' ? found === 'none' : by !== found) {
      misses.push({ connection, packet, expected: `close frames by ${by}`, found: `by ${found}` });
    }
  }
  return misses;
}

function endMisses({ connection, end }: ConnectionLog, { how }: CloseSpec): Miss[] {
  if (how === undefined) return [];
  const wanted = Array.isArray(how) ? how : [how];
  if (end !== null && wanted.includes(end.how)) return [];
  return [
    {
      connection,
      packet: end?.packet ?? null,
      expected: `the end to be ${wanted.join(' or ')}`,
      found: end?.how ?? 'no end',
    },
  ];
}
