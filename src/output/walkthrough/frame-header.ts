// A frame's header laid out bit by bit and octet by octet, RFC 6455 §5.2. Knows no payloads.

import type { FrameEvent } from '../../dissect/events.ts';
import { hexOf } from '../../octet-hex.ts';
import { formatPlural } from '../../plural.ts';
import { type ConversationRecord, isControlFrame } from './conversation-record.ts';
import { type Bits, code, type LayoutRow, type Prose, prose } from './document.ts';
import { RESERVED_BITS, wordsOfBit } from './reserved-bits.ts';

/** Octets of a masking key. */
export const KEY_LENGTH = 4;

const OPCODE_MEANINGS: Record<string, Prose> = {
  continuation: prose`a message that an earlier frame began goes on`,
  text: prose`a message of text, which must be UTF-8`,
  binary: prose`a message of octets, whose meaning is the application's`,
  close: prose`a control frame: the sender will send nothing more`,
  ping: prose`a control frame that asks for a pong`,
  pong: prose`a control frame that answers a ping, or comes unasked`,
};

/** The first octet: FIN, RSV1 to RSV3, opcode. */
export function firstOctetBits(record: ConversationRecord, frame: FrameEvent, octet: number): Bits {
  const extensions = record.extensions[frame.direction];
  return {
    kind: 'bits',
    caption: 'The first octet',
    octet,
    groups: [
      {
        width: 1,
        name: 'FIN',
        tone: 'flags',
        meaning: finMeaning(frame),
      },
      ...RESERVED_BITS.map((bit, index) => ({
        width: 1,
        name: `RSV${index + 1}`,
        tone: 'flags' as const,
        meaning: wordsOfBit(frame, bit, extensions),
      })),
      {
        width: 4,
        name: 'opcode',
        tone: 'flags',
        meaning: prose`${octet & 0x0f}, ${frame.opcode}: ${opcodeMeaning(record, frame)}`,
      },
    ],
  };
}

function opcodeMeaning(record: ConversationRecord, frame: FrameEvent): Prose {
  if (frame.opcode === 'continuation' && record.startless[frame.direction]) {
    return prose`a message goes on, though none was begun`;
  }
  const reserved = prose`reserved for ${isControlFrame(frame) ? 'control' : 'data'} frames to come`;
  return OPCODE_MEANINGS[frame.opcode] ?? reserved;
}

function finMeaning(frame: FrameEvent): Prose {
  if (!isControlFrame(frame)) {
    return frame.fin ? prose`1: this frame ends its message` : prose`0: more frames of this message follow`;
  }
  return frame.fin
    ? prose`1: a control frame is always whole (RFC 6455 §5.5)`
    : prose`0: though a control frame must not be in fragments (RFC 6455 §5.5)`;
}

/** The second octet: MASK and the length, or where to find it. */
export function secondOctetBits(frame: FrameEvent, octet: number): Bits {
  const form = octet & 0x7f;
  const meaning =
    form < 126
      ? prose`${form}: the payload's octets`
      : form === 126
        ? prose`126: the length stands in the next 2 octets`
        : prose`127: the length stands in the next 8 octets`;
  return {
    kind: 'bits',
    caption: 'The second octet',
    octet,
    groups: [
      {
        width: 1,
        name: 'MASK',
        tone: 'length',
        meaning: frame.masked
          ? prose`1: the payload is masked, and a key follows`
          : prose`0: the payload stands as it is`,
      },
      { width: 7, name: 'length', tone: 'length', meaning },
    ],
  };
}

/** The header's groups of octets. */
export function headerRows(frame: FrameEvent, header: Uint8Array): LayoutRow[] {
  const keyLength = frame.masked ? KEY_LENGTH : 0;
  const lengthEnd = header.length - keyLength;
  const rows: LayoutRow[] = [
    row(header, 0, 1, {
      tone: 'flags',
      name: 'FIN RSV opcode',
      meaning: prose`${frame.fin ? 'final frame' : isControlFrame(frame) ? 'FIN not set' : 'not the final frame'}, ${frame.opcode}`,
    }),
    row(header, 1, 2, {
      tone: 'length',
      name: 'MASK length',
      meaning:
        lengthEnd > 2
          ? prose`${maskWord(frame)}; the length follows in ${lengthEnd - 2} octets`
          : prose`${maskWord(frame)}, ${formatPlural(frame.length, 'octet')} of payload`,
    }),
  ];
  if (lengthEnd > 2) {
    const meaning = prose`${formatPlural(statedLength(frame, header), 'octet')} of payload, big-endian`;
    rows.push(row(header, 2, lengthEnd, { tone: 'length', name: 'length', meaning }));
  }
  if (frame.masked) {
    const key = header.subarray(lengthEnd);
    const meaning = prose`${code(Array.from(key, hexOf).join(''))}, to be drawn anew for each frame`;
    rows.push(row(header, lengthEnd, header.length, { tone: 'key', name: 'masking key', meaning }));
  }
  return rows;
}

/** As its octets say it: of 64 bits, the event has only the nearest double. */
function statedLength(frame: FrameEvent, header: Uint8Array): number | bigint {
  if (frame.length <= Number.MAX_SAFE_INTEGER) return frame.length;
  return new DataView(header.buffer, header.byteOffset).getBigUint64(2);
}

function maskWord(frame: FrameEvent): string {
  return frame.masked ? 'masked' : 'not masked';
}

function row(
  header: Uint8Array,
  start: number,
  end: number,
  said: Pick<LayoutRow, 'tone' | 'name' | 'meaning'>,
): LayoutRow {
  return { offset: start, octets: header.subarray(start, end), omitted: 0, ...said };
}
