// One conversation as a chat log: the client on the left margin, the server indented, every message whole. Takes events
// of the one connection and passes over the others; knows nothing of files and flags.

import type {
  ControlEvent,
  Direction,
  GapEvent,
  HandshakeEvent,
  MessageEvent,
  MidstreamEvent,
  WsdissectEvent,
} from '../dissect/events.ts';
import { formatCount, formatPlural } from './amounts.ts';
import {
  formatDiagnostic,
  formatEnd,
  formatHandshake,
  formatMidstream,
  formatParties,
} from './conversation-heading.ts';
import { displayWidth, indent, wrap } from './display-width.ts';
import { hexDump } from './hex-dump.ts';
import { formatComment } from './packet-comments.ts';
import { makePalette, type Palette } from './palette.ts';
import { formatControl, formatMessage, octetsOfBase64 } from './payload-text.ts';
import { escapeText } from './terminal-text.ts';
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
  c2s: { name: 'client', arrow: '→', margin: '' },
  s2c: { name: 'server', arrow: '←', margin: '        ' },
} as const satisfies Record<Direction, object>;

const INDENT = '  ';
/** `client → ` */
const SPEAKER_COLUMNS = 9;
const NARROWEST = 40;
/** Columns of what is not shown whole: octets, and values on one line. */
const PREVIEW = 200;
/** Other connections that are named where the one asked for is not there. */
const OTHERS_NAMED = 10;

/** A connection that an event of it makes one of WebSocket. */
function isConversation(event: WsdissectEvent): event is MidstreamEvent | HandshakeEvent {
  return event.type === 'midstream' || (event.type === 'handshake' && event.upgraded);
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
    this.#width = options.width === null ? Number.POSITIVE_INFINITY : Math.max(NARROWEST, options.width);
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
        if (this.#options.hex) this.#writeDump(this.#octetsOf(event));
        else this.#writeIndented(event.direction, this.#linesOf(event));
        break;
      case 'control':
        this.#writeHeader(event, event.opcode);
        if (this.#options.hex) this.#writeDump(octetsOfBase64(event.data));
        else this.#writeIndented(event.direction, [formatControl(event, this.#width)]);
        break;
      case 'gap':
        this.#writeHeader(event, `gap of ${formatPlural(event.length, 'octet')}: ${escapeText(event.reason)}`);
        this.#out.write('\n');
        break;
      case 'diagnostic':
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
  #writeHeader(event: MessageEvent | ControlEvent | GapEvent, what: string): void {
    const side = SIDES[event.direction];
    const paint = this.#palette[side.name];
    const time = formatTime(event, this.#options.time, this.#before);
    this.#before = event.elapsed;
    const who = paint(`${side.name} ${side.arrow}`);
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

  /** What a message says, whole: text with its own lines, a decoded value laid out. */
  #linesOf(event: MessageEvent): string[] {
    if (event.decoded) {
      const { id, type, value } = event.decoded;
      const title = `${id} ${escapeText(type)} `;
      const room = this.#width - SIDES[event.direction].margin.length - INDENT.length;
      const [first, ...others] = formatValueLines(value, Math.min(room, PREVIEW), displayWidth(title));
      return [title + first, ...others];
    }
    if (event.text && !event.decodeError) return event.text.split(/\r\n|\n/).map(escapeText);
    return [formatMessage(event, Math.min(this.#width, PREVIEW))];
  }

  #octetsOf(event: MessageEvent): Uint8Array | null {
    if (event.data !== undefined) return octetsOfBase64(event.data);
    return event.text === undefined ? null : new TextEncoder().encode(event.text);
  }

  #writeIndented(direction: Direction, lines: string[]): void {
    const margin = SIDES[direction].margin + INDENT;
    for (const line of lines) {
      // The next lines of a wrapped one keep its indentation, so that values stay in their shape.
      const own = margin + /^ {0,40}/.exec(line)![0];
      this.#writeLines(indent(line.trimStart(), this.#width, own, own + INDENT));
    }
    this.#out.write('\n');
  }

  #writeDump(octets: Uint8Array | null): void {
    if (octets === null) this.#out.write('payload not at hand\n');
    else for (const line of hexDump(octets, this.#width)) this.#out.write(`${line}\n`);
    this.#out.write('\n');
  }

  #writeLines(lines: string[]): void {
    for (const line of lines) this.#out.write(`${line}\n`);
  }
}
