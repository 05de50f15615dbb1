// One conversation of the table while it waits to be printed: its heading, its rows, what was wrong with it, how it
// ended. Can be printed in pieces; knows nothing of the other conversations.

import type {
  CommentEvent,
  DiagnosticEvent,
  EndEvent,
  FrameEvent,
  GapEvent,
  HandshakeEvent,
  MidstreamEvent,
} from '../dissect/events.ts';
import type { SaidEvent } from '../dissect/said-event.ts';
import { formatCount } from '../plural.ts';
import type { Pool } from '../tcp/pool.ts';
import {
  formatDiagnostic,
  formatEnd,
  formatHandshake,
  formatMidstream,
  formatParties,
} from './conversation-heading.ts';
import { displayWidth, indent, truncate } from './display-width.ts';
import { formatIncomplete, type IncompleteEvent } from './incomplete-text.ts';
import { formatComment } from './packet-comments.ts';
import { PAYLOAD, type PageRow } from './page-row.ts';
import type { Paint, Palette } from './palette.ts';
import { formatControl, formatMessageAndPayload } from './payload-text.ts';
import { type Cell, type Column, fittedWidths, keptColumns, naturalWidths, SlimTable } from './slim-table.ts';
import { escapeText } from './terminal-text.ts';
import type { TextSink } from './text-sink.ts';
import { type TimeStyle, timeTitles } from './time-column.ts';

export type RowEvent = SaidEvent | FrameEvent | GapEvent | IncompleteEvent;

export interface PageOptions {
  /** Columns of the terminal. */
  width: number;
  /** Columns of a payload at most, and those that it can count on. */
  payloadWidth: number;
  previewWidth: number;
  time: TimeStyle;
  palette: Palette;
  /** Rows of all pages, lent while they wait. */
  rows: Pool<PageRow>;
}

/** The last column takes what the others leave. */
const ELASTIC = [PAYLOAD];
/** Diagnostics of one code that are shown of a connection; the rest is counted. */
const DIAGNOSTICS_A_CODE = 5;

/** `text FIN RSV1, key 37fa213d, header 6, at 129` */
function formatFrame(frame: FrameEvent): string {
  const bits: string[] = [frame.opcode];
  if (frame.fin) bits.push('FIN');
  for (const [bit, name] of [
    [4, 'RSV1'],
    [2, 'RSV2'],
    [1, 'RSV3'],
  ] as const)
    if (frame.rsv & bit) bits.push(name);
  const mask = frame.key === null ? 'unmasked' : `key ${frame.key}`;
  return `${bits.join(' ')}, ${mask}, header ${frame.headerLength}, at ${frame.offset}`;
}

/**
 * A copy of its own: a short piece of a long string keeps all of the string in memory, and pages hold thousands of
 * pieces.
 */
function detach(text: string): string {
  return Buffer.from(text).toString();
}

export class ConversationPage {
  readonly connection: number;
  ended = false;
  readonly #options: PageOptions;
  #parties = '';
  #upgraded = false;
  #headingPrinted = false;
  /** Of the table printed last, while it may go on. */
  #widths: number[] = [];
  #opening: string[] = [];
  #rows: PageRow[] = [];
  /** What the columns of the rows that wait take. */
  #natural: number[] = [];
  #rowsSeen = 0;
  #before: number | null = null;
  #remarks: string[] = [];
  readonly #diagnosticsSeen = new Map<string, number>();
  #ending: string[] = [];

  constructor(connection: number, options: PageOptions) {
    this.connection = connection;
    this.#options = options;
    this.#parties = `connection ${connection}`;
  }

  /** Lines that wait to be printed, in about. */
  get held(): number {
    return this.#rows.length + this.#opening.length + this.#remarks.length + this.#ending.length;
  }

  onHandshake(event: HandshakeEvent): void {
    this.#upgraded ||= event.upgraded;
    this.#parties = formatParties(event);
    this.#opening.push(...formatHandshake(event, this.#options.width, this.#options.palette).map(detach));
  }

  onMidstream(event: MidstreamEvent): void {
    this.#upgraded = true;
    this.#parties = formatParties(event);
    this.#opening.push(...formatMidstream(event, this.#options.width, this.#options.palette));
  }

  onRow(event: RowEvent): void {
    const { payloadWidth, previewWidth, time } = this.#options;
    const { opcode, length, says, paint } = this.#describe(event, previewWidth);
    const row = this.#options.rows.take();
    row.begin(event, time, this.#before);
    row.opcode = opcode;
    row.length = length ?? -1;
    row.says = detach(truncate(says, payloadWidth));
    row.width = displayWidth(row.says);
    row.paint = paint;
    if (this.#rows.length === 0) this.#natural = naturalWidths(this.#columns(), []);
    row.widen(this.#natural);
    this.#rows.push(row);
    this.#before = event.elapsed;
    this.#rowsSeen++;
  }

  onDiagnostic(event: DiagnosticEvent): void {
    const seen = (this.#diagnosticsSeen.get(event.code) ?? 0) + 1;
    this.#diagnosticsSeen.set(event.code, seen);
    if (seen > DIAGNOSTICS_A_CODE) return;
    this.#remarks.push(...formatDiagnostic(event, this.#options.width, this.#options.palette).map(detach));
  }

  /** Returns how many lines more are held. */
  onComment(event: CommentEvent): number {
    const lines = formatComment(event, this.#options.width).map(this.#options.palette.note).map(detach);
    this.#remarks.push(...lines);
    return lines.length;
  }

  onEnd(event: EndEvent): void {
    this.ended = true;
    const { width, palette } = this.#options;
    if (this.#upgraded && this.#rowsSeen === 0) this.#ending.push('  no messages');
    for (const [code, seen] of this.#diagnosticsSeen) {
      if (seen <= DIAGNOSTICS_A_CODE) continue;
      const more = `${formatCount(seen - DIAGNOSTICS_A_CODE)} more of ${escapeText(code)}`;
      this.#remarks.push(...indent(`… and ${more}, all of them with --format ndjson`, width, '  '));
    }
    this.#ending.push(...formatEnd(event, this.#upgraded, width, palette));
  }

  /**
   * Prints what is held. What comes later is printed under a heading that says so, or without one where it `continues`:
   * nothing else was printed since.
   */
  print(out: TextSink, continues = false): void {
    const { palette } = this.#options;
    if (!continues) {
      const continued = this.#headingPrinted ? ' (continued)' : '';
      for (const line of indent(`${this.#parties}${continued}`, this.#options.width, '', '  ')) {
        out.write(`${palette.heading(line)}\n`);
      }
      this.#widths = [];
    }
    for (const line of this.#opening) out.write(`${line}\n`);
    if (this.#rows.length > 0) this.#printRows(out);
    for (const line of this.#remarks) out.write(`${line}\n`);
    for (const line of this.#ending) out.write(`${line}\n`);
    this.#headingPrinted = true;
    this.#opening = [];
    this.#rows = [];
    this.#remarks = [];
    this.#ending = [];
  }

  #printRows(out: TextSink): void {
    const { width, palette } = this.#options;
    const columns = this.#columns();
    const kept = keptColumns(columns, this.#natural, width, ELASTIC);
    const widths = fittedWidths(columns, this.#natural, kept, width, ELASTIC);
    // Rows that continue a table keep its columns, and need no head.
    const continues = this.#widths.length === widths.length;
    if (continues)
      for (const [index, before] of this.#widths.entries()) widths[index] = Math.max(widths[index], before);
    this.#widths = widths;
    const shown = kept.map((index) => columns[index]);
    const table = new SlimTable(shown, widths, palette);
    if (!continues) for (const line of table.head) out.write(`${line}\n`);
    // The cells of all rows in turn: a million rows would make six million.
    const cells: Cell[] = columns.map(() => ({ text: '', width: 0, paint: undefined }));
    const keptCells = kept.map((index) => cells[index]);
    for (const row of this.#rows) {
      row.fill(cells, palette);
      out.write(`${table.line(keptCells)}\n`);
      this.#options.rows.giveBack(row);
    }
  }

  #columns(): Column[] {
    return [
      { title: 'packet', align: 'right' },
      { title: timeTitles[this.#options.time], align: 'right', spare: 2 },
      { title: '', align: 'left' },
      { title: 'opcode', align: 'left' },
      { title: 'length', align: 'right', spare: 1 },
      { title: 'payload', align: 'left' },
    ];
  }

  #describe(
    event: RowEvent,
    limit: number,
  ): { opcode: string; length: number | undefined; says: string; paint?: Paint } {
    const { palette } = this.#options;
    switch (event.type) {
      case 'message': {
        const says = formatMessageAndPayload(event, limit);
        const row = { opcode: event.opcode, length: event.length ?? event.wireLength, says };
        return event.decodeError ? { ...row, paint: palette.error } : row;
      }
      case 'control':
        return { opcode: event.opcode, length: event.length, says: formatControl(event, limit) };
      case 'frame':
        return { opcode: 'frame', length: event.length, says: formatFrame(event), paint: palette.faint };
      case 'gap':
        return { opcode: 'gap', length: event.length, says: escapeText(event.reason), paint: palette.warning };
      case 'diagnostic': {
        const { incomplete } = event;
        const says = formatIncomplete(incomplete, limit);
        return { opcode: incomplete.opcode ?? 'message', length: incomplete.wireLength, says, paint: palette.warning };
      }
    }
  }
}
