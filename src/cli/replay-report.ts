// What `replay` prints: each answer that differs, where it does, and in the end how many did. All that comes from a capture or
// a server is escaped.

import { stringifyExactly } from '../codec/great-integers.ts';
import { type Comparison, describeEnd, isGivenUp, type ReplayResult } from '../endpoint/index.ts';
import { tellApart } from '../output/telling-apart.ts';
import { cutMiddle, cutText, escapeText } from '../output/terminal-text.ts';
import type { TextSink } from '../output/text-sink.ts';
import { formatPlural } from '../plural.ts';

/** Characters of a value. */
const LONGEST = 60;
const LONGEST_OCTETS = 16;
const LONGEST_PATH = 400;

export class ReplayReport {
  readonly #out: TextSink & { flush(): void };
  readonly #verbose: boolean;

  constructor(out: TextSink & { flush(): void }, { verbose }: { verbose: boolean }) {
    this.#out = out;
    this.#verbose = verbose;
  }

  sent({ kind, packet, data, code, reason }: NonNullable<Comparison['captured']>): void {
    if (!this.#verbose) return;
    const what = kind === 'close' ? `${code ?? ''} ${reason}`.trim() : said(kind === 'text' ? textOf(data) : data);
    this.#line(`sent packet ${packet}: ${kind} ${what}`);
  }

  answer({ index, captured, live, differences }: Comparison): void {
    const name = `answer ${index + 1}${captured === null ? '' : ` (packet ${captured.packet})`}`;
    if (live === null) this.#line(`${name}: it did not come`);
    else if (captured === null) this.#line(`${name}: there was none in the capture; it is ${describe(live)}`);
    else if (differences.length === 0) {
      if (this.#verbose) this.#line(`${name}: as captured, ${describe(live)}`);
    }
    for (const { path, captured: before, live: now } of differences) {
      const where = path === '' ? '' : ` ${live?.type ?? 'JSON'} ${cutMiddle(path, LONGEST_PATH)}`;
      this.#line(`${name}:${lineOfDifference(where, before, now)}`);
    }
  }

  end(differences: Comparison['differences']): void {
    for (const { path, captured, live } of differences) {
      this.#line(lineOfDifference(path, captured, live));
    }
  }

  result({ sent, answers, different, complete, end }: ReplayResult): void {
    const alike = different === 0 ? 'all as captured' : `${different} ${different === 1 ? 'differs' : 'differ'}`;
    const compared = answers + different === 0 ? 'none captured' : alike;
    this.#line(`${sent} sent, ${formatPlural(answers, 'answer')}, ${compared}${howItEnded(complete, end)}`);
  }

  #line(text: string): void {
    this.#out.write(`${escapeText(text)}\n`);
    this.#out.flush();
  }
}

/** Nothing of an end behind all that was said, unless that was for a fault of the other end's: its close is compared. */
function howItEnded(complete: boolean, end: ReplayResult['end']): string {
  const isFault = isGivenUp(end);
  if (complete && !isFault) return '';
  const how = `${isFault ? '' : 'the server '}${describeEnd(end)}${complete ? '' : ' before all was said'}`;
  return `; ${how}${end.error === null ? '' : `; ${end.error}`}`;
}

/** `close.reason: captured "bye", now "end"`, and from where on where they begin alike. */
function lineOfDifference(where: string, captured: unknown, live: unknown): string {
  const shown = typeof captured === 'string' ? LONGEST / 2 : LONGEST_OCTETS;
  const { place, one, other } = tellApart(captured, live, shown, said);
  const whole = `${where}${place}`;
  return `${whole}${whole === '' ? ' ' : ': '}captured ${one}, now ${other}`;
}

function describe({ type, value, data, kind }: NonNullable<Comparison['live']>): string {
  const body = value === undefined ? (kind === 'text' ? textOf(data) : data) : value;
  return type === null ? said(body) : `${type} ${said(body)}`;
}

/** The beginning of the text, of which no more is shown: a character takes four octets at most. */
function textOf(data: Uint8Array): string {
  return Buffer.from(data.subarray(0, 4 * (LONGEST + 1))).toString();
}

/** @param from UTF-16 unit or octet at which it is to begin */
function said(value: unknown, from = 0): string {
  if (value === undefined) return 'nothing';
  if (value instanceof Uint8Array) {
    const end = from + LONGEST_OCTETS;
    const hex = Buffer.from(value.subarray(from, end))
      .toString('hex')
      .replace(/..(?=.)/g, '$& ');
    return value.length > end ? `${hex} … (${value.length} octets)` : hex || 'no octets';
  }
  // One character more than is shown, by which the rest is told to be missing.
  const part = typeof value === 'string' ? value.slice(from, from + LONGEST + 1) : value;
  return cutText(stringifyExactly(from > 0 ? `…${part}` : part), LONGEST);
}
