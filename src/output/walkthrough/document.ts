// What a walkthrough consists of before it is text, Markdown or HTML: steps with paragraphs, tables and octets laid out.
// The writers of the story make it, three renderers read it; neither knows the other.

import type { Direction } from '../../dissect/events.ts';
import { escapeText } from '../terminal-text.ts';

export type SpanStyle = 'plain' | 'code' | 'strong';

/** A run of text in one style. Its text is escaped for terminals already; each renderer escapes for its own format. */
export interface Span {
  readonly text: string;
  readonly style: SpanStyle;
}

export type Prose = readonly Span[];

/** What a group of octets is, which decides its colour. */
export type Tone = 'flags' | 'length' | 'key' | 'masked' | 'id' | 'tag' | 'value';

export interface Column {
  readonly title: string;
  readonly align: 'left' | 'right';
  /** A terminal too narrow for the table leaves this column out. */
  readonly spare?: true;
}

export interface Paragraph {
  readonly kind: 'paragraph';
  readonly prose: Prose;
}

/** Something said aside: an error to avoid, a thing that is absent. */
export interface Note {
  readonly kind: 'note';
  readonly title: string;
  readonly prose: Prose;
}

export interface Table {
  readonly kind: 'table';
  readonly caption: string;
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly Prose[])[];
}

/** A calculation, a line a step. */
export interface Arithmetic {
  readonly kind: 'arithmetic';
  readonly rows: readonly { readonly label: string; readonly value: Prose }[];
}

/** One octet drawn in bits, the most significant first. */
export interface Bits {
  readonly kind: 'bits';
  readonly caption: string;
  readonly octet: number;
  readonly groups: readonly BitGroup[];
}

export interface BitGroup {
  /** How many bits; those of all groups make 8. */
  readonly width: number;
  readonly name: string;
  readonly tone: Tone;
  readonly meaning: Prose;
}

/** Octets in their order, each group with its field. */
export interface Layout {
  readonly kind: 'layout';
  readonly caption: string;
  readonly rows: readonly LayoutRow[];
}

export interface LayoutRow {
  /** Of the group's first octet, from the start of what is laid out. */
  readonly offset: number;
  /** The octets shown. */
  readonly octets: Uint8Array;
  /** Octets of the group that are not shown. */
  readonly omitted: number;
  readonly tone: Tone;
  readonly name: string;
  readonly meaning: Prose;
}

/** Masked octets, the key repeated, and the XOR of both. */
export interface Unmasking {
  readonly kind: 'unmasking';
  readonly masked: Uint8Array;
  readonly key: Uint8Array;
  readonly unmasked: Uint8Array;
  /** Octets behind these that are not shown. */
  readonly omitted: number;
}

/** All packets in their order, between the client and the server. */
export interface Exchange {
  readonly kind: 'exchange';
  readonly caption: string;
  readonly rows: readonly ExchangeRow[];
}

export type ExchangeRow =
  | {
      readonly packet: PacketReference;
      readonly flags: string;
      /** Octets of TCP payload. */
      readonly length: number;
      readonly says: Prose;
    }
  /** So many packets are left out here. */
  | { readonly omitted: number };

export type Block = Paragraph | Note | Table | Arithmetic | Bits | Layout | Unmasking | Exchange;

/** A packet that a step is about. */
export interface PacketReference {
  readonly number: number;
  /** Seconds since the capture's first packet; null where the packet itself was not kept. */
  readonly elapsed: number | null;
  readonly direction: Direction;
}

export interface Step {
  readonly title: Prose;
  readonly packets: readonly PacketReference[];
  readonly blocks: readonly Block[];
}

export interface WalkthroughDocument {
  readonly title: Prose;
  readonly lead: readonly Block[];
  readonly steps: readonly Step[];
}

/** Text in the style of code: octets, names and whatever came from the capture. */
export function code(text: string | number): Span {
  return { text: escapeText(String(text)), style: 'code' };
}

export function strong(text: string): Span {
  return { text: escapeText(text), style: 'strong' };
}

/** A template literal as prose; interpolated text is escaped, spans stay as they are. */
export function prose(parts: TemplateStringsArray, ...values: (Span | Prose | string | number)[]): Prose {
  const spans: Span[] = [];
  const addPlain = (text: string) => {
    if (text !== '') spans.push({ text: escapeText(text), style: 'plain' });
  };
  parts.forEach((part, index) => {
    // Templates may be broken into several lines of source.
    addPlain(part.replace(/\s+/g, ' '));
    if (index >= values.length) return;
    const value = values[index];
    if (typeof value === 'string' || typeof value === 'number') addPlain(String(value));
    else if ('style' in value) spans.push(value);
    else spans.push(...value);
  });
  return spans;
}

export function paragraph(parts: TemplateStringsArray, ...values: (Span | Prose | string | number)[]): Paragraph {
  return { kind: 'paragraph', prose: prose(parts, ...values) };
}

export function note(title: string, said: Prose): Note {
  return { kind: 'note', title, prose: said };
}
