// `connections`: how many connections speak WebSocket, how many were refused, and of how many the upgrade was not answered.

import type { CaptureLog, ConnectionLog } from '../capture-log.ts';
import { isUnanswered, isUpgraded } from '../capture-log.ts';
import { bounds, mapping } from '../json-schema.ts';
import type { Kind } from '../kind.ts';
import { showCounted } from '../shown-count.ts';
import { type Bounds, boundsOf, within } from '../values.ts';

interface ConnectionsSpec {
  webSocket?: number | Bounds;
  refused?: number | Bounds;
  unanswered?: number | Bounds;
}

const COUNTED: Readonly<
  Record<keyof ConnectionsSpec, { words: string; description: string; isOne(log: ConnectionLog): boolean }>
> = {
  webSocket: {
    words: 'WebSocket',
    description: 'connections that speak WebSocket',
    isOne: isUpgraded,
  },
  refused: {
    words: 'refused',
    description: 'connections whose upgrade got another answer than 101',
    isOne: (log) => !isUpgraded(log) && !isUnanswered(log),
  },
  unanswered: {
    words: 'unanswered',
    description: 'connections whose upgrade got no answer that is in the capture and can be read',
    isOne: isUnanswered,
  },
};

export const connections: Kind<ConnectionsSpec> = {
  key: 'connections',
  scope: 'capture',
  schema: {
    ...mapping('How many connections there are', {
      webSocket: bounds(COUNTED.webSocket.description),
      refused: bounds(COUNTED.refused.description),
      unanswered: bounds(COUNTED.unanswered.description),
    }),
    minProperties: 1,
  },
  name: (spec) => (Object.keys(spec) as (keyof ConnectionsSpec)[]).map((key) => wordsOf(key, spec)).join(', '),
  async prepare(spec) {
    return (_, capture: CaptureLog) =>
      (Object.keys(spec) as (keyof ConnectionsSpec)[]).flatMap((key) => {
        const wanted = boundsOf(spec[key] as number | Bounds);
        const found = capture.connections.filter(COUNTED[key].isOne).length;
        if (within(found, wanted)) return [];
        return [{ connection: null, packet: null, expected: wordsOf(key, spec), found: String(found) }];
      });
  },
};

/** `2 WebSocket connections` */
function wordsOf(key: keyof ConnectionsSpec, spec: ConnectionsSpec): string {
  const wanted = boundsOf(spec[key] as number | Bounds);
  return showCounted(wanted, `${COUNTED[key].words} connection`);
}
