// The exchange of packets as a plain table, for formats that cannot draw it. Knows nothing of how tables look.

import { formatCount, formatPlural } from '../../plural.ts';
import { arrowOf } from '../direction-arrow.ts';
import { type Exchange, type Prose, prose, type Table } from './document.ts';

export function exchangeTable(exchange: Exchange): Table {
  return {
    kind: 'table',
    caption: exchange.caption,
    columns: [
      { title: 'packet', align: 'right' },
      { title: 'seconds', align: 'right', spare: true },
      { title: '', align: 'left' },
      { title: 'flags', align: 'left' },
      { title: 'data', align: 'right', spare: true },
      { title: 'what it says', align: 'left' },
    ],
    rows: exchange.rows.map((row): Prose[] => {
      if ('omitted' in row) {
        return [prose`…`, [], [], [], [], prose`${formatPlural(row.omitted, 'packet')} between`];
      }
      const { packet, flags, length, says } = row;
      return [
        prose`${packet.number}`,
        prose`${packet.elapsed?.toFixed(6) ?? ''}`,
        prose`${arrowOf(packet.direction)}`,
        prose`${flags}`,
        prose`${formatCount(length)}`,
        says,
      ];
    }),
  };
}
