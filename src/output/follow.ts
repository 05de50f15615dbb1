// One conversation as a chat log: the client on the left margin, the server indented, every message whole. Takes events
// of the one connection and passes over the others; knows nothing of files and flags.

import { PIECE } from '../codec/text-pieces.ts';
import type {
  Direction,
  GapEvent,
  HandshakeEvent,
  MessageEvent,
  MidstreamEvent,
  WsdissectEvent,
} from '../dissect/events.ts';
import type { SaidEvent } from '../dissect/said-event.ts';
import { formatCount, formatPlural } from '../plural.ts';
import {
  formatDiagnostic,
  formatEnd,
  formatHandshake,
  formatMidstream,
  formatParties,
} from './conversation-heading.ts';
import { arrowOf } from './direction-arrow.ts';
import { displayWidth, indent, wrap, wrapPieces } from './display-width.ts';
import { hexDump } from './hex-dump.ts';
import { formatPiece, type IncompleteEvent, isIncomplete, partsOf, reasonForNone } from './incomplete-text.ts';
import { formatComment } from './packet-comments.ts';
import { pageWidth } from './page-width.ts';
import { makePalette, type Palette } from './palette.ts';
import { formatControl, formatMessage, octetsOfBase64 } from './payload-text.ts';
import { escapedPieces, escapeText } from './terminal-text.ts';
import type { EventOutput, TextSink } from './text-sink.ts';
import { formatTime, type TimeStyle } from './time-column.ts';
import { formatValueLines } from './value-notation.ts';

export interface FollowOptions {
  /** Number of the connection to show. */
  connection: number;
  /** Columns of the terminal; null where there is none: nothing is wrapped then. */
  width: number | null;
  colour: boolean;
  time: TimeStyle;
  /** Payloads as a dump of octets; takes events made with `payload: 'always'`. */
  hex: boolean;
}

/** How each side is written. */
const SIDES = {
  c2s: { name: 'client', margin: '' },
  s2c: { name: 'server', margin: '        ' },
} as const satisfies Record<Direction, object>;

const INDENT = '  ';
/** Before every line of what was said, as blanks could be said too: so would an entry of the other side. */
const GUTTER = '│ ';
/** `client → ` */
const SPEAKER_COLUMNS = 9;
/** Blanks before a line, but those that are escaped, as tabs are. */
const BLANKS = /^[ \xa0\u1680\u2000-\u200a\u202f\u205f\u3000]+/;
/** Columns of what is not shown whole: octets, and values on one line. */
const PREVIEW = 200;
/** Other connections that are named where the one asked for is not there. */
const OTHERS_NAMED = 10;

/** A connection that an event of it makes one of WebSocket. */
function isConversation(event: WsdissectEvent): event is MidstreamEvent | HandshakeEvent {
  return event.type === 'midstream' || (event.type === 'handshake' && event.upgraded);
}

/** Null where they are not at hand. */
function octetsOf({ text, data }: Pick<MessageEvent, 'text' | 'data'>): Uint8Array | null {
  if (data !== undefined) return octetsOfBase64(data);
  return text === undefined ? null : new TextEncoder().encode(text);
}

/** The lines of a text one at a time, as it may be all line ends. */
function* linesOf(text: string): Generator<string> {
  let start = 0;
  for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
    yield text.slice(start, end > start && text[end - 1] === '\r' ? end - 1 : end);
    start = end + 1;
  }
  yield text.slice(start);
}

/** The line without the blanks before it, and the margin with those that are kept. */
function unindented(line: string, margin: string): { own: string; bare: string } {
  const bare = line.replace(BLANKS, '');
  if (bare === '') return { own: margin.trimEnd(), bare };
  return { own: bare.length === line.length ? margin : margin + /^ {0,40}/.exec(line)![0], bare };
}

export class FollowOutput implements EventOutput {
  readonly #out: TextSink;
  readonly #options: FollowOptions;
  readonly #width: number;
  readonly #palette: Palette;
  readonly #others: number[] = [];
  #otherConnections = 0;
  #before: number | null = null;
  #upgraded = false;
  /** Whether the connection is in the capture. */
  found = false;

  constructor(out: TextSink, options: FollowOptions) {
    this.#out = out;
    this.#options = options;
    this.#width = pageWidth(options.width);
    this.#palette = makePalette(options);
  }

  onEvent(event: WsdissectEvent): void {
    if (event.type === 'capture' || event.type === 'summary') return;
    if (event.connection !== this.#options.connection || event.connection === null) {
      if (isConversation(event)) this.#noteOther(event.connection);
      return;
    }
    this.found = true;
    this.#upgraded ||= isConversation(event);
    const width = this.#width;
    const palette = this.#palette;
    switch (event.type) {
      case 'handshake':
        this.#writeLines([...this.#partiesOf(event), ...formatHandshake(event, width, palette), '']);
        break;
      case 'midstream':
        this.#writeLines([...this.#partiesOf(event), ...formatMidstream(event, width, palette), '']);
        break;
      case 'message':
        this.#writeHeader(event, this.#describeMessage(event));
        if (this.#options.hex) this.#writeDump(octetsOf(event));
        else if (event.text && !event.decoded && !event.decodeError) this.#writeText(event.direction, event.text);
        else this.#writeIndented(event.direction, this.#linesOf(event));
        this.#out.write('\n');
        break;
      case 'control':
        this.#writeHeader(event, event.opcode);
        if (this.#options.hex) this.#writeDump(octetsOfBase64(event.data));
        else this.#writeIndented(event.direction, [formatControl(event, this.#width)]);
        this.#out.write('\n');
        break;
      case 'gap':
        this.#writeHeader(event, `gap of ${formatPlural(event.length, 'octet')}: ${escapeText(event.reason)}`);
        this.#out.write('\n');
        break;
      case 'diagnostic':
        if (isIncomplete(event)) this.#writeIncomplete(event);
        this.#writeLines([...formatDiagnostic(event, width, palette), '']);
        break;
      case 'comment':
        this.#writeLines([...formatComment(event, width).map(palette.note), '']);
        break;
      case 'end':
        this.#writeLines(formatEnd(event, this.#upgraded, width, palette));
        break;
    }
  }

  finish(): void {
    if (this.found) return;
    const named = this.#others.join(', ');
    const more =
      this.#otherConnections > this.#others.length ? ` … (${formatCount(this.#otherConnections)} in all)` : '';
    const others = named === '' ? 'The capture holds none.' : `There are: ${named}${more}.`;
    const text = `No WebSocket conversation has the connection number ${this.#options.connection}. ${others}`;
    this.#writeLines(indent(text, this.#width, '', '  '));
  }

  #partiesOf(event: HandshakeEvent | MidstreamEvent): string[] {
    return indent(formatParties(event), this.#width, '', INDENT).map(this.#palette.heading);
  }

  #noteOther(connection: number): void {
    this.#otherConnections++;
    if (this.#others.length < OTHERS_NAMED) this.#others.push(connection);
  }

  /** `client → 0.000877  packet 8  binary, 5 octets` */
  #writeHeader(event: SaidEvent | GapEvent | IncompleteEvent, what: string): void {
    const side = SIDES[event.direction];
    const paint = this.#palette[side.name];
    const time = formatTime(event, this.#options.time, this.#before);
    this.#before = event.elapsed;
    const who = paint(`${side.name} ${arrowOf(event.direction)}`);
    const facts = `${time}  packet ${event.packet}  ${what}`;
    const [first, ...others] = wrap(facts, this.#width - side.margin.length - SPEAKER_COLUMNS);
    const under = side.margin + INDENT;
    this.#writeLines([`${side.margin}${who} ${this.#palette.faint(first)}`]);
    for (const line of others) this.#writeLines([under + this.#palette.faint(line)]);
  }

  #describeMessage(event: MessageEvent): string {
    const length = formatPlural(event.length ?? event.wireLength, 'octet');
    const fragments = event.frames > 1 ? `, ${event.frames} fragments` : '';
    return `${event.opcode}, ${length}${fragments}${event.compressed ? ', compressed' : ''}`;
  }

  /** What is there of a message or control frame with holes. */
  #writeIncomplete(event: IncompleteEvent): void {
    const { direction, incomplete } = event;
    const { opcode, captured, wireLength } = incomplete;
    const there = `${formatCount(captured)} of ${formatPlural(wireLength, 'octet')}`;
    this.#writeHeader(event, `${opcode ?? 'message'}, incomplete: ${there}`);
    let parts = 0;
    for (const part of partsOf(incomplete)) {
      parts++;
      if ('missing' in part) this.#writeIndented(direction, [`[${formatPlural(part.missing, 'octet')} missing]`]);
      else if (this.#options.hex) this.#writeDump(octetsOf(part), part.at);
      else if (part.text !== undefined) this.#writeText(direction, part.text);
      else this.#writeIndented(direction, [formatPiece(part, PREVIEW)]);
    }
    if (parts === 0) this.#writeIndented(direction, [reasonForNone(incomplete)]);
    this.#out.write('\n');
  }

  /** What a message other than text says, whole where it was decoded: its value laid out. */
  #linesOf(event: MessageEvent): string[] {
    if (event.decoded) {
      const { id, type, value } = event.decoded;
      const title = `${id} ${escapeText(type)} `;
      const room = this.#width - SIDES[event.direction].margin.length - GUTTER.length;
      const [first, ...others] = formatValueLines(value, Math.min(room, PREVIEW), displayWidth(title));
      return [title + first, ...others];
    }
    return [formatMessage(event, Math.min(this.#width, PREVIEW))];
  }

  /** Text with its own lines. */
  #writeText(direction: Direction, text: string): void {
    const margin = SIDES[direction].margin + GUTTER;
    for (const line of linesOf(text)) {
      const { own, bare } = unindented(line, margin);
      this.#writeLine(own, line.length > PIECE ? escapedPieces(bare) : [escapeText(bare)]);
    }
  }

  #writeIndented(direction: Direction, lines: readonly string[]): void {
    const margin = SIDES[direction].margin + GUTTER;
    for (const line of lines) {
      const { own, bare } = unindented(line, margin);
      this.#writeLine(own, [bare]);
    }
  }

  /** The next lines of a wrapped one keep its indentation, so that values stay in their shape. */
  #writeLine(own: string, pieces: Iterable<string>): void {
    if (this.#width === Number.POSITIVE_INFINITY) {
      this.#out.write(own);
      for (const piece of pieces) this.#out.write(piece);
      this.#out.write('\n');
      return;
    }
    let before = own;
    for (const line of wrapPieces(pieces, this.#width - own.length - INDENT.length)) {
      this.#out.write(`${before}${line}\n`);
      before = own + INDENT;
    }
  }

  #writeDump(octets: Uint8Array | null, first = 0): void {
    if (octets === null) this.#out.write('payload not at hand\n');
    else for (const line of hexDump(octets, this.#width, first)) this.#out.write(`${line}\n`);
  }

  #writeLines(lines: string[]): void {
    for (const line of lines) this.#out.write(`${line}\n`);
  }
}
