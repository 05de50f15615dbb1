// What the article's server does with a client once it is upgraded: it takes one message after the other, understands it and
// answers; what cannot be read, understood or answered ends the connection. Knows nothing of HTTP.

import { articleAnswer } from './article-protocol.ts';
import type { ConnectedClient } from './connected-client.ts';
import type { ReceivedMessage } from './connection.ts';
import { ConnectionClosedError } from './frame-sender.ts';
import { MessageProtocolError, madeProtocol, type TypedMessage } from './message-protocol.ts';

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

/** Settled when the client is not listened to any more; never rejects. */
export async function converse(client: ConnectedClient, options: ConversationOptions): Promise<void> {
  try {
    if (options.converse === undefined) await answerAll(client, options);
    else await options.converse(client);
  } catch (error) {
    // The client has closed meanwhile, and is owed no answer.
    if (error instanceof ConnectionClosedError) return;
    const code = error instanceof MessageProtocolError ? `${error.code}: ` : '';
    client.connection.fail(code + (error instanceof Error ? error.message : String(error)));
  }
}

async function answerAll(client: ConnectedClient, { answer, onMessage, onAnswer }: ConversationOptions): Promise<void> {
  const { connection } = client;
  const protocol = madeProtocol(connection.protocol);
  for await (const received of connection) {
    onMessage?.(received, client);
    const message = connection.unmarshal(received);
    const given = answer === undefined ? articleAnswer(message, protocol) : await answer(message, client);
    if (given === null) continue;
    if ('text' in given) {
      onAnswer?.({ opcode: 'text', data: new TextEncoder().encode(given.text) }, client);
      await connection.sendText(given.text);
    } else {
      const data = 'data' in given ? given.data : protocol.marshal(given.type, given.value);
      onAnswer?.({ opcode: 'binary', data }, client);
      await connection.sendBinary(data);
    }
  }
}
