// How people write a message that is to be sent: `pb.Ping {"seq":150}`, `/text hello`, `/hex 00 01`, or a line of a file as
// JSON. Knows neither connections nor registries; whether a type exists is found where it is encoded.

import { MAY_BE_SENT, mayBeSent } from '../ws/close-codes.ts';
import { LONGEST_CONTROL } from '../ws/opcodes.ts';

/** What can be sent, or done instead. */
export type OutgoingMessage =
  | { kind: 'typed'; type: string; value: unknown }
  | { kind: 'text'; text: string }
  | { kind: 'binary'; data: Uint8Array }
  | { kind: 'ping'; data: Uint8Array };

export type PromptLine = OutgoingMessage | { kind: 'close'; code: number | null; reason: string } | { kind: 'help' };

/** The words that begin with a slash, as completion and help show them. */
export const COMMANDS = [
  ['/text', 'TEXT', 'a text message'],
  ['/hex', 'OCTETS', 'a binary message, such as /hex 00 01 08 96 01'],
  ['/base64', 'OCTETS', 'the same as base64'],
  ['/ping', '[TEXT]', 'a ping'],
  ['/close', '[CODE [REASON]]', 'close the connection'],
  ['/help', '', 'this'],
] as const;

const NOTATION = 'write pb.Ping {"seq":1}, /text …, /hex …, /base64 … or /ping';
const TYPE = /^([A-Za-z_][\w.]*)\s*(?:([{[].*))?$/s;
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

/** The message is `what; what to do`. */
export class NotationError extends Error {
  override readonly name = 'NotationError';
}

/** @throws {NotationError} */
export function parseLine(line: string): PromptLine {
  const text = line.trim();
  if (!text.startsWith('/')) return parseTyped(text);
  const [, word, rest] = /^(\/\S*)\s*(.*)$/s.exec(text) as RegExpExecArray;
  switch (word) {
    case '/text':
      // Blanks at the end belong to the text.
      return { kind: 'text', text: line.trimStart().slice('/text '.length) };
    case '/hex':
      return { kind: 'binary', data: parseHex(rest) };
    case '/base64':
      return { kind: 'binary', data: parseBase64(rest) };
    case '/ping':
      return pingOf(rest);
    case '/close':
      return parseClose(rest);
    case '/help':
      return { kind: 'help' };
    default:
      throw new NotationError(`${word} is no command; ${COMMANDS.map(([name]) => name).join(', ')} are`);
  }
}

/** The same, where only messages are meant. @throws {NotationError} */
export function parseMessage(line: string): OutgoingMessage {
  const parsed = parseLine(line);
  if (parsed.kind === 'close' || parsed.kind === 'help') {
    throw new NotationError(`/${parsed.kind} is no message; ${NOTATION}`);
  }
  return parsed;
}

/**
 * A line of a file: `{"type":"pb.Ping","value":{"seq":1}}`, `{"text":"…"}`, `{"data":"base64"}` or `{"ping":"…"}`.
 *
 * @throws {NotationError}
 */
export function parseJsonLine(line: string): OutgoingMessage {
  const given = parseJson(line, 'the line');
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw new NotationError('the line is no JSON object; write {"type":"pb.Ping","value":{"seq":1}}');
  }
  const { type, value = {}, text, data, ping, ...others } = given as Record<string, unknown>;
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) {
    throw new NotationError(`${JSON.stringify(unknown)} is unknown; known are type and value, text, data, ping`);
  }
  const kinds = [type, text, data, ping].filter((each) => each !== undefined);
  if (kinds.length !== 1) throw new NotationError('a line needs one of type, text, data and ping; write one of them');
  const [kind] = kinds;
  if (typeof kind !== 'string') throw new NotationError(`${JSON.stringify(kind)} is no text; put it in quotes`);
  if (type !== undefined) return { kind: 'typed', type: kind, value };
  if (text !== undefined) return { kind: 'text', text: kind };
  if (data !== undefined) return { kind: 'binary', data: parseBase64(kind) };
  return pingOf(kind);
}

function pingOf(text: string): OutgoingMessage {
  const data = new TextEncoder().encode(text);
  if (data.length > LONGEST_CONTROL)
    throw new NotationError(`a ping holds ${LONGEST_CONTROL} octets; ${data.length} are too many`);
  return { kind: 'ping', data };
}

function parseTyped(text: string): OutgoingMessage {
  const parts = TYPE.exec(text);
  if (parts === null) throw new NotationError(`${JSON.stringify(text)} is no message; ${NOTATION}`);
  const [, type, json = '{}'] = parts;
  return { kind: 'typed', type, value: parseJson(json, `what follows ${type}`) };
}

function parseJson(text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const reason = (error as Error).message.replace(/\s+/g, ' ');
    throw new NotationError(`${what} is no JSON (${reason}); write it as {"seq":1}`);
  }
}

function parseHex(text: string): Uint8Array {
  const digits = text.replace(/0x|[\s:,-]/gi, '');
  if (digits.length % 2 !== 0 || !/^[0-9a-f]*$/i.test(digits)) {
    throw new NotationError(`${JSON.stringify(text)} are no octets; write two hexadecimal digits for each`);
  }
  return Uint8Array.from(Buffer.from(digits, 'hex'));
}

function parseBase64(text: string): Uint8Array {
  if (!BASE64.test(text) || text.replace(/=+$/, '').length % 4 === 1) {
    throw new NotationError(`${JSON.stringify(text)} is no base64; it has letters, digits, + and /`);
  }
  return Uint8Array.from(Buffer.from(text, 'base64'));
}

/** Octets beside the code. */
const LONGEST_REASON = 123;

/** @throws {NotationError} where a close frame cannot hold it */
export function checkedReason(text: string): string {
  const length = Buffer.byteLength(text);
  if (length <= LONGEST_REASON) return text;
  throw new NotationError(`a reason holds ${LONGEST_REASON} octets; ${length} are too many`);
}

function parseClose(text: string): PromptLine {
  const parts = /^(\d+)?\s*(.*)$/s.exec(text) as RegExpExecArray;
  const code = parts[1] === undefined ? null : Number(parts[1]);
  if (code !== null && !mayBeSent(code))
    throw new NotationError(`${code} may not be sent; those that may are ${MAY_BE_SENT}`);
  return { kind: 'close', code, reason: checkedReason(parts[2]) };
}
