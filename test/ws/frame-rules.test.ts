// The places that pass over frames which break no rule of a header, for speed, against the table of these rules: every header there can
// be, in every state of a direction. Knows no octets of payload.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Pool } from '../../src/tcp/pool.ts';
import { Allowance } from '../../src/ws/allowance.ts';
import { FrameParser } from '../../src/ws/frame-parser.ts';
import { type FrameContext, headerRules, judgeHeader } from '../../src/ws/frame-rules.ts';
import { Inflaters } from '../../src/ws/inflaters.ts';
import { MessageAssembler } from '../../src/ws/message-assembler.ts';
import { CLOSE, TEXT } from '../../src/ws/opcodes.ts';
import { Payload } from '../../src/ws/payload.ts';
import type { WebSocketRuleCode } from '../../src/ws/rules.ts';
import { DEFLATE } from './readings.ts';

/** The length in the second octet, and in those that follow it. */
type LengthForm = readonly [form: number, ...more: number[]];

/** Beside both ends of each form those that a rule may be about: nothing, one octet, lengths in a longer form than they need. */
const LENGTHS: readonly LengthForm[] = [
  [0],
  [1],
  [2],
  [125],
  [126, 0, 0],
  [126, 0, 125],
  [126, 0, 126],
  [126, 0xff, 0xff],
  [127, 0, 0, 0, 0, 0, 0, 0, 1],
  [127, 0, 0, 0, 0, 0, 0, 0xff, 0xff],
  [127, 0, 0, 0, 0, 0, 1, 0, 0],
  [127, 0x80, 0, 0, 0, 0, 0, 0, 5],
];
const MASKING_KEYS: readonly (readonly number[] | null)[] = [null, [0, 0, 0, 0], [1, 2, 3, 4], [0, 0, 0, 9]];
const BOTH = [false, true];
/** Room for the longest header, and the longest payload that a frame may have which is taken whole. */
const block = new Uint8Array(14 + 0xffff);

/** Lets `each` see every header, at the beginning of `block`. */
function forEachHeader(each: (length: number) => void): void {
  for (let first = 0; first <= 0xff; first++) {
    for (const key of MASKING_KEYS) {
      for (const [form, ...more] of LENGTHS) {
        const header = [first, form | (key === null ? 0 : 0x80), ...more, ...(key ?? [])];
        block.set(header);
        each(header.length);
      }
    }
  }
}

const contexts: FrameContext[] = BOTH.flatMap((fromClient) =>
  BOTH.flatMap((compression) =>
    BOTH.flatMap((unknownExtension) =>
      BOTH.flatMap((inMessage) =>
        BOTH.map((closed) => ({ fromClient, compression, unknownExtension, inMessage, closed })),
      ),
    ),
  ),
);

/** What a direction tells of headers, in the state that the context says. */
class Direction {
  readonly told: string[] = [];
  readonly assembler: MessageAssembler;
  readonly parser: FrameParser;

  constructor() {
    const allowance = new Allowance(1 << 20);
    const sink = {
      onFinding: (code: WebSocketRuleCode) => {
        if (headerRules.some((rule) => rule.code === code)) this.told.push(code);
      },
      onFrame: () => {},
      onMessage: () => {},
      onControl: () => {},
      onIncomplete: () => {},
    };
    this.assembler = new MessageAssembler(sink, {
      inflaters: new Inflaters({ inflated: 1 << 20, ratio: 250, windows: 1 << 20 }),
      keepPayloads: false,
      reportFrames: false,
      messageLimit: 1 << 20,
      allowance,
      payloads: new Pool(() => new Payload(allowance)),
      whole: new Payload(allowance),
    });
    this.parser = new FrameParser(this.assembler);
  }

  begin({ fromClient, compression, unknownExtension, inMessage, closed }: FrameContext): void {
    this.assembler.begin(fromClient, { deflate: compression ? DEFLATE.deflate : null, unknown: unknownExtension });
    this.parser.begin(0);
    const emptyFrame = (first: number) => (fromClient ? [first, 0x80, 5, 6, 7, 8] : [first, 0]);
    if (inMessage) this.feed(emptyFrame(TEXT));
    if (closed) this.feed(emptyFrame(0x80 | CLOSE));
    this.told.length = 0;
  }

  feed(octets: readonly number[]): void {
    this.parser.feed(Uint8Array.from(octets), 0, octets.length);
  }
}

const nothing = () => {};
const header = new FrameParser({ onHeader: nothing, onPayload: nothing, onFrameEnd: nothing });

function readHeader(length: number): FrameParser {
  header.begin(0);
  header.feed(block, 0, length);
  return header;
}

const brokenIn = (context: FrameContext) =>
  headerRules.filter((rule) => rule.broken(header, context)).map(({ code }) => code);

function assertSame(told: readonly string[], context: FrameContext, length: number, where: string): void {
  const broken = brokenIn(context);
  if (told.join() === broken.join()) return;
  const octets = Buffer.from(block.subarray(0, length)).toString('hex');
  const rules = `breaks ${broken.join(', ') || 'nothing'} by headerRules (src/ws/frame-rules.ts), told was ${told.join(', ') || 'nothing'}`;
  const advice = `such a frame must not be passed over by ${where}`;
  assert.fail(`a frame of header ${octets}, ${JSON.stringify(context)}, ${rules}: ${advice}`);
}

test('judgeHeader passes over no header that a row of its table calls broken', () => {
  const met = new Set<string>();
  let passedOver = 0;
  for (const context of contexts) {
    forEachHeader((length) => {
      const told: string[] = [];
      judgeHeader(readHeader(length), context, { onBrokenRule: (code) => told.push(code) });
      assertSame(told, context, length, 'the condition at the head of judgeHeader, in the same file');
      for (const code of told) met.add(code);
      if (told.length === 0) passedOver++;
    });
  }
  assert.deepEqual([...met].sort(), headerRules.map(({ code }) => code).sort(), 'each rule is broken by some header');
  assert.ok(passedOver > 0);
});

test('a frame that is taken whole breaks no rule of the table', () => {
  const direction = new Direction();
  let whole = 0;
  for (const context of contexts) {
    forEachHeader((length) => {
      readHeader(length);
      direction.begin(context);
      if (!direction.assembler.expectsWhole) return;
      // As the reader of a direction does (src/dissect/direction-reader.ts); what is not taken so is judged by judgeHeader.
      if (direction.parser.readWhole(block, 0, block.length) === 0) return;
      whole++;
      const places = 'onWhole and expectsWhole in src/ws/message-assembler.ts, and readWhole in src/ws/frame-parser.ts';
      assertSame(direction.told, context, length, places);
    });
  }
  assert.ok(whole > 0);
});
