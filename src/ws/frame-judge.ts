// Tells which rules the headers of one direction break: those of the table (`frame-rules.ts`), some of them once only, and
// masking keys that come again. Knows no payload.

import { certainCount } from '../plural.ts';
import type { FrameParser } from './frame-parser.ts';
import { type BrokenRuleSink, type FrameContext, judgeHeader } from './frame-rules.ts';
import { KeyWatch } from './key-watch.ts';
import type { WebSocketRuleCode } from './rules.ts';

/** `detail` completes the rule's words; empty where they say all. */
export interface FindingSink {
  onFinding(code: WebSocketRuleCode, detail: string): void;
}

export class FrameJudge implements BrokenRuleSink<FrameParser> {
  readonly #sink: FindingSink;
  /** Rules that are told once a direction: whether they were. */
  #toldAfterClose = false;
  #toldKeyZero = false;
  /** The first masking key, and what watches them: made for the second, as of many connections most say little. */
  #firstKey = 0;
  #keys: KeyWatch | null = null;

  constructor(sink: FindingSink) {
    this.#sink = sink;
  }

  /** Begins a direction, and sets every field. */
  begin(): void {
    this.#toldAfterClose = false;
    this.#toldKeyZero = false;
    this.#firstKey = 0;
    this.#keys?.reset();
  }

  /** Whether so many masking keys were seen that no more are watched. */
  get hasWatchedKeys(): boolean {
    return this.#keys?.done === true;
  }

  judge(frame: FrameParser, context: FrameContext): void {
    judgeHeader(frame, context, this);
  }

  onBrokenRule(code: WebSocketRuleCode, frame: FrameParser): void {
    if (code === 'data-after-close') {
      if (this.#toldAfterClose) return;
      this.#toldAfterClose = true;
    }
    if (code === 'masking-key-zero') {
      if (this.#toldKeyZero) return;
      this.#toldKeyZero = true;
    }
    this.#sink.onFinding(code, detailOf(code, frame));
  }

  /** Takes the key of a frame that it masks, until enough were seen. A key of zero is told by itself. */
  watchKey(key: number): void {
    if (key === 0) return;
    if (this.#keys === null) {
      if (this.#firstKey === 0) {
        this.#firstKey = key;
        return;
      }
      this.#keys = new KeyWatch();
      this.#keys.repeats(this.#firstKey);
    }
    const distance = this.#keys.repeats(key);
    if (distance === 0) return;
    const where = distance === 1 ? 'that of the frame before' : `that of ${distance} frames before`;
    this.#sink.onFinding('masking-key-repeated', where);
  }
}

function detailOf(code: WebSocketRuleCode, frame: FrameParser): string {
  switch (code) {
    case 'reserved-opcode':
      return String(frame.opcode);
    case 'control-too-long':
    case 'length-not-minimal':
      return `${certainCount(frame.length)} octets`;
    default:
      return '';
  }
}
