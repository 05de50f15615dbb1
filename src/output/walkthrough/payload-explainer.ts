// How whoever knows a registry tells the walkthrough what the octets of one payload are. Only the shape stands here: what
// an id or a protobuf field is, the codec knows.

import type { Prose, Tone } from './document.ts';

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
