// Walkthroughs of conversations that tests make up: the opening that nearly all of them share, and the story as text. Knows
// nothing of what is said.

import { walkthrough } from '../../src/output/walkthrough/index.ts';
import { captureOf, type Recordable } from '../support/capture-builder.ts';
import { TcpConversation } from '../support/tcp-conversation.ts';
import { type Fields, upgradeRequest, upgradeResponse } from '../support/websocket-writer.ts';

/** A connection behind its handshake; `fields` stand in the request and in the answer, as for an extension agreed upon. */
export function upgraded(fields: Fields = []): TcpConversation {
  return new TcpConversation()
    .open()
    .exchange('c2s', upgradeRequest({ fields }))
    .exchange('s2c', upgradeResponse({ fields }));
}

export async function told(packets: readonly Recordable[], width = 80): Promise<string> {
  const { text } = await walkthrough(Buffer.from(captureOf(packets)), { format: 'text', width, codec: null });
  return text;
}

/** The story without the breaks of its lines and the bars of its notes, for sentences. */
export async function toldOnOneLine(packets: readonly Recordable[]): Promise<string> {
  return (await told(packets, 1000)).replace(/[\s▌─]+/g, ' ');
}

/** What the table of all packets says of packet `number`, on one line. */
export function said(text: string, number: number): string {
  const lines = text.slice(0, text.indexOf('\n1. ')).split('\n');
  const at = lines.findIndex((line) => line.trimStart().startsWith(`${number}  `));
  let found = lines[at];
  for (let next = at + 1; /^ {20}/.test(lines[next] ?? ''); next++) found += ` ${lines[next].trim()}`;
  return found.replace(/^.*?\d\s{2,}(?=\D)/, '').replace(/^.*?(?:[\d,]+)\s{2,}/, '');
}
