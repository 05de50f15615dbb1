// How the conversation ends: the close frames, and TCP's own goodbye. Knows nothing of what was said before.

import { DIRECTIONS, otherDirection, speakerOf } from '../../dissect/direction.ts';
import type { ControlEvent, EndEvent } from '../../dissect/events.ts';
import { FIN, RST } from '../../link/segment.ts';
import { octetsOfBase64 } from '../payload-text.ts';
import type { ConversationRecord } from './conversation-record.ts';
import { type Block, code, note, type Prose, paragraph, prose, type Step, strong } from './document.ts';
import type { PacketRecord } from './packet-ledger.ts';
import { referenceTo } from './packet-words.ts';
import { readText } from './text-octets.ts';

/** Octets of a close frame's payload before its reason. */
const STATUS_LENGTH = 2;

export function closingSteps(record: ConversationRecord): Step[] {
  const closes = [...record.closes].sort((one, other) => one.packet - other.packet);
  const steps = closes.map((close, index) => closeStep(record, close, index));
  const packets = [...record.ledger.packets];
  const fins = firstOfEachDirection(record, packets, FIN);
  const resets = firstOfEachDirection(record, packets, RST).slice(0, 1);
  fins.forEach((packet, index) => {
    steps.push(finStep(record, packet, index === 0 ? null : fins[0]));
  });
  const last = lastAcknowledgment(packets, fins);
  if (last !== null) steps.push(lastAckStep(record, last, isAcknowledgedBy(fins[0], fins[1])));
  for (const packet of resets) steps.push(resetStep(record, packet, last !== null && last.number < packet.number));
  return steps;
}

/** What is missing of the end. */
export function missingEnd(record: ConversationRecord): Block[] {
  const blocks: Block[] = [];
  const silent = DIRECTIONS.filter((direction) => record.closeEnds[direction] === null);
  if (record.upgraded && silent.length === 2) {
    blocks.push(
      note('No close frame', prose`Neither side says goodbye in WebSocket's own way in this capture (RFC 6455 §7).`),
    );
  } else if (record.upgraded && silent.length === 1) {
    blocks.push(note('Only one close frame', prose`The ${speakerOf(silent[0])}'s close frame is not in this capture.`));
  }
  const endings: Record<EndEvent['how'], Prose | null> = {
    close: null,
    fin: null,
    rst: null,
    'capture-end': prose`The capture ends while the connection is still open.`,
    replaced: prose`A new connection takes over the same addresses and ports before this one was seen to end.`,
  };
  const ending = record.end === null ? null : endings[record.end.how];
  if (ending !== null) blocks.push(note('No end of the TCP connection', ending));
  return blocks;
}

function closeStep(record: ConversationRecord, close: ControlEvent, index: number): Step {
  const speaker = speakerOf(close.direction);
  const [says, role] =
    index === 0
      ? ['says goodbye', FIRST_CLOSE]
      : crossed(record, close)
        ? ['says goodbye as well', CROSSED_CLOSE]
        : ['answers', SECOND_CLOSE];
  return {
    title: prose`The ${speaker} ${says}: ${code(closeTitle(close))}`,
    packets: [{ number: close.packet, elapsed: close.elapsed, direction: close.direction }],
    blocks: [paragraph`${role}`, paragraph`${closeBody(close)}`],
  };
}

const FIRST_CLOSE = prose`A close frame says "I shall send nothing more". The other side answers with one of its own; then it is the server's part to end the TCP connection (RFC 6455 §5.5.1, §7.1.1).`;
const SECOND_CLOSE = prose`The answer: a close frame from the other side, most often with the same code. The WebSocket conversation is
  over, and TCP can end.`;
const CROSSED_CLOSE = prose`A close frame from the other side, and no answer: by its packet's acknowledgment number the first close had not arrived
  when this one was sent. Each answers for the other. The WebSocket conversation is over, and TCP can end.`;

/** Whether this second close frame was sent before the first had arrived. */
function crossed(record: ConversationRecord, close: ControlEvent): boolean {
  const end = record.closeEnds[otherDirection(close.direction)];
  const acknowledges = record.packet(close.packet)?.acknowledges ?? null;
  return end !== null && acknowledges !== null && acknowledges < end;
}

function closeBody(close: ControlEvent): Prose {
  if (close.length === 1) {
    return prose`Its payload has one octet, which is no status code (RFC 6455 §5.5.1): no reason is given.`;
  }
  if (close.code === null || close.code === undefined) {
    return prose`It is empty: no reason is given, which an application learns as 1005 (RFC 6455 §7.1.5).`;
  }
  const status = prose`Its payload begins with a status code in two octets: ${code(close.code)}, ${strong(close.name ?? 'not registered')}
    (RFC 6455 §7.4).`;
  const { text, brokenAt } = readText(octetsOfBase64(close.data).subarray(STATUS_LENGTH), true);
  if (text === '') return status;
  return brokenAt === null
    ? prose`${status} The reason: ${code(text)}.`
    : prose`${status} The reason is not UTF-8, as it must be (RFC 6455 §5.5.1): ${code(text)}.`;
}

function closeTitle(close: ControlEvent): string {
  return close.code === null || close.code === undefined ? 'close' : `close ${close.code}`;
}

/** @param before the other side's FIN, where that was captured before */
function finStep(record: ConversationRecord, packet: PacketRecord, before: PacketRecord | null): Step {
  const speaker = speakerOf(record.directionOf(packet.side));
  const fin = code('FIN');
  return {
    title: prose`${fin}: the ${speaker} ends its direction`,
    packets: [referenceTo(record, packet)],
    blocks: [
      before === null
        ? paragraph`${fin} is TCP's own "I have nothing more to send". It takes a sequence number, as the SYN did, so
          that it can be acknowledged; the other direction stays open until its side says the same (RFC 9293 §3.6).`
        : isAcknowledgedBy(before, packet)
          ? paragraph`The ${speaker} has nothing more to send either, and acknowledges the other's ${fin}.`
          : paragraph`The ${speaker} has nothing more to send either. Its acknowledgment number does not reach to the
            other's ${fin}, so that neither waited for the other.`,
    ],
  };
}

/** @param inTurn whether one side ended after it had heard that the other did */
function lastAckStep(record: ConversationRecord, packet: PacketRecord, inTurn: boolean): Step {
  return {
    title: prose`The last ${code('ACK')}`,
    packets: [referenceTo(record, packet)],
    blocks: [
      inTurn
        ? paragraph`The second ${code('FIN')} is acknowledged, and the connection is gone. The side that closed first
          remembers it for a while (TIME-WAIT), lest a late packet be taken for one of a new connection (RFC 9293 §3.6.1).`
        : paragraph`Both ${code('FIN')}s are acknowledged, and the connection is gone. Both sides remember it for a while
          (TIME-WAIT), lest a late packet be taken for one of a new connection (RFC 9293 §3.6.1).`,
    ],
  };
}

/** @param behindEnd whether both sides' FINs were acknowledged before */
function resetStep(record: ConversationRecord, packet: PacketRecord, behindEnd: boolean): Step {
  const speaker = speakerOf(record.directionOf(packet.side));
  const packets = [referenceTo(record, packet)];
  if (behindEnd) {
    return {
      title: prose`${code('RST')} from the ${speaker}, behind the end`,
      packets,
      blocks: [paragraph`The connection was closed by both sides already: this packet changes nothing of it.`],
    };
  }
  return {
    title: prose`${code('RST')}: the ${speaker} breaks off`,
    packets,
    blocks: [
      paragraph`${code('RST')} ends the connection at once, in both directions: what is still under way is thrown away
      (RFC 9293 §3.5.2). A program that closes its socket with unread data ends so.`,
    ],
  };
}

function firstOfEachDirection(record: ConversationRecord, packets: PacketRecord[], flag: number): PacketRecord[] {
  return DIRECTIONS.map((direction) =>
    packets.find((packet) => (packet.flags & flag) !== 0 && record.directionOf(packet.side) === direction),
  )
    .filter((packet) => packet !== undefined)
    .sort((one, other) => one.number - other.number);
}

function isAcknowledgedBy(fin: PacketRecord, packet: PacketRecord): boolean {
  // The FIN itself takes a number.
  const end = fin.offset + fin.length + 1;
  return packet.side !== fin.side && packet.acknowledges !== null && packet.acknowledges >= end;
}

/** The packet by which both FINs are acknowledged. */
function lastAcknowledgment(packets: PacketRecord[], fins: PacketRecord[]): PacketRecord | null {
  if (fins.length < 2) return null;
  const acknowledgments = fins.map((fin) =>
    packets.find((packet) => isAcknowledgedBy(fin, packet) && packet.number > fin.number && (packet.flags & RST) === 0),
  );
  const last = acknowledgments.reduce((one, other) => {
    if (one === undefined || other === undefined) return undefined;
    return other.number > one.number ? other : one;
  });
  return last === undefined || (last.flags & FIN) !== 0 ? null : last;
}
