// What the article's server does with a client once it is upgraded: it takes one message after the other, understands it and
// answers; what cannot be read, understood or answered ends the connection. Knows nothing of HTTP.

import { checkValue, OPTIONS, type Wanted } from '../option-checks.ts';
import { articleAnswer } from './article-protocol.ts';
import type { ConnectedClient } from './connected-client.ts';
import type { ReceivedMessage } from './connection.ts';
import type { Ending, Handlers } from './handlers.ts';
import { madeProtocol, type TypedMessage } from './message-protocol.ts';

/** What a message is answered with: a message of the protocol, text or octets as they are, or nothing. */
export type ServerAnswer = { type: string; value: object } | { text: string } | { data: Uint8Array } | null;

export interface ConversationOptions {
  /** Default: Pong for Ping. It is given the message as the protocol understands it. */
  answer?: ((message: TypedMessage, client: ConnectedClient) => ServerAnswer | Promise<ServerAnswer>) | undefined;
  /** Takes over from the answering of messages: the connection is the caller's to read. */
  converse?: ((client: ConnectedClient) => Promise<void>) | undefined;
  /** Told of each message as it was received, before it is understood. */
  onMessage?: ((message: ReceivedMessage, client: ConnectedClient) => void) | undefined;
  /** Told of each answer as it is sent. */
  onAnswer?: ((answer: Pick<ReceivedMessage, 'opcode' | 'data'>, client: ConnectedClient) => void) | undefined;
}

/** Of a server: what is called for a client, or for none yet. */
export type ServerHandlers = Handlers<[client: ConnectedClient | null]>;

const ANSWER: Wanted = { ...OPTIONS, words: 'a type and value, a text, data, or null' };

/** Settled when the client is not listened to any more; never rejects. */
export async function converse(
  client: ConnectedClient,
  options: ConversationOptions,
  handlers: ServerHandlers,
): Promise<void> {
  const end: Ending = (words) => client.connection.fail(words);
  try {
    if (options.converse === undefined) await answerAll(client, options, (what) => handlers.call(what, end, client));
    else await options.converse(client);
  } catch (error) {
    handlers.failed(error, end, client);
  }
}

/** @param tell calls a function that is told of something; false where it failed */
async function answerAll(
  client: ConnectedClient,
  { answer, onMessage, onAnswer }: ConversationOptions,
  tell: (what: () => unknown) => boolean,
): Promise<void> {
  const { connection } = client;
  const protocol = madeProtocol(connection.protocol);
  for await (const received of connection) {
    if (!tell(() => onMessage?.(received, client))) return;
    const message = connection.unmarshal(received);
    const given = answer === undefined ? articleAnswer(message, protocol) : await answer(message, client);
    if (given === null) continue;
    checkValue('the answer', given, ANSWER);
    if ('text' in given) {
      const { text } = given;
      if (!tell(() => onAnswer?.({ opcode: 'text', data: new TextEncoder().encode(text) }, client))) return;
      await connection.sendText(text);
    } else {
      const data = 'data' in given ? given.data : protocol.marshal(given.type, given.value);
      if (!tell(() => onAnswer?.({ opcode: 'binary', data }, client))) return;
      await connection.sendBinary(data);
    }
  }
}
