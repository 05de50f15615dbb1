// The steps in which TCP opens the connection: SYN, SYN/ACK, ACK. What was not captured is said and not invented.

import { ACK, SYN } from '../../link/segment.ts';
import { hexOf } from '../../octet-hex.ts';
import { formatPlural } from '../../plural.ts';
import { formatSeconds } from '../amounts.ts';
import type { ConversationRecord } from './conversation-record.ts';
import { type Block, code, note, paragraph, prose, type Step, type Table } from './document.ts';
import type { PacketRecord } from './packet-ledger.ts';
import { referenceTo } from './packet-words.ts';
import { explainTcpOptions } from './tcp-options.ts';

const SEQUENCE_NUMBERS = 0x1_0000_0000;

export function openingSteps(record: ConversationRecord): Step[] {
  const packets = [...record.ledger.packets];
  const syn = packets.find((packet) => (packet.flags & (SYN | ACK)) === SYN);
  const synAck = packets.find((packet) => (packet.flags & (SYN | ACK)) === (SYN | ACK));
  if (syn === undefined && synAck === undefined) return [];
  const steps: Step[] = [];
  if (syn !== undefined) steps.push(synStep(record, syn, synAck));
  if (synAck !== undefined) steps.push(synAckStep(record, synAck, syn));
  const opener = synAck === undefined ? undefined : 1 - synAck.side;
  const ack = packets.find(
    (packet) =>
      synAck !== undefined &&
      packet.side === opener &&
      packet.number > synAck.number &&
      (packet.flags & (SYN | ACK)) === ACK &&
      packet.acknowledgment === (synAck.sequence + 1) % SEQUENCE_NUMBERS,
  );
  if (ack !== undefined && synAck !== undefined) steps.push(ackStep(record, ack, synAck, syn));
  return steps;
}

/** Whether the capture has any of the opening. */
export function hasOpening(record: ConversationRecord): boolean {
  return [...record.ledger.packets].some((packet) => (packet.flags & SYN) !== 0);
}

/** What is missing of the opening, or null. */
export function missingOpening(record: ConversationRecord): Block | null {
  const packets = [...record.ledger.packets];
  const syn = packets.some((packet) => (packet.flags & (SYN | ACK)) === SYN);
  const synAck = packets.some((packet) => (packet.flags & (SYN | ACK)) === (SYN | ACK));
  if (syn && synAck) return null;
  if (syn)
    return note('The answer to the SYN is not in this capture', prose`So how the server agreed cannot be shown.`);
  if (synAck) {
    return note(
      'The SYN is not in this capture',
      prose`The server's answer to it is, and says where the client's numbers begin.`,
    );
  }
  return note(
    'The opening of the TCP connection is not in this capture',
    prose`Its first packet here, ${packets[0].number}, belongs to a connection that stood already. Octets are counted from
    the first one that this capture knows of, as data or by an acknowledgment.`,
  );
}

function optionTable(packet: PacketRecord, other: PacketRecord | undefined): Table[] {
  const isAnswer = (packet.flags & ACK) !== 0;
  const options = explainTcpOptions(packet.options, {
    other: other === undefined || other.optionsCut ? null : other.options,
    isAnswer,
  });
  if (options.length === 0) return [];
  return [
    {
      kind: 'table',
      caption: 'What it says in the options of its TCP header',
      columns: [
        { title: 'option', align: 'left' },
        { title: 'octets', align: 'left' },
        { title: 'meaning', align: 'left' },
      ],
      rows: options.map(({ name, octets, meaning }) => [
        prose`${name}`,
        prose`${code(Array.from(octets, hexOf).join(' '))}`,
        meaning,
      ]),
    },
  ];
}

function synStep(record: ConversationRecord, syn: PacketRecord, synAck: PacketRecord | undefined): Step {
  const blocks: Block[] = [
    paragraph`Before a word of HTTP or WebSocket, two computers must agree on a TCP connection. ${record.client.address}
    takes a free port of its own, ${record.client.port}, and sends ${record.server.address}, port ${record.server.port}, a
    segment with the flag ${code('SYN')} (RFC 9293 §3.5). With it comes its initial sequence number,
    ${code(syn.sequence)}, which nobody should be able to guess: every octet that it sends from now on is numbered from there, and the SYN
    itself takes one number.`,
    ...optionTable(syn, synAck),
  ];
  if (syn.length > 0) {
    blocks.push(
      paragraph`The SYN carries ${formatPlural(syn.length, 'octet')} of data already (TCP Fast Open, RFC 7413).`,
    );
  }
  return {
    title: prose`${code('SYN')}: the client asks for a connection`,
    packets: [referenceTo(record, syn)],
    blocks,
  };
}

function synAckStep(record: ConversationRecord, synAck: PacketRecord, syn: PacketRecord | undefined): Step {
  const expected = syn === undefined ? null : (syn.sequence + 1) % SEQUENCE_NUMBERS;
  const said =
    expected === synAck.acknowledgment
      ? prose`, the client's number and one more, says "I have your SYN; the next octet that I expect has this number".`
      : prose` is the number of the octet that it expects next from the client.`;
  return {
    title: prose`${code('SYN')} ${code('ACK')}: the server agrees`,
    packets: [referenceTo(record, synAck)],
    blocks: [
      paragraph`One segment does two things. ${code('SYN')}: the server numbers its own octets from
      ${code(synAck.sequence)} on. ${code('ACK')}: the acknowledgment number ${code(synAck.acknowledgment)}${said}`,
      ...optionTable(synAck, syn),
    ],
  };
}

function ackStep(
  record: ConversationRecord,
  ack: PacketRecord,
  synAck: PacketRecord,
  syn: PacketRecord | undefined,
): Step {
  const took = syn === undefined ? null : ack.elapsed - syn.elapsed;
  const time =
    took === null || took < 0 ? prose`` : prose` It took ${formatSeconds(took)}, seen from where the capture was made.`;
  const third = record.ledger.packets.first[2] === ack ? prose`this third packet` : prose`this packet`;
  return {
    title: prose`${code('ACK')}: the connection stands`,
    packets: [referenceTo(record, ack)],
    blocks: [
      paragraph`The client acknowledges ${code((synAck.sequence + 1) % SEQUENCE_NUMBERS)}, and with ${third} both
      sides know that the other hears them.${time}`,
    ],
  };
}
