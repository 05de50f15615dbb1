// Judges a frame's header by its direction, the extensions agreed upon, and the message in progress. The masking rule lives
// here, apart from the parser, which knows no direction.

import type { FrameParser } from './frame-parser.ts';
import { BINARY, CLOSE, CONTINUATION, isControl, LONGEST_CONTROL, PONG, TEXT } from './opcodes.ts';
import type { WebSocketRuleCode } from './rules.ts';

/** RSV1 in `FrameParser.rsv`. */
export const RSV1 = 4;

/** What a header is judged by. */
export interface FrameContext {
  readonly fromClient: boolean;
  /** Whether permessage-deflate was agreed upon, which gives RSV1 a meaning on the first frame of a message. */
  readonly compression: boolean;
  /** Whether an extension was agreed upon that may give reserved bits a meaning that is not known here. */
  readonly unknownExtension: boolean;
  /** Whether a message in fragments is in progress. */
  readonly inMessage: boolean;
  /** Whether this direction has sent its close frame. */
  readonly closed: boolean;
}

/** What a header says; the parser's fields, or what is known of one so far. */
export type FrameHeader = Pick<
  FrameParser,
  'fin' | 'rsv' | 'opcode' | 'masked' | 'key' | 'length' | 'lengthNotMinimal' | 'lengthTopBit'
>;

export interface BrokenRuleSink<Header extends FrameHeader> {
  onBrokenRule(code: WebSocketRuleCode, frame: Header): void;
}

interface HeaderRule {
  code: WebSocketRuleCode;
  broken(frame: FrameHeader, context: FrameContext): boolean;
}

const isReserved = (opcode: number) => (opcode > BINARY && opcode < CLOSE) || opcode > PONG;
const mayBeCompressed = (frame: FrameHeader, context: FrameContext) =>
  context.compression && !isControl(frame.opcode) && frame.opcode !== CONTINUATION;

/**
 * In the order in which gorilla's reader joins its complaints. What breaks a new row must be let through by the two places that
 * pass over frames which break none: the condition of `judgeHeader`, below, and that of `MessageAssembler.onWhole`.
 * `test/ws/frame-rules.test.ts` tries all headers and names the place that does not.
 */
export const headerRules: readonly HeaderRule[] = [
  {
    code: 'rsv1-without-extension',
    broken: (frame, context) =>
      (frame.rsv & RSV1) !== 0 && !mayBeCompressed(frame, context) && !context.unknownExtension,
  },
  { code: 'rsv2', broken: (frame, context) => (frame.rsv & 2) !== 0 && !context.unknownExtension },
  { code: 'rsv3', broken: (frame, context) => (frame.rsv & 1) !== 0 && !context.unknownExtension },
  {
    code: 'control-too-long',
    broken: (frame) => isControl(frame.opcode) && !isReserved(frame.opcode) && frame.length > LONGEST_CONTROL,
  },
  { code: 'control-fragmented', broken: (frame) => isControl(frame.opcode) && !isReserved(frame.opcode) && !frame.fin },
  {
    code: 'message-inside-message',
    broken: (frame, context) => context.inMessage && (frame.opcode === TEXT || frame.opcode === BINARY),
  },
  {
    code: 'continuation-without-start',
    broken: (frame, context) => frame.opcode === CONTINUATION && !context.inMessage,
  },
  { code: 'reserved-opcode', broken: (frame) => isReserved(frame.opcode) },
  { code: 'unmasked-client-frame', broken: (frame, context) => context.fromClient && !frame.masked },
  { code: 'masked-server-frame', broken: (frame, context) => !context.fromClient && frame.masked },
  { code: 'length-top-bit', broken: (frame) => frame.lengthTopBit },
  { code: 'length-not-minimal', broken: (frame) => frame.lengthNotMinimal },
  { code: 'masking-key-zero', broken: (frame) => frame.masked && frame.key === 0 && frame.length > 0 },
  { code: 'data-after-close', broken: (_frame, context) => context.closed },
];

/** Reports each rule that the header breaks. Hot: costs a few comparisons where, as nearly always, none can be broken. */
export function judgeHeader<Header extends FrameHeader>(
  frame: Header,
  context: FrameContext,
  sink: BrokenRuleSink<Header>,
): void {
  if (
    (frame.rsv === 0 || (frame.rsv === RSV1 && mayBeCompressed(frame, context))) &&
    frame.masked === context.fromClient &&
    (frame.length <= LONGEST_CONTROL || !isControl(frame.opcode)) &&
    !frame.lengthNotMinimal &&
    !frame.lengthTopBit &&
    frame.fin &&
    !context.inMessage &&
    !context.closed &&
    (frame.key !== 0 || !frame.masked) &&
    frame.opcode > CONTINUATION &&
    !isReserved(frame.opcode)
  ) {
    return;
  }
  for (const rule of headerRules) if (rule.broken(frame, context)) sink.onBrokenRule(rule.code, frame);
}
