// The fixture of broken rules, a connection each: who breaks which, and that the reader goes on behind it.

import { captureOf } from '../test/support/capture-builder.ts';
import type { Direction } from '../test/support/tcp-conversation.ts';
import { peer } from '../test/support/tcp-packet.ts';
import {
  BINARY,
  CLOSE,
  CONTINUATION,
  closePayload,
  concat,
  type FrameOptions,
  KEY,
  PING,
  TEXT,
  type UpgradeOptions,
  utf8,
} from '../test/support/websocket-writer.ts';
import type { FixtureCase } from './fixture-cases.ts';
import { FixtureConversation } from './fixture-conversation.ts';

type Commit = (conversation: FixtureConversation) => void;

interface Violation {
  code: string;
  /** What must be told beside it. */
  beside?: string[];
  /** What the answer to the handshake has, where the rule is broken there. */
  agreement?: UpgradeOptions;
  commit?: Commit;
}

const RESERVED = 3;

/** One text message whose only frame is odd, and yet can be read. */
function oddText(direction: Direction, said: string, options: FrameOptions): Commit {
  return (conversation) => conversation.octets(direction, TEXT, utf8(said), options).found(direction, said);
}

/** A close frame that is odd. */
function oddClose(payload: Uint8Array, code: number | null, reason: string): Commit {
  return (conversation) => {
    conversation.octets('s2c', CLOSE, payload);
    conversation.expected.controls.push({ direction: 's2c', opcode: 'close', length: payload.length, code, reason });
  };
}

const VIOLATIONS: readonly Violation[] = [
  {
    code: 'unmasked-client-frame',
    commit: (conversation) => {
      conversation.together('c2s', Uint8Array.of(0x81, 4, ...utf8('bare'))).found('c2s', 'bare');
    },
  },
  { code: 'masked-server-frame', commit: oddText('s2c', 'veiled', { key: KEY }) },
  { code: 'masking-key-zero', commit: oddText('c2s', 'no mask at all', { key: new Uint8Array(4) }) },
  { code: 'rsv2', commit: oddText('s2c', 'second bit', { rsv: 2 }) },
  { code: 'rsv3', commit: oddText('c2s', 'third bit', { rsv: 1 }) },
  { code: 'length-not-minimal', commit: oddText('c2s', 'a long way to say it', { lengthBits: 64 }) },
  { code: 'reserved-opcode', commit: (conversation) => conversation.octets('c2s', RESERVED, utf8('what is this?')) },
  {
    code: 'control-too-long',
    commit: (conversation) => {
      conversation.octets('c2s', PING, new Uint8Array(126).fill(0x70));
      conversation.expected.controls.push({ direction: 'c2s', opcode: 'ping', length: 126 });
    },
  },
  {
    code: 'control-fragmented',
    commit: (conversation) => {
      conversation.octets('c2s', PING, utf8('half'), { fin: false });
      conversation.expected.controls.push({ direction: 'c2s', opcode: 'ping', length: 4 });
    },
  },
  {
    code: 'continuation-without-start',
    commit: (conversation) => conversation.octets('s2c', CONTINUATION, utf8('of what?')),
  },
  {
    code: 'message-inside-message',
    commit: (conversation) => {
      conversation.octets('c2s', BINARY, Uint8Array.of(1, 2), { fin: false });
      conversation.message('c2s', 'cuts in');
    },
  },
  {
    code: 'invalid-utf8-text',
    commit: (conversation) => {
      const latin1 = Uint8Array.of(0x63, 0x61, 0x66, 0xe9);
      conversation.octets('c2s', TEXT, latin1);
      conversation.expected.messages.push({ direction: 'c2s', opcode: 'text', length: 4, hex: '636166e9' });
    },
  },
  { code: 'close-body-one-octet', commit: oddClose(Uint8Array.of(3), null, '') },
  { code: 'close-code-invalid', commit: oddClose(closePayload(1005, 'no status'), 1005, 'no status') },
  {
    code: 'invalid-utf8-close-reason',
    commit: oddClose(concat(closePayload(1000), Uint8Array.of(0xff)), 1000, '\ufffd'),
  },
  {
    code: 'data-after-close',
    commit: (conversation) => {
      oddClose(closePayload(1000), 1000, '')(conversation);
      conversation.message('s2c', 'one more thing');
    },
  },
  { code: 'accept-wrong', agreement: { key: 'AAAAAAAAAAAAAAAAAAAAAA==' } },
  { code: 'subprotocol-not-offered', agreement: { fields: [['Sec-WebSocket-Protocol', 'surprise']] } },
  {
    code: 'extension-not-offered',
    beside: ['extension-unknown'],
    agreement: { fields: [['Sec-WebSocket-Extensions', 'x-surprise']] },
  },
];

export function violationFixture(): FixtureCase {
  const conversations = VIOLATIONS.map(({ code, beside = [], agreement, commit }, index) => {
    const conversation = new FixtureConversation({
      target: `/${code}`,
      seed: index + 1,
      tcp: { client: peer('10.0.0.1', 42001 + index), clientSequence: 1000 * index },
    });
    const key = Buffer.alloc(16, index + 1).toString('base64');
    conversation.upgrade({ key }, { key, ...agreement });
    commit?.(conversation);
    const closed = conversation.expected.controls.some(({ opcode }) => opcode === 'close');
    conversation.breaks(code, ...beside).message('c2s', 'and on it goes');
    conversation.breaks(closed ? 'close-unanswered' : 'close-missing');
    conversation.tcp.close('c2s');
    return conversation;
  });
  return {
    name: 'violations',
    what: 'A connection for each of many rules, which it breaks; its target is the code that the diagnostic must have.',
    capture: captureOf(conversations.flatMap(({ tcp }) => tcp.packets)),
    connections: conversations.map(({ expected }) => expected),
  };
}
