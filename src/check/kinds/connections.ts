// `connections`: how many connections speak WebSocket, and how many were refused.

import type { CaptureLog, ConnectionLog } from '../capture-log.ts';
import { isUpgraded } from '../capture-log.ts';
import { bounds, mapping } from '../json-schema.ts';
import type { Kind } from '../kind.ts';
import { type Bounds, boundsOf, showBounds, within } from '../values.ts';

interface ConnectionsSpec {
  webSocket?: number | Bounds;
  refused?: number | Bounds;
}

const COUNTED: Readonly<Record<keyof ConnectionsSpec, (log: ConnectionLog) => boolean>> = {
  webSocket: isUpgraded,
  refused: (log) => !isUpgraded(log),
};

export const connections: Kind<ConnectionsSpec> = {
  key: 'connections',
  scope: 'capture',
  schema: {
    ...mapping('How many connections there are', {
      webSocket: bounds('connections that speak WebSocket'),
      refused: bounds('connections whose upgrade was refused or not answered'),
    }),
    minProperties: 1,
  },
  name: (spec) => (Object.keys(spec) as (keyof ConnectionsSpec)[]).map((key) => wordsOf(key, spec)).join(', '),
  async prepare(spec) {
    return (_, capture: CaptureLog) =>
      (Object.keys(spec) as (keyof ConnectionsSpec)[]).flatMap((key) => {
        const wanted = boundsOf(spec[key] as number | Bounds);
        const found = capture.connections.filter(COUNTED[key]).length;
        if (within(found, wanted)) return [];
        return [{ connection: null, packet: null, expected: wordsOf(key, spec), found: String(found) }];
      });
  },
};

/** `2 WebSocket connections` */
function wordsOf(key: keyof ConnectionsSpec, spec: ConnectionsSpec): string {
  const wanted = boundsOf(spec[key] as number | Bounds);
  const noun = wanted.min === 1 && wanted.max === 1 ? 'connection' : 'connections';
  return `${showBounds(wanted)} ${key === 'refused' ? 'refused' : 'WebSocket'} ${noun}`;
}
