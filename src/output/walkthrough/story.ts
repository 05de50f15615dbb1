// Puts the story of one connection together in the order of the article: TCP opens, HTTP hands over, the first frame of
// each side octet by octet, what follows, the end. Each part is written elsewhere.

import { speakerOf } from '../../dissect/direction.ts';
import type { CapturedPiece, DiagnosticEvent, GapEvent } from '../../dissect/events.ts';
import { formatCount, formatPlural } from '../../plural.ts';
import { formatSeconds } from '../amounts.ts';
import { formatEndpoint } from '../endpoint-text.ts';
import { octetsOfBase64, previewOfOctets } from '../payload-text.ts';
import { cutText } from '../terminal-text.ts';
import type { OtherConversations } from './choose-conversation.ts';
import { closingSteps, missingEnd } from './closing-steps.ts';
import type { ConversationRecord } from './conversation-record.ts';
import {
  type Block,
  code,
  note,
  type Prose,
  paragraph,
  prose,
  type Step,
  type WalkthroughDocument,
} from './document.ts';
import { frameSteps, missingFrames } from './frame-steps.ts';
import { handshakeSteps, missingHandshake } from './handshake-steps.ts';
import { headerSizesStep } from './header-sizes.ts';
import { missingOpening, openingSteps } from './opening-steps.ts';
import { exchangeOf } from './packet-words.ts';
import type { PayloadExplainer } from './payload-explainer.ts';
import { restStep } from './rest-step.ts';

const TARGET_SHOWN = 60;
/** Of what is there of a message with holes: pieces, and of each the UTF-16 units or octets. */
const STRETCHES_SHOWN = 3;
const STRETCH_TEXT = 60;
const STRETCH_OCTETS = 16;

const GAPS: Record<GapEvent['reason'], string> = {
  'not-captured': 'are in no packet',
  snaplen: 'were cut off by the capture',
  'waiting-limit': 'were not waited for, as too many behind them were held',
};

/** @param others what else the capture has to tell of; null where nobody looked */
export function tellStory(
  record: ConversationRecord,
  explain: PayloadExplainer | null,
  others: OtherConversations | null,
): WalkthroughDocument {
  const frames = frameSteps(record, explain);
  const steps: Step[] = [
    ...openingSteps(record),
    ...handshakeSteps(record),
    ...frames,
    ...(frames.length === 0 ? [] : [headerSizesStep(record)]),
    ...restStep(record),
    ...closingSteps(record),
    ...findingsStep(record),
    ...missingStep(record),
  ];
  return { title: titleOf(record), lead: leadOf(record, others), steps };
}

function titleOf(record: ConversationRecord): Prose {
  const target = record.handshake?.request.target;
  if (target === undefined) return prose`A WebSocket conversation, packet by packet`;
  return prose`A WebSocket conversation on ${code(cutText(target, TARGET_SHOWN))}, packet by packet`;
}

function leadOf(record: ConversationRecord, others: OtherConversations | null): Block[] {
  const packets = [...record.ledger.packets];
  const took = packets[packets.length - 1].elapsed - packets[0].elapsed;
  return [
    paragraph`The client is ${code(formatEndpoint(record.client))}, the server ${code(formatEndpoint(record.server))}. Their
    TCP connection is number ${record.connection} of the capture: ${formatPlural(record.ledger.packets.total, 'packet')} in
    ${formatSeconds(Math.max(took, 0))}. First all of them at a glance, then those that tell the story, one by one. Packets
    that only acknowledge keep TCP going; WebSocket knows nothing of them.`,
    ...othersOf(others),
    exchangeOf(record),
  ];
}

function othersOf(others: OtherConversations | null): Block[] {
  if (others === null || others.count === 0) return [];
  const { count, first, speak } = others;
  const many = count > 1;
  const numbers = first.join(', ') + (count > first.length ? ', …' : '');
  const what = speak
    ? prose`that ${many ? 'speak' : 'speaks'} WebSocket`
    : prose`that asked for WebSocket and did not get it`;
  return [
    paragraph`The capture has ${formatPlural(count, 'other connection')} ${what} (${numbers}): ${code('--connection N')} tells of
    ${many ? 'one of them' : 'it'}.`,
  ];
}

function findingsStep(record: ConversationRecord): Step[] {
  const { diagnostics, gaps } = record;
  if (diagnostics.total + gaps.total === 0) return [];
  const rows = [...diagnostics].map((found) => [
    prose`${found.packet}`,
    prose`${found.severity}`,
    prose`${code(found.code)}`,
    prose`${found.message} (${found.reference})${thereOf(found)}`,
  ]);
  for (const gap of gaps) {
    rows.push([
      prose`${gap.packet}`,
      prose`gap`,
      prose`${code(gap.reason)}`,
      prose`${formatPlural(gap.length, 'octet')} of the ${speakerOf(gap.direction)}'s stream ${GAPS[gap.reason]}`,
    ]);
  }
  const more = diagnostics.omitted + gaps.omitted;
  if (more > 0) rows.push([prose`…`, prose``, prose``, prose`${more} more`]);
  return [
    {
      title: prose`What is worth knowing besides`,
      packets: [],
      blocks: [
        {
          kind: 'table',
          caption: 'Diagnostics, and octets that are missing',
          columns: [
            { title: 'packet', align: 'right' },
            { title: 'severity', align: 'left', spare: true },
            { title: 'code', align: 'left' },
            { title: 'what', align: 'left' },
          ],
          rows,
        },
      ],
    },
  ];
}

/** What is there of a message or control frame with a hole. */
function thereOf({ incomplete }: DiagnosticEvent): Prose {
  if (incomplete === undefined) return [];
  const { pieces } = incomplete;
  const shown = pieces
    .slice(0, STRETCHES_SHOWN)
    .map((piece) => prose`; from octet ${formatCount(piece.at)}: ${code(pieceOf(piece))}`);
  const more = pieces.length - shown.length;
  return [...shown.flat(), ...(more === 0 ? [] : prose`; ${formatPlural(more, 'stretch', 'stretches')} more`)];
}

function pieceOf({ text, data = '' }: CapturedPiece): string {
  return text === undefined ? previewOfOctets(octetsOfBase64(data), 0, STRETCH_OCTETS) : cutText(text, STRETCH_TEXT);
}

function missingStep(record: ConversationRecord): Step[] {
  const blocks: Block[] = [missingOpening(record), missingHandshake(record)].filter((block) => block !== null);
  blocks.push(...missingFrames(record), ...missingEnd(record));
  if (record.damage !== null) {
    blocks.push(
      note('The capture itself is cut or damaged', prose`${record.damage}. The story ends where the file does.`),
    );
  }
  if (blocks.length === 0) return [];
  return [{ title: prose`What this capture does not show`, packets: [], blocks }];
}
