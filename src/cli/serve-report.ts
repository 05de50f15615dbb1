// What `serve` prints: the article's start line, a line for each connection, and on demand what is said and how it ends.
// Every text of a client is escaped before it reaches a terminal.

import {
  type ConnectedClient,
  type ConnectionEnd,
  describeEnd,
  type MessageProtocol,
  type ReceivedMessage,
  type Refusal,
} from '../endpoint/index.ts';
import { formatEndpoint } from '../output/endpoint-text.ts';
import { formatMessage } from '../output/payload-text.ts';
import { escapeText } from '../output/terminal-text.ts';
import { decodedOf } from './live-message.ts';

/** Characters of an id by which the lines of one connection are found. */
const SHORT_ID = 8;
const LONGEST_MESSAGE = 1000;
/** Of a client that was gone at once. */
const NO_ADDRESS = 'unknown';

export class ServeReport {
  readonly #print: (line: string) => void;
  readonly #protocol: MessageProtocol;

  constructor(print: (line: string) => void, protocol: MessageProtocol) {
    this.#print = print;
    this.#protocol = protocol;
  }

  /** In the article's words. */
  started(port: number): void {
    this.#print(`启动WS服务器成功 : ${port}`);
  }

  connection({ id, ip, uid }: ConnectedClient): void {
    this.#print(`connection ${id} ip ${ip || NO_ADDRESS} uid ${uid}`);
  }

  message(arrow: '←' | '→', message: Pick<ReceivedMessage, 'opcode' | 'data'>, client: ConnectedClient): void {
    const live = { ...message, compressed: client.connection.compression };
    const said = decodedOf(live, ({ data }) => this.#protocol.unmarshal(data));
    this.#print(`${shortId(client)} ${arrow} ${formatMessage(said, LONGEST_MESSAGE)}`);
  }

  refusal({ status, words }: Refusal, { ip, port }: { ip: string; port: number }): void {
    const answer = status === 0 ? 'closed' : `refused with ${status}`;
    const client = ip === '' ? NO_ADDRESS : formatEndpoint({ address: ip, port });
    this.#print(`${client} ${answer}: ${escapeText(words)}`);
  }

  end(client: ConnectedClient, end: ConnectionEnd): void {
    const how = escapeText(describeEnd(end));
    const why = end.error === null ? '' : `; ${escapeText(end.error)}`;
    this.#print(`${shortId(client)} ${how}${why}`);
  }
}

function shortId({ id }: ConnectedClient): string {
  return id.slice(0, SHORT_ID);
}
