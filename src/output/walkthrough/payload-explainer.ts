// What the octets of one payload are, as the walkthrough shows it. What an id or a field is, the codec says: here it only
// gets its colours, and what may come from the capture is escaped.

import type { PayloadCodec } from '../../codec/codec.ts';
import type { ExplainedKind, Words } from '../../codec/explanation.ts';
import { escapeText } from '../terminal-text.ts';
import { code, type Prose, prose, type Tone } from './document.ts';

/** A run of payload octets and what it is. Runs come in order and leave nothing out. */
export interface PayloadPart {
  /** Half-open range, counted from the start of the payload. */
  readonly start: number;
  readonly end: number;
  readonly tone: Tone;
  readonly name: string;
  readonly meaning: Prose;
}

/** The parts of a whole binary message, which begins at the first octet; empty where nothing is known of it. */
export type PayloadExplainer = (message: Uint8Array) => readonly PayloadPart[];

const TONES: Readonly<Record<ExplainedKind, Tone>> = {
  id: 'id',
  tag: 'tag',
  length: 'length',
  value: 'value',
  broken: 'masked',
};

/** Null where there is no codec, or one that explains nothing. */
export function explainerOf(codec: PayloadCodec | null): PayloadExplainer | null {
  const explain = codec?.explain?.bind(codec);
  if (explain === undefined) return null;
  return (message) =>
    explain(message).map(({ start, end, kind, name, meaning }) => ({
      start,
      end,
      tone: TONES[kind],
      name: escapeText(name),
      meaning: proseOf(meaning),
    }));
}

function proseOf(words: Words): Prose {
  return words.flatMap((word) => prose`${typeof word === 'string' ? word : code(word.quoted)}`);
}
