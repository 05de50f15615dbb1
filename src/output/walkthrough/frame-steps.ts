// The step that lays out the first frame of a direction octet by octet, and the step of the ACK that answers it. Does not know
// what a payload means.

import { DIRECTIONS, otherDirection, speakerOf } from '../../dissect/direction.ts';
import type { Direction, FrameEvent } from '../../dissect/events.ts';
import { word32 } from '../../link/octets.ts';
import { ACK, FIN, RST, SYN } from '../../link/segment.ts';
import { formatCount, formatPlural } from '../../plural.ts';
import { unmask } from '../../ws/masking.ts';
import { formatSeconds } from '../amounts.ts';
import { type CapturedFrame, type ConversationRecord, isControlFrame } from './conversation-record.ts';
import { type Block, code, type LayoutRow, note, type Prose, paragraph, prose, type Step } from './document.ts';
import { firstOctetBits, headerRows, KEY_LENGTH, secondOctetBits } from './frame-header.ts';
import { meaningBlocks } from './frame-meaning.ts';
import type { PacketRecord } from './packet-ledger.ts';
import { referenceTo } from './packet-words.ts';
import type { PayloadExplainer } from './payload-explainer.ts';

const OCTETS_SHOWN = 32;
const UNMASKING_SHOWN = 16;

export function frameSteps(record: ConversationRecord, explain: PayloadExplainer | null): Step[] {
  const directions = DIRECTIONS.filter((direction) => record.firstFrames[direction] !== null);
  // In the order in which the capture has them: here and there a server speaks first.
  directions.sort((one, other) => packetNumber(record, one) - packetNumber(record, other));
  return directions.flatMap((direction) => {
    const frame = record.firstFrames[direction] as CapturedFrame;
    const ack = acknowledgmentOf(record, frame);
    return [frameStep(record, frame, explain), ...(ack === null ? [] : [acknowledgmentStep(record, frame, ack)])];
  });
}

/** What is missing of the frames; empty where nothing is. */
export function missingFrames(record: ConversationRecord): Block[] {
  if (!record.upgraded) return [];
  return DIRECTIONS.filter((direction) => record.firstFrames[direction] === null).map((direction) =>
    note(
      `The ${speakerOf(direction)} sends no WebSocket frame in this capture`,
      prose`So its side of the framing cannot be shown.`,
    ),
  );
}

function packetNumber(record: ConversationRecord, direction: Direction): number {
  return record.firstFrames[direction]?.event.packet ?? 0;
}

function frameStep(record: ConversationRecord, frame: CapturedFrame, explain: PayloadExplainer | null): Step {
  const { event, octets } = frame;
  const speaker = speakerOf(event.direction);
  const packet = record.packet(event.packet);
  const isWhole = record.midstream === null && record.gaps.total === 0;
  const header = octets.subarray(0, event.headerLength);
  const blocks: Block[] = [...whereItLies(record, frame, packet)];
  if (header.length < event.headerLength) {
    blocks.push(
      paragraph`The octets of its header are not all in one stretch of what was captured, so they are not laid out.`,
    );
  } else {
    blocks.push(firstOctetBits(record, event, header[0]), secondOctetBits(event, header[1]));
    blocks.push(...payloadBlocks(record, frame, explain));
  }
  return {
    title: prose`The ${speaker}'s first ${kindOf(event)}${isWhole ? '' : ' in this capture'}, octet by octet`,
    packets: [{ number: event.packet, elapsed: event.elapsed, direction: event.direction }],
    blocks,
  };
}

/** A control frame is laid out only where there is nothing else, so that it is the first of all. */
function kindOf(event: FrameEvent): string {
  if (event.opcode === 'text' || event.opcode === 'binary') return 'message';
  return isControlFrame(event) ? 'frame' : 'data frame';
}

function whereItLies(record: ConversationRecord, frame: CapturedFrame, packet: PacketRecord | null): Block[] {
  const { event } = frame;
  const whole = event.headerLength + event.length;
  const size = prose`${formatPlural(whole, 'octet')}: ${event.headerLength} of header and ${formatCount(event.length)} of payload`;
  if (packet === null) return [paragraph`This frame is ${size} (RFC 6455 §5.2).`];
  const at = event.offset - packet.offset;
  if (at === 0 && whole === packet.length) {
    return [paragraph`The TCP payload of this packet is one WebSocket frame of ${size} (RFC 6455 §5.2).`];
  }
  return [
    paragraph`This frame is ${size} (RFC 6455 §5.2). ${spreadOf(at, whole, packet.length, record.captured(event))}`,
  ];
}

/**
 * How a frame lies that is not the TCP payload of its packet.
 *
 * @param at its first octet, counted from the packet's
 * @param whole octets of the frame
 * @param length octets of the packet
 * @param captured octets of its payload, where its end never comes
 */
function spreadOf(at: number, whole: number, length: number, captured: number | null): Prose {
  if (at < 0) return prose`It began in an earlier packet; this one brought the end of its header.`;
  if (captured !== null) {
    const there = formatPlural(captured, 'octet is', 'octets are');
    return prose`It begins at octet ${at} of the TCP payload and its end never comes: of its payload ${there} there.`;
  }
  if (at + whole > length) {
    return prose`It begins at octet ${at} of the TCP payload and goes on in later packets: TCP carries a stream and knows
      nothing of frames.`;
  }
  return prose`It stands at octets ${at} to ${at + whole - 1} of the TCP payload, which has ${formatCount(length)}: frames
    and packets need not coincide.`;
}

function payloadBlocks(record: ConversationRecord, frame: CapturedFrame, explain: PayloadExplainer | null): Block[] {
  const { event, octets } = frame;
  const header = octets.subarray(0, event.headerLength);
  const wire = octets.subarray(event.headerLength);
  const payload = wire.slice();
  const key = header.subarray(header.length - KEY_LENGTH);
  if (event.masked) {
    unmask(wire, 0, wire.length, word32(key, 0), 0, payload, 0);
  }
  const blocks: Block[] = [];
  const rows = headerRows(event, header);
  if (wire.length > 0) rows.push(payloadRow(frame, wire));
  blocks.push({ kind: 'layout', caption: 'On the wire', rows });
  if (wire.length < event.length) blocks.push(...cutNote(frame, wire.length));
  if (event.masked) blocks.push(...maskingBlocks(event.direction, event.length, wire, key, payload));
  else if (event.direction === 'c2s') {
    blocks.push(
      note('Not masked', prose`A client must mask every frame; a server should end this connection (RFC 6455 §5.1).`),
    );
  }
  blocks.push(...meaningBlocks(record, frame, payload, explain));
  return blocks;
}

function payloadRow(frame: CapturedFrame, wire: Uint8Array): LayoutRow {
  const { event } = frame;
  const shown = wire.subarray(0, OCTETS_SHOWN);
  return {
    offset: event.headerLength,
    octets: shown,
    omitted: event.length - shown.length,
    tone: event.masked ? 'masked' : 'value',
    name: event.masked ? 'payload, masked' : 'payload',
    meaning: event.masked ? prose`to be read with the key` : prose`as the ${speakerOf(event.direction)} sent it`,
  };
}

function cutNote(frame: CapturedFrame, held: number): Block[] {
  // A long payload is not kept whole on purpose, which is nothing that is missing.
  if (held >= OCTETS_SHOWN) return [];
  return [
    note(
      'Not all of it was captured',
      prose`Of the ${formatCount(frame.event.length)} octets of payload, ${held === 0 ? 'none' : formatCount(held)} can be shown.`,
    ),
  ];
}

function maskingBlocks(
  direction: Direction,
  length: number,
  wire: Uint8Array,
  key: Uint8Array,
  payload: Uint8Array,
): Block[] {
  const must =
    direction === 'c2s'
      ? prose`A client masks everything that it sends (RFC 6455 §5.3).`
      : prose`This frame is masked although a server must not mask (RFC 6455 §5.1).`;
  if (length > 0 && wire.length === 0) return [paragraph`${must}`];
  if (length === 0) return [paragraph`${must} Here there is no payload, so the key has nothing to do.`];
  const shown = Math.min(wire.length, UNMASKING_SHOWN);
  return [
    paragraph`${must} Octet i of the payload is XORed with octet i modulo 4 of the key, and the same once more gives it
    back. That hides nothing, as the key travels along: it keeps a web page from choosing the octets on the wire, which a
    careless proxy might take for an HTTP request (RFC 6455 §10.3).`,
    {
      kind: 'unmasking',
      masked: wire.subarray(0, shown),
      key: Uint8Array.from({ length: shown }, (_, index) => key[index % 4]),
      unmasked: payload.subarray(0, shown),
      omitted: length - shown,
    },
  ];
}

/** The first packet of the other side that acknowledges the whole frame, and came after it. */
function acknowledgmentOf(record: ConversationRecord, frame: CapturedFrame): PacketRecord | null {
  const { event } = frame;
  const end = event.offset + event.headerLength + event.length;
  const other = otherDirection(event.direction);
  for (const packet of record.packetsOf(other)) {
    if (packet.number > event.packet && packet.acknowledges !== null && packet.acknowledges >= end) return packet;
  }
  return null;
}

/** Where the FIN of a direction stands in its stream: it takes a sequence number and is no octet. Null where it was not kept. */
function finOffset(record: ConversationRecord, direction: Direction): number | null {
  for (const packet of record.packetsOf(direction)) {
    if ((packet.flags & FIN) !== 0) return packet.offset + packet.length;
  }
  return null;
}

function acknowledgmentStep(record: ConversationRecord, frame: CapturedFrame, ack: PacketRecord): Step {
  const { event } = frame;
  const end = event.offset + event.headerLength + event.length;
  const receiver = speakerOf(otherDirection(event.direction));
  const pure = ack.length === 0 && (ack.flags & (SYN | FIN | RST)) === 0 && (ack.flags & ACK) !== 0;
  const after = [...record.packetsOf(otherDirection(event.direction))].filter(({ number }) => number > event.packet);
  const isNext = after[0] === ack;
  const took = ack.elapsed - event.elapsed;
  const time = took > 0 ? prose`, ${formatSeconds(took)} later` : prose``;
  const acknowledged = ack.acknowledges ?? 0;
  const finAt = finOffset(record, event.direction);
  const hasFin = finAt !== null && acknowledged > finAt;
  const octets = hasFin ? finAt : acknowledged;
  const upTo = octets > end ? prose`and more` : prose`to its last octet`;
  return {
    title: pure
      ? prose`TCP acknowledges the ${speakerOf(event.direction)}'s frame`
      : isNext
        ? prose`The ${receiver}'s next packet acknowledges it as well`
        : prose`A later packet of the ${receiver} acknowledges it as well`,
    packets: [referenceTo(record, ack)],
    blocks: [
      pure
        ? paragraph`This packet carries no data${time}. Its acknowledgment number, ${code(ack.acknowledgment)}, says that the
          ${receiver}'s TCP has the first ${formatCount(octets)} octets of the
          ${speakerOf(event.direction)}'s stream${hasFin ? prose` and its ${code('FIN')}` : prose``}: the frame ${upTo} (RFC 9293 §3.4). Whether the application has read it, TCP
          does not say.`
        : paragraph`There is no packet for the ACK alone. This one, ${formatSeconds(Math.max(took, 0))} later, has data or
          news of its own and brings the acknowledgment along: the ${receiver}'s TCP has the frame ${upTo}
          (RFC 9293 §3.4).`,
    ],
  };
}
