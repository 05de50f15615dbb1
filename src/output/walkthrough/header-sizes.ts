// How long a frame's header is, and the article's slip about it. Knows of the conversation only what its first frames had.

import type { FrameEvent } from '../../dissect/events.ts';
import type { ConversationRecord } from './conversation-record.ts';
import { note, type Prose, paragraph, prose, type Step } from './document.ts';
import { KEY_LENGTH } from './frame-header.ts';

const SIZES: readonly (readonly [payload: string, field: string, server: number])[] = [
  ['0 to 125', '7 bits of the second octet', 2],
  ['126 to 65,535', '126, then 2 octets', 4],
  ['65,536 and more', '127, then 8 octets', 10],
];
/** Payload octets that the first two forms of the length hold at most. */
const FORMS = [125, 0xffff];

export function headerSizesStep(record: ConversationRecord): Step {
  const { c2s, s2c } = record.firstFrames;
  const seen: Prose[] = [];
  if (c2s !== null)
    seen.push(
      prose` The client's frame above has a header of ${c2s.event.headerLength} octets${departure(c2s.event)}.`,
    );
  if (s2c !== null) seen.push(prose` The server's has ${s2c.event.headerLength}${departure(s2c.event)}.`);
  return {
    title: prose`How long is a header?`,
    packets: [],
    blocks: [
      paragraph`It takes as little room as the payload's length allows: the shortest form must be used (RFC 6455 §5.2). A
      client's header has the four octets of the masking key in addition.${seen.flat()}`,
      {
        kind: 'table',
        caption: 'Octets of header',
        columns: [
          { title: 'payload', align: 'left' },
          { title: 'where the length stands', align: 'left' },
          { title: 'from a server', align: 'right' },
          { title: 'from a client', align: 'right' },
        ],
        rows: SIZES.map(([payload, field, server]) => [
          prose`${payload}`,
          prose`${field}`,
          prose`${server}`,
          prose`${server + KEY_LENGTH}`,
        ]),
      },
      note(
        'Where one trips',
        prose`The article that this walkthrough follows ends by saying that a server's header is "2 octets of header and 8
        octets of data length", and that a client "adds 4 octets of mask". These 14 octets are the room that
        gorilla/websocket reserves before its write buffer, for the longest header that can be. On the wire stands only
        what is needed: 2, 4 or 10 octets from a server, 6, 8 or 14 from a client. A message of 5 octets has a header of 6
        from a client, and of 2 from a server.`,
      ),
    ],
  };
}

/** How a header is not as the table has it. */
function departure({ direction, masked, length, headerLength }: FrameEvent): string {
  const form = FORMS.findIndex((most) => length <= most);
  const [, , least] = SIZES[form < 0 ? FORMS.length : form];
  const words: string[] = [];
  if (masked !== (direction === 'c2s')) words.push(masked ? 'with a masking key' : 'without a masking key');
  if (headerLength - (masked ? KEY_LENGTH : 0) > least) words.push('with more octets of length than it needs');
  return words.length === 0 ? '' : `, ${words.join(' and ')}`;
}
