// The two ways to talk in `connect`: by messages that are said beforehand, from options, a file or standard input, and by a
// prompt. Each ends by closing the connection.

import { ConnectionClosedError, type MessageProtocol, MessageProtocolError } from '../endpoint/index.ts';
import type { ConnectSession } from './connect-session.ts';
import { Failure } from './failure.ts';
import { outgoingMessages, type SourceOptions, saysWhatToSend, typedLines } from './message-source.ts';
import { COMMANDS, NotationError, type OutgoingMessage, parseLine } from './outgoing-message.ts';
import type { Prompt } from './prompt.ts';

export interface TalkOptions extends SourceOptions {
  /** Seconds to listen after the last message. */
  wait?: number;
  close: number;
  reason?: string;
}

/** Milliseconds for the next answer, where nobody says how long to wait. */
const PATIENCE = 2000;

/** Whether somebody sits there and types. */
export function isByHand(options: SourceOptions, input: { isTTY?: boolean }, output: { isTTY?: boolean }): boolean {
  return !saysWhatToSend(options) && input.isTTY === true && output.isTTY === true;
}

/** @throws {Failure} where the protocol cannot say it */
export function checkMessage(message: OutgoingMessage, protocol: MessageProtocol, place: string): void {
  if (message.kind !== 'typed') return;
  try {
    protocol.marshal(message.type, message.value);
  } catch (error) {
    if (error instanceof MessageProtocolError) throw new Failure(`${place}: ${whatToDo(error, protocol)}`);
    throw error;
  }
}

/**
 * False where the connection was over before all was sent that there was to send.
 *
 * @throws {Failure} where a message cannot be sent; the connection is still open then
 */
export async function talkByScript(
  session: ConnectSession,
  options: TalkOptions,
  protocol: MessageProtocol,
): Promise<boolean> {
  const over = new AbortController();
  void session.connection.ended.then(() => over.abort());
  const source = saysWhatToSend(options) ? outgoingMessages(options, protocol, over.signal) : typedLines();
  let { close: code, reason = '' } = options;
  let nothingLacks = false;
  try {
    for await (const { message, place, isEncore = false } of source) {
      nothingLacks = isEncore;
      if (over.signal.aborted) return nothingLacks;
      if (message.kind === 'help') continue;
      if (message.kind === 'close') {
        code = message.code ?? code;
        reason = message.reason || reason;
        break;
      }
      checkMessage(message, protocol, place);
      await session.send(message);
    }
  } catch (error) {
    if (error instanceof ConnectionClosedError) return nothingLacks;
    throw error;
  }
  if (options.wait === undefined) await session.answered(PATIENCE);
  else await session.pause(options.wait * 1000);
  await session.close(code, reason);
  return true;
}

/** @param onInterrupt called where Ctrl-C is typed at the prompt */
export async function talkByPrompt(
  session: ConnectSession,
  options: TalkOptions,
  prompt: Prompt,
  onInterrupt: () => void,
): Promise<true> {
  let { close: code, reason = '' } = options;
  void session.over.then(() => prompt.close());
  for await (const line of prompt.lines(onInterrupt)) {
    try {
      const message = parseLine(line);
      if (message.kind === 'help') {
        for (const [name, operand, says] of COMMANDS) prompt.print(`  ${`${name} ${operand}`.padEnd(26)}${says}`);
        prompt.print(`  ${'TYPE [JSON]'.padEnd(26)}a message, such as pb.Ping {"seq":1}`);
      } else if (message.kind === 'close') {
        code = message.code ?? code;
        reason = message.reason || reason;
        break;
      } else {
        await session.send(message);
      }
    } catch (error) {
      if (error instanceof ConnectionClosedError) break;
      if (!(error instanceof NotationError || error instanceof MessageProtocolError || error instanceof RangeError))
        throw error;
      prompt.print(error.message);
    }
  }
  await session.close(code, reason);
  return true;
}

function whatToDo(error: MessageProtocolError, protocol: MessageProtocol): string {
  if (error.code !== 'ErrNotRegister' || error.message.includes('; ')) return error.message;
  return `${error.message}; known are ${[...protocol.types.values()].join(', ')}`;
}
