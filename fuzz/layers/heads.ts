// Octets of HTTP/1 in both roles: the same messages in whatever pieces they come, and a verdict on any two heads.

import { parseExtensions } from '../../src/http/extensions.ts';
import type { HttpHead, RequestHead, ResponseHead } from '../../src/http/head.ts';
import { HttpReader, type Role } from '../../src/http/message-reader.ts';
import { judgeUpgrade } from '../../src/http/upgrade.ts';
import { CONVERSATIONS, MessageCollector, octetsOf, read } from '../../test/http/conversations.ts';
import type { Random } from '../../test/support/random.ts';
import { streams } from '../corpus.ts';
import { type Layer, mustHold } from '../layer.ts';
import { dictionary, mutated } from '../mutate.ts';

const WORDS = [
  '\r\n',
  '\n',
  '\r\n\r\n',
  '\r\n ',
  '\r\n\t',
  ': ',
  ',',
  ';',
  '"',
  '\\',
  'HTTP/1.1 ',
  'GET / HTTP/1.1\r\n',
  'HTTP/1.1 101 Switching Protocols\r\n',
  'Content-Length: 5\r\n',
  'Content-Length: 18446744073709551615\r\n',
  'Content-Length: -1\r\n',
  'Transfer-Encoding: chunked\r\n',
  'ffffffffffffffff\r\n',
  '0\r\n\r\n',
  'Upgrade: websocket\r\n',
  'Connection: keep-alive, Upgrade\r\n',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n',
  'Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits="15", x\r\n',
  'Sec-WebSocket-Protocol: a, b\r\n',
  '\0',
  '\x1b[31m',
];
const REQUEST =
  'GET /connect HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n';
const RESPONSE = 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n';
const LIMITS = { headOctets: 2000, headLines: 30, outstandingRequests: 5 };

export const heads: Layer = {
  name: 'heads',
  about: 'HTTP in both roles: the same in whatever pieces, and any two heads are judged',
  share: 100,
  corpus: [
    ...CONVERSATIONS.map(({ text }) => octetsOf(text)),
    ...streams()
      .filter((octets) => /^[A-Z]/.test(Buffer.from(octets.subarray(0, 1)).toString('latin1')))
      .map((octets) => octets.subarray(0, 1500)),
  ],
  draw: (random, corpus) => mutated(random, corpus, [dictionary(WORDS)]),
  run(input: Uint8Array, dice: Random): void {
    const role = dice.pick(['request', 'response'] as const);
    const methods = ['GET', 'HEAD', 'GET', 'CONNECT'].slice(0, dice.between(0, 5));
    const limits = dice.once(2) ? LIMITS : undefined;
    const options = limits === undefined ? { methods } : { methods, limits };
    const whole = read(role, input, options);
    mustHold(whole.consumed <= input.length, () => `${whole.consumed} of ${input.length} octets consumed`);
    const longest = dice.pick([1, 3, 40]);
    // Octet by octet costs most, and finds most in the first few hundred.
    const inPieces = read(role, input, { ...options, pieceLength: () => dice.between(1, longest + 1) });
    mustHold(
      JSON.stringify(outcomeOf(inPieces)) === JSON.stringify(outcomeOf(whole)),
      () => `in pieces ${JSON.stringify(inPieces)}, whole ${JSON.stringify(whole)}`,
    );
    judgeHeads(role, input);
  },
};

/** What the pieces may not change: a head that is refused is consumed up to where the refusal could be known. */
function outcomeOf({ messages, state, consumed }: ReturnType<typeof read>): object {
  return state === 'not-http' ? { messages, state } : { messages, state, consumed };
}

function headOf(role: Role, text: string): HttpHead {
  const octets = octetsOf(text);
  const collector = new MessageCollector();
  new HttpReader(role).feed(octets, 0, octets.length, collector);
  return collector.head as HttpHead;
}

const sound = {
  request: headOf('request', `${REQUEST}\r\n`) as RequestHead,
  response: headOf('response', `${RESPONSE}\r\n`) as ResponseHead,
};

/** Judges the first heads of the input. */
function judgeHeads(role: Role, input: Uint8Array): void {
  let judged = 0;
  const judging = new MessageCollector((head) => {
    if (judged++ < 4) judge(head);
    return false;
  });
  new HttpReader(role).feed(input, 0, input.length, judging);
}

function judge(head: HttpHead): void {
  const verdict = head.kind === 'request' ? judgeUpgrade(head, sound.response) : judgeUpgrade(sound.request, head);
  mustHold(
    verdict.findings.every(({ message }) => message.length < 2000),
    () => `a long finding of a ${head.kind}`,
  );
  parseExtensions(head.field('Sec-WebSocket-Extensions') ?? '');
  mustHold(
    head.headers.every((field) => field.length === 2),
    () => 'a field is no pair',
  );
}
