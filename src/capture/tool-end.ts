// How a tool that captures for us ends, tcpdump or dumpcap. Knows nothing of what it says.

import type { ChildProcess } from 'node:child_process';

/** Milliseconds for a tool that is asked to end, and for its last words to arrive once it has ended. */
const STOP_PATIENCE = 2000;
const LAST_WORDS_PATIENCE = 300;

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
