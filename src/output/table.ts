// The default output: a page for each conversation, in order of connection number, then a summary. Decides when a page
// is printed and how much may wait; what stands on it is `conversation-page.ts`.

import type { SummaryEvent, WsdissectEvent } from '../dissect/events.ts';
import { CAPTURE_WHOLE_PACKETS } from '../link/reason-row.ts';
import { Pool } from '../tcp/pool.ts';
import { ConversationPage, type PageOptions, type RowEvent } from './conversation-page.ts';
import { indent } from './display-width.ts';
import { isIncomplete } from './incomplete-text.ts';
import { PacketComments } from './packet-comments.ts';
import { PageRow } from './page-row.ts';
import { pageWidth } from './page-width.ts';
import { makePalette } from './palette.ts';
import { formatNothingFound, formatSummary, type Shown } from './summary-text.ts';
import type { EventOutput, TextSink } from './text-sink.ts';
import type { TimeStyle } from './time-column.ts';

export interface TableOptions {
  /** Columns of the terminal; null where there is none: nothing is wrapped then, and payloads end at 200 columns. */
  width: number | null;
  colour: boolean;
  time: TimeStyle;
  /** Whether payloads are decoded through a registry; if not, a hint says how to give one. */
  hasRegistry: boolean;
  /** Whether it is this run that captures, so that advice is about its options; default false. */
  captures?: boolean;
  /** Lines that may wait for their turn; default 8,000. Beyond, the fullest pages are printed early, in pieces. */
  heldLines?: number;
}

const PAYLOAD_WITHOUT_TERMINAL = 200;
/** What the columns beside the payload take in an ordinary capture. */
const OTHER_COLUMNS = 38;
const NARROWEST_PREVIEW = 12;
const HELD_LINES = 8_000;

const CUT_HINT = `Packets were cut when they were captured (snaplen); ${CAPTURE_WHOLE_PACKETS}`;
const REGISTRY_HINT =
  'Binary payloads are shown as octets; to name and decode them give their types: --registry FILE, or --proto demo.proto --id 1=pb.Ping';

export class TableOutput implements EventOutput {
  readonly #out: TextSink;
  readonly #page: PageOptions;
  readonly #hasRegistry: boolean;
  readonly #captures: boolean;
  readonly #heldLimit: number;
  readonly #pages = new Map<number, ConversationPage>();
  /** Numbers of the pages, ascending from `#next` on; those printed early are still in it and passed over. */
  #order: number[] = [];
  #next = 0;
  #held = 0;
  /** The page printed last, where more of it may follow. */
  #last: ConversationPage | null = null;
  #anything = false;
  #undecoded = false;
  #cut = false;
  #summary: SummaryEvent | null = null;
  readonly #comments = new PacketComments();
  readonly #serverPorts = new Set<number>();
  readonly #shown: Shown = { messages: 0, controls: 0, errors: 0, warnings: 0, serverPorts: this.#serverPorts };

  constructor(out: TextSink, options: TableOptions) {
    this.#out = out;
    const width = pageWidth(options.width);
    this.#page = {
      width,
      payloadWidth: options.width === null ? PAYLOAD_WITHOUT_TERMINAL : width,
      previewWidth: Math.max(NARROWEST_PREVIEW, Math.min(width - OTHER_COLUMNS, PAYLOAD_WITHOUT_TERMINAL)),
      time: options.time,
      palette: makePalette(options),
      rows: new Pool(() => new PageRow()),
    };
    this.#hasRegistry = options.hasRegistry;
    this.#captures = options.captures === true;
    this.#heldLimit = options.heldLines ?? HELD_LINES;
  }

  onEvent(event: WsdissectEvent): void {
    if (event.type === 'capture') return;
    if (event.type === 'summary') {
      this.#summary = event;
      return;
    }
    if (event.type === 'comment') {
      const known = event.connection === null ? undefined : this.#pages.get(event.connection);
      if (known === undefined) this.#comments.hold(event);
      else this.#held += known.onComment(event);
      return;
    }
    this.#anything = true;
    const page = this.#pageOf(event.connection);
    const before = page.held;
    switch (event.type) {
      case 'handshake':
        if (event.upgraded) this.#serverPorts.add(event.server.port);
        page.onHandshake(event);
        break;
      case 'midstream':
        this.#serverPorts.add(event.server.port);
        page.onMidstream(event);
        break;
      case 'diagnostic':
        if (event.severity === 'error') this.#shown.errors++;
        if (event.severity === 'warning') this.#shown.warnings++;
        if (isIncomplete(event)) page.onRow(event);
        page.onDiagnostic(event);
        break;
      case 'end':
        page.onEnd(event);
        break;
      default:
        this.#count(event);
        page.onRow(event);
    }
    this.#held += page.held - before;
    if (event.type === 'end') this.#printEnded();
    if (this.#held > this.#heldLimit) this.#relieve();
  }

  /** Prints what every conversation has said, in pieces: the capture goes on, and somebody looks. */
  show(): void {
    for (const number of this.#order) {
      const page = this.#pages.get(number);
      if (page !== undefined) this.#print(page);
    }
  }

  finish(): void {
    this.show();
    this.#separate();
    for (const line of this.#comments.rest(this.#page.width)) this.#out.write(`${line}\n`);
    const summary = this.#summary;
    if (summary === null) return;
    const { width, palette } = this.#page;
    const lines = this.#anything
      ? formatSummary(summary, this.#shown, width)
      : formatNothingFound(summary, width, this.#captures);
    for (const line of lines) this.#out.write(`${line}\n`);
    for (const hint of this.#hints()) {
      for (const line of indent(hint, width, '', '  ')) this.#out.write(`${palette.note(line)}\n`);
    }
  }

  #hints(): string[] {
    return [...(this.#cut ? [CUT_HINT] : []), ...(this.#undecoded && !this.#hasRegistry ? [REGISTRY_HINT] : [])];
  }

  #count(event: RowEvent): void {
    if (event.type === 'message') {
      this.#shown.messages++;
      if (event.opcode === 'binary' && event.data !== undefined && !event.decoded) this.#undecoded = true;
    } else if (event.type === 'control') {
      this.#shown.controls++;
    } else if (event.type === 'gap') {
      this.#cut ||= event.reason === 'snaplen';
    }
  }

  #pageOf(connection: number): ConversationPage {
    const known = this.#pages.get(connection);
    if (known !== undefined) return known;
    const page = new ConversationPage(connection, this.#page);
    for (const comment of this.#comments.of(connection)) this.#held += page.onComment(comment);
    this.#pages.set(connection, page);
    // Connections mostly come in order of their numbers, so this looks at the last one or two.
    let at = this.#order.length;
    while (at > this.#next && this.#order[at - 1] > connection) at--;
    this.#order.splice(at, 0, connection);
    return page;
  }

  /** Prints the ended pages before which none waits. */
  #printEnded(): void {
    for (; this.#next < this.#order.length; this.#next++) {
      const page = this.#pages.get(this.#order[this.#next]);
      if (page === undefined) continue;
      if (!page.ended) break;
      this.#print(page);
    }
    // Cut only when half is done with, so that the cost of copying does not grow with the connections that wait.
    if (this.#next * 2 > this.#order.length) {
      this.#order = this.#order.slice(this.#next);
      this.#next = 0;
    }
  }

  /** Prints the fullest pages until half as much is held as may be: so it is seldom done, and never for a few lines. */
  #relieve(): void {
    const fullest = [...this.#pages.values()]
      .filter((page) => page.held > 0)
      .sort((one, other) => other.held - one.held);
    for (const page of fullest) {
      if (this.#held <= this.#heldLimit / 2) break;
      this.#print(page);
    }
  }

  #print(page: ConversationPage): void {
    if (page.held > 0) {
      const continues = this.#last === page;
      if (!continues) this.#separate();
      this.#held -= page.held;
      page.print(this.#out, continues);
      this.#last = page;
    }
    if (!page.ended) return;
    this.#pages.delete(page.connection);
    if (this.#last === page) this.#separate();
  }

  /** An empty line behind the page printed last. */
  #separate(): void {
    if (this.#last !== null) this.#out.write('\n');
    this.#last = null;
  }
}
