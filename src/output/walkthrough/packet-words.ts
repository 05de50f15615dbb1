// Packets in words: their flags, and for the table of all packets what each one says. Knows nothing of the steps of the
// story.

import type { FrameEvent } from '../../dissect/events.ts';
import { ACK, CWR, ECE, FIN, PSH, RST, SYN, URG } from '../../link/segment.ts';
import { formatCount, formatPlural } from '../../plural.ts';
import { RSV1 } from '../../ws/frame-rules.ts';
import { cutText } from '../terminal-text.ts';
import type { ConversationRecord } from './conversation-record.ts';
import { code, type Exchange, type ExchangeRow, type PacketReference, type Prose, prose } from './document.ts';
import type { PacketRecord } from './packet-ledger.ts';
import { type BitMeaning, meaningOfBit } from './reserved-bits.ts';

const ROWS_FIRST = 28;
const ROWS_LAST = 10;
/** Of a target or a reason. */
const SHOWN = 40;

const FLAG_NAMES: readonly (readonly [flag: number, name: string])[] = [
  [SYN, 'SYN'],
  [FIN, 'FIN'],
  [RST, 'RST'],
  [PSH, 'PSH'],
  [ACK, 'ACK'],
  [URG, 'URG'],
  [ECE, 'ECE'],
  [CWR, 'CWR'],
];

function flagNames(flags: number): string {
  return FLAG_NAMES.filter(([flag]) => (flags & flag) !== 0)
    .map(([, name]) => name)
    .join(' ');
}

/** `binary, 5 octets`, as they are on the wire. */
function frameWords(record: ConversationRecord, frame: FrameEvent): string {
  const captured = record.captured(frame);
  const there = captured === null ? '' : `${formatCount(captured)} of `;
  const packed = (frame.rsv & RSV1) === 0 ? '' : PACKED[meaningOfBit(frame, RSV1, record.extensions[frame.direction])];
  return `${frame.opcode}${partWords(frame)}, ${there}${formatPlural(frame.length, 'octet')}${packed}`;
}

const PACKED: Record<BitMeaning, string> = {
  compressed: ', compressed',
  'perhaps-compressed': ', perhaps compressed',
  'unknown-extension': '',
  none: '',
};

function partWords({ opcode, fin }: FrameEvent): string {
  if (opcode === 'continuation') return fin ? ' (last part)' : '';
  if (fin) return '';
  return opcode === 'text' || opcode === 'binary' ? ' (first part)' : ' without FIN';
}

export function referenceTo(record: ConversationRecord, packet: PacketRecord): PacketReference {
  return { number: packet.number, elapsed: packet.elapsed, direction: record.directionOf(packet.side) };
}

/** What a packet says, in a few words. */
function packetWords(record: ConversationRecord, packet: PacketRecord): Prose {
  const { flags, part } = packet;
  const direction = record.directionOf(packet.side);
  if ((flags & RST) !== 0) return prose`resets the connection`;
  const opening = (flags & ACK) !== 0 ? prose`agrees to connect` : prose`asks to connect`;
  const isSyn = (flags & SYN) !== 0;
  if (isSyn && (part === 'no-data' || part === 'copy' || part === 'again')) return opening;
  if (part === 'keep-alive') return prose`keep-alive: asks whether the other is still there`;
  if (part === 'copy') return prose`captured again: a copy of a packet before`;
  if (part === 'again') return prose`sent again: these octets were captured before`;
  const said: Prose[] = isSyn ? [opening] : [];
  const { handshake, answer } = record;
  if (packet.length > 0) {
    if (handshake !== null && packet.number === record.requestPacket && direction === 'c2s') {
      said.push(prose`${code(`${handshake.request.method} ${cutText(handshake.request.target, SHOWN)}`)}`);
    }
    if (answer !== null && packet.number === record.answerPacket && direction === 's2c') {
      said.push(prose`${code(`${answer.status} ${cutText(answer.reason, SHOWN)}`)}`);
    }
  }
  const begun = record.framesIn(packet.number, direction);
  for (const frame of begun?.named ?? []) said.push(prose`${frameWords(record, frame)}`);
  const unnamed = begun === null ? 0 : begun.count - begun.named.length;
  if (unnamed > 0) said.push(prose`${formatPlural(unnamed, 'frame')} more`);
  if (part === 'late') said.push(prose`comes late: octets behind these were captured before`);
  if (part === 'ahead') said.push(prose`octets before these are not captured yet`);
  if ((flags & FIN) !== 0) said.push(prose`has no more to send`);
  if (isSyn && said.length === 1) said.push(prose`data`);
  if (said.length > 0) return joined(said);
  if (packet.length > 0) return prose`data`;
  return (flags & ACK) !== 0 ? prose`acknowledges` : prose`carries nothing`;
}

function joined(parts: readonly Prose[]): Prose {
  return parts.flatMap((part, index) => (index === 0 ? part : [...prose`; `, ...part]));
}

/** All packets of the connection; of many the first and the last. */
export function exchangeOf(record: ConversationRecord): Exchange {
  const packets = [...record.ledger.packets];
  const { total } = record.ledger.packets;
  const row = (packet: PacketRecord): ExchangeRow => ({
    packet: referenceTo(record, packet),
    flags: flagNames(packet.flags),
    length: packet.length,
    says: packetWords(record, packet),
  });
  const many = total > ROWS_FIRST + ROWS_LAST;
  const rows = many
    ? [
        ...packets.slice(0, ROWS_FIRST).map(row),
        { omitted: total - ROWS_FIRST - ROWS_LAST },
        ...packets.slice(-ROWS_LAST).map(row),
      ]
    : packets.map(row);
  return {
    kind: 'exchange',
    caption: 'The packets of the connection; → from the client, ← from the server, data in octets of TCP payload',
    rows,
  };
}
