// What follows the first messages: the whole conversation in a table. Long conversations are not told to the last message; what is
// left out is counted.

import type { SaidEvent } from '../../dissect/said-event.ts';
import { formatCount, formatPlural } from '../../plural.ts';
import { arrowOf } from '../direction-arrow.ts';
import { formatControl, formatMessage } from '../payload-text.ts';
import type { ConversationRecord } from './conversation-record.ts';
import { code, type Prose, paragraph, prose, type Step, type Table } from './document.ts';

const SAYS_COLUMNS = 60;

const INFLATED = ', of compressed messages once they are inflated';

const COLUMNS: Table['columns'] = [
  { title: 'packet', align: 'right' },
  { title: 'seconds', align: 'right', spare: true },
  { title: '', align: 'left' },
  { title: 'opcode', align: 'left' },
  { title: 'length', align: 'right', spare: true },
  { title: 'what it says', align: 'left' },
];

export function restStep(record: ConversationRecord): Step[] {
  const controls = [...record.controls].filter((control) => control.opcode !== 'close');
  const said = [...record.messages, ...controls].sort((one, other) => one.packet - other.packet);
  if (said.length === 0) return [];
  const { c2s, s2c } = record.messageCount;
  const whole = record.gaps.total === 0 ? '' : ', as far as they are there whole';
  const unlisted = record.messages.omitted + record.controls.omitted;
  const more =
    unlisted === 0
      ? prose``
      : prose` ${formatPlural(unlisted, 'message or frame', 'messages and frames')} more are not listed.`;
  return [
    {
      title: prose`The whole conversation`,
      packets: [],
      blocks: [
        paragraph`In all the client sends ${formatPlural(c2s, 'message')} and the server ${formatCount(s2c)}${whole}.${more}`,
        {
          kind: 'table',
          caption: `Messages, pings and pongs; length in octets of payload${said.some(isInflated) ? INFLATED : ''}`,
          columns: COLUMNS,
          rows: said.map(rowOf),
        },
      ],
    },
  ];
}

function isInflated(event: SaidEvent): boolean {
  return event.type === 'message' && event.compressed && event.length !== undefined;
}

function rowOf(event: SaidEvent): Prose[] {
  const [length, says] =
    event.type === 'message'
      ? [event.length ?? event.wireLength, formatMessage(event, SAYS_COLUMNS)]
      : [event.length, formatControl(event, SAYS_COLUMNS)];
  return [
    prose`${event.packet}`,
    prose`${event.elapsed.toFixed(6)}`,
    prose`${arrowOf(event.direction)}`,
    prose`${event.opcode}`,
    prose`${formatCount(length)}`,
    prose`${code(says)}`,
  ];
}
