// `cel`: a condition on a whole connection, for what the other kinds cannot say: `messages` and `controls` are lists of what
// can be asked of each (docs/conditions.md).

import type { SaidEvent } from '../../dissect/said-event.ts';
import { type ConnectionLog, handshakeOf } from '../capture-log.ts';
import type { Facts } from '../condition.ts';
import { each, type Kind } from '../kind.ts';
import { factMap } from '../message-facts.ts';
import { conditionAt, show } from '../values.ts';

const FACTS: Readonly<Record<string, (log: ConnectionLog) => unknown>> = {
  messages: (log) => mapsOf(log.said, 'message'),
  controls: (log) => mapsOf(log.said, 'control'),
  diagnostics: (log) => log.diagnostics.map(({ code, severity, packet }) => ({ code, severity, packet })),
  gaps: (log) => log.gaps.map(({ direction, length, reason, packet }) => ({ direction, length, reason, packet })),
  target: (log) => handshakeOf(log)?.request.target ?? null,
  status: (log) => handshakeOf(log)?.response?.status ?? null,
  subprotocol: (log) => handshakeOf(log)?.subprotocol ?? null,
  end: (log) => log.end?.how ?? null,
  connection: (log) => log.connection,
};

export const cel: Kind<string> = {
  key: 'cel',
  scope: 'each',
  schema: {
    type: 'string',
    description: `A condition in CEL on a connection; it can ask of ${Object.keys(FACTS).join(', ')}`,
  },
  name: (source) => source,
  async prepare(source, path) {
    const condition = await conditionAt(source, path, Object.keys(FACTS));
    return each((log) => {
      const { holds, trouble } = condition.evaluate(factsOf(log));
      if (holds) return [];
      return [{ connection: log.connection, packet: null, expected: source, found: trouble ?? show(holds) }];
    });
  },
};

function factsOf(log: ConnectionLog): Facts {
  return Object.fromEntries(Object.entries(FACTS).map(([name, fact]) => [name, () => fact(log)]));
}

function mapsOf(said: readonly SaidEvent[], type: SaidEvent['type']): unknown[] {
  return said.filter((each) => each.type === type).map(factMap);
}
