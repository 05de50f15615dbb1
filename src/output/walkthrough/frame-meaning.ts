// What the payload of the frame that is laid out says, as far as this frame can say it. A registry's words are asked of the
// explainer; without one, octets stand for themselves. Knows no packets.

import { speakerOf } from '../../dissect/direction.ts';
import type { FrameEvent, MessageEvent } from '../../dissect/events.ts';
import { hexOf } from '../../octet-hex.ts';
import { formatCount, formatPlural } from '../../plural.ts';
import type { DirectionExtensions } from '../../ws/extensions.ts';
import { asciiOf, previewOfOctets, printableText } from '../payload-text.ts';
import { cutText, quoteText } from '../terminal-text.ts';
import { formatValue } from '../value-notation.ts';
import { type CapturedFrame, type ConversationRecord, isControlFrame } from './conversation-record.ts';
import { type Block, code, type LayoutRow, note, type Prose, paragraph, prose } from './document.ts';
import type { PayloadExplainer } from './payload-explainer.ts';
import { meaningOfBit, RESERVED_BITS } from './reserved-bits.ts';
import { readText } from './text-octets.ts';

const OCTETS_SHOWN = 32;
const PARTS_SHOWN = 24;
const TEXT_SHOWN = 300;
const VALUE_SHOWN = 400;

const PING_PAYLOADS: Record<'ping' | 'pong', Prose> = {
  ping: prose`; a pong must bring the same.`,
  pong: prose`. A pong brings that of the ping which it answers; one that nobody asked for brings any (RFC 6455 §5.5.3).`,
};

const OPAQUE = note(
  'Perhaps changed by an extension',
  prose`An extension was agreed upon that is not explained here. A reserved bit may say that it had a part in this message: the octets need not be what was said (RFC 6455 §9).`,
);

const MIDDLE = note(
  'In the middle of a message',
  prose`It continues a message whose beginning is not in this capture.`,
);

const STARTLESS = note(
  'Nothing to continue',
  prose`No frame before this one began a message: a continuation follows a frame of text or binary without FIN (RFC 6455 §5.4). The receiver must end the connection.`,
);

/** @param payload unmasked, up to `PAYLOAD_KEPT` octets or as far as it was captured */
export function meaningBlocks(
  record: ConversationRecord,
  frame: CapturedFrame,
  payload: Uint8Array,
  explain: PayloadExplainer | null,
): Block[] {
  const { event } = frame;
  const extensions = record.extensions[event.direction];
  const bits = new Set(setBits(event).map((bit) => meaningOfBit(event, bit, extensions)));
  const blocks = strayBits(frame, extensions);
  if (isControlFrame(event)) return [...blocks, ...controlMeaning(frame, payload)];
  if (event.length === 0) return [...blocks, paragraph`The payload is empty.`];
  if (payload.length === 0) return blocks;
  if (event.opcode === 'continuation') {
    return record.startless[event.direction]
      ? [...blocks, STARTLESS, payloadLayout(frame, payload)]
      : [...blocks, MIDDLE];
  }
  if (event.opcode !== 'text' && event.opcode !== 'binary') {
    return [...blocks, reservedNote('data'), payloadLayout(frame, payload)];
  }
  const message = record.firstMessages[event.direction];
  if (!event.fin) blocks.push(fragmentNote(message));
  if (bits.has('compressed') || bits.has('perhaps-compressed')) {
    return [...blocks, ...compressedMeaning(message, bits.has('compressed'))];
  }
  if (bits.has('unknown-extension')) return [...blocks, OPAQUE, payloadLayout(frame, payload)];
  if (event.opcode === 'text') return [...blocks, ...textMeaning(event, payload, message)];
  const whole = event.fin && payload.length === event.length;
  const parts = whole && explain !== null ? explain(payload) : [];
  if (parts.length > 0) blocks.push(...explainedBlocks(payload, parts));
  else {
    blocks.push(payloadLayout(frame, payload));
    if (explain === null) {
      blocks.push(
        paragraph`What these octets mean is the application's affair: WebSocket carries them and does not look. A message
        registry (${code('--registry FILE')}) would name them here.`,
      );
    }
  }
  blocks.push(...decodedBlocks(message));
  return blocks;
}

function setBits(event: FrameEvent): number[] {
  return RESERVED_BITS.filter((bit) => (event.rsv & bit) !== 0);
}

/** A note where reserved bits are set that nothing gives a meaning. */
function strayBits({ event }: CapturedFrame, extensions: DirectionExtensions): Block[] {
  const stray = setBits(event).filter((bit) => meaningOfBit(event, bit, extensions) === 'none');
  if (stray.length === 0) return [];
  const names = stray.map((bit) => `RSV${RESERVED_BITS.indexOf(bit) + 1}`).join(' and ');
  return [
    note(
      `${names} set without a meaning`,
      prose`No extension in use gives ${names} a meaning in this frame, so that ${stray.length === 1 ? 'it' : 'they'} must be 0: the receiver must end the connection (RFC 6455 §5.2).`,
    ),
  ];
}

function payloadLayout({ event }: CapturedFrame, payload: Uint8Array): Block {
  const octets = payload.subarray(0, OCTETS_SHOWN);
  return {
    kind: 'layout',
    caption: 'The payload',
    rows: [
      {
        offset: 0,
        octets,
        omitted: event.length - octets.length,
        tone: 'value',
        name: 'payload',
        meaning: asciiMeaning(octets),
      },
    ],
  };
}

/** In ASCII, where there is any to speak of. */
function asciiMeaning(octets: Uint8Array): Prose {
  const text = asciiOf(octets);
  const printable = text.replaceAll('.', '').length;
  return printable * 2 >= text.length ? prose`in ASCII ${code(text)}` : prose`not text`;
}

function explainedBlocks(payload: Uint8Array, parts: ReturnType<PayloadExplainer>): Block[] {
  const rows = parts.slice(0, PARTS_SHOWN).map((part): LayoutRow => {
    const octets = payload.subarray(part.start, Math.min(part.end, part.start + OCTETS_SHOWN));
    return {
      offset: part.start,
      octets,
      omitted: part.end - part.start - octets.length,
      tone: part.tone,
      name: part.name,
      meaning: part.meaning,
    };
  });
  const blocks: Block[] = [{ kind: 'layout', caption: 'What the payload says', rows }];
  if (parts.length > PARTS_SHOWN)
    blocks.push(paragraph`${formatPlural(parts.length - PARTS_SHOWN, 'part')} more follow.`);
  return blocks;
}

function decodedBlocks(message: MessageEvent | null): Block[] {
  if (message?.decoded !== undefined) {
    const { id, type, value } = message.decoded;
    const text = formatValue(value, VALUE_SHOWN);
    return [paragraph`Together: message ${id}, ${code(type)}, with the value ${code(cutText(text, VALUE_SHOWN))}.`];
  }
  if (message?.decodeError !== undefined) {
    const { code: name, message: words } = message.decodeError;
    return [note('It cannot be decoded', prose`${code(name)}: ${cutText(words, VALUE_SHOWN)}`)];
  }
  return [];
}

/** @param certain whether compression was agreed upon */
function compressedMeaning(message: MessageEvent | null, certain: boolean): Block[] {
  const deflated = certain
    ? prose`RSV1 is set: these octets are deflated (RFC 7692).`
    : prose`RSV1 is set: these octets are most likely deflated (RFC 7692); what was agreed upon is not known.`;
  if (message === null || message.inflated === false || message.length === undefined) {
    return [
      note('Compressed', prose`${deflated} They cannot be inflated with certainty, so what they say is not shown.`),
    ];
  }
  const length = formatPlural(message.length, 'octet');
  const inflated =
    message.frames === 1
      ? prose`${deflated} Inflated they are ${length}`
      : prose`RSV1 is set: these octets are the first part of a deflated message, which is inflated as a whole (RFC 7692 §6). All
        ${formatCount(message.wireLength)} of its octets inflate to ${length}`;
  const said = !message.text ? prose`.` : prose`: ${code(cutText(message.text, TEXT_SHOWN))}`;
  return [paragraph`${inflated}${said}`, ...decodedBlocks(message)];
}

/** @param message the whole of it, which says more than was kept of this frame */
function textMeaning(event: FrameEvent, payload: Uint8Array, message: MessageEvent | null): Block[] {
  const whole = payload.length === event.length;
  const { brokenAt, cut: begun } = readText(payload, whole && event.fin);
  const { text } = readText(payload.subarray(0, TEXT_SHOWN), brokenAt !== null && payload.length <= TEXT_SHOWN);
  const shown = code(event.length > Math.min(payload.length, TEXT_SHOWN) ? `${text}…` : text);
  if (brokenAt !== null || (event.fin && message !== null && message.text === undefined)) {
    const where =
      brokenAt === null
        ? prose`somewhere behind its first ${formatCount(payload.length)} octets`
        : prose`from octet ${formatCount(brokenAt)} on`;
    return [
      note(
        'Not UTF-8',
        prose`The payload should be text in UTF-8 and is none ${where}: a receiver must end the connection (RFC 6455 §8.1). Octets that are none are shown as ${code('\\x')} and their number.`,
      ),
      paragraph`What it says: ${shown}`,
    ];
  }
  if (!whole || begun.length === 0) return [paragraph`The payload is text in UTF-8: ${shown}`];
  const octets = code(Array.from(begun, hexOf).join(' '));
  const rest = prose`whose rest is to come in a later frame: only the whole message must be UTF-8 (RFC 6455 §5.6).`;
  return begun.length === payload.length
    ? [paragraph`The payload, ${octets}, begins a character of UTF-8 ${rest}`]
    : [paragraph`The payload is text in UTF-8: ${shown}`, paragraph`Its end, ${octets}, begins a character ${rest}`];
}

function fragmentNote(message: MessageEvent | null): Block {
  const frames = message === null ? prose`more frames` : prose`${formatPlural(message.frames - 1, 'frame')} more`;
  return note(
    'A message in fragments',
    prose`FIN is 0: the message goes on in ${frames} with the opcode continuation (RFC 6455 §5.4). Shown here is the first.`,
  );
}

function controlMeaning(frame: CapturedFrame, payload: Uint8Array): Block[] {
  const { opcode, length, direction } = frame.event;
  const aside = prose`In this capture the ${speakerOf(direction)} sends no message, so its first control frame stands here.`;
  if (opcode === 'ping' || opcode === 'pong') {
    const said =
      length === 0 ? prose`Its payload is empty` : prose`Its payload is ${code(pingPayload(payload, length))}`;
    return [paragraph`${said}${PING_PAYLOADS[opcode]} ${aside}`];
  }
  if (opcode !== 'close') return [reservedNote('control'), payloadLayout(frame, payload), paragraph`${aside}`];
  if (length === 0) return [paragraph`The payload is empty. ${aside}`];
  if (length > 1) {
    return [paragraph`Its payload is a status code in two octets, then perhaps a reason (RFC 6455 §5.5.1). ${aside}`];
  }
  return [
    paragraph`Its payload is one octet, ${code(hexOf(payload[0]))}, which holds no status code: where there is a payload,
    it begins with one in two octets (RFC 6455 §5.5.1). ${aside}`,
  ];
}

function pingPayload(payload: Uint8Array, length: number): string {
  const text = payload.length === length ? printableText(payload) : null;
  return text === null ? previewOfOctets(payload, 0, OCTETS_SHOWN) : quoteText(text);
}

function reservedNote(kind: 'data' | 'control'): Block {
  return note(
    'A reserved opcode',
    prose`RFC 6455 leaves it for ${kind} frames to come. Where no extension says what it means, a receiver must end the connection (RFC 6455 §5.2).`,
  );
}
