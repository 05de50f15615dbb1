// How a tool that captures for us ends, tcpdump or dumpcap. Knows nothing of what it says.

import type { ChildProcess } from 'node:child_process';
import { loadBuiltin } from '../load-builtin.ts';

/** Milliseconds for a tool that is asked to end, and for its last words to arrive once it has ended. */
const STOP_PATIENCE = 2000;
const LAST_WORDS_PATIENCE = 300;

/** Waits for the end of its standard input, and ends the processes of the group that it is told. */
const ENDING_SCRIPT = 'read -r line; kill -s TERM -- "-$1"';

/**
 * Has the tool, which leads a group of its own, ended also where we are killed and cannot: as long as it captures nothing, it does not
 * notice that nobody reads it. A shell waits for the end of a pipe of ours; where there is none, the tool goes on.
 */
export function endWithUs(tool: ChildProcess): void {
  if (tool.pid === undefined) return;
  const { spawn } = loadBuiltin('node:child_process');
  const words = ['-c', ENDING_SCRIPT, 'sh', String(tool.pid)];
  const shell = spawn('/bin/sh', words, { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
  shell.on('error', () => undefined).unref();
  tool.once('exit', () => shell.kill('SIGKILL'));
}

/** Settles when the tool has ended and its pipes with it, or soon after: a child of its own, as a wrapper has one, may hold them. */
export function toolEnd(tool: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    tool.once('close', () => resolve());
    tool.once('exit', () => setTimeout(resolve, LAST_WORDS_PATIENCE));
  });
}

/** Asks the tool to end, as Ctrl-C does, and ends it where it does not. @param end of `toolEnd` */
export async function stopTool(tool: ChildProcess, end: Promise<void>): Promise<void> {
  tool.kill('SIGINT');
  const timer = setTimeout(() => tool.kill('SIGKILL'), STOP_PATIENCE);
  await end;
  clearTimeout(timer);
  tool.stderr?.destroy();
}
