// A program in another language that tells what happens to it on standard output, an event a line: for tests that wait for
// one.

import { type ChildProcess, spawn } from 'node:child_process';

/** A line: a word, and what follows it. */
export interface ToldEvent {
  event: string;
  words: string;
}

export class TellingProgram {
  readonly child: ChildProcess;
  readonly events: ToldEvent[] = [];
  readonly ended: Promise<void>;
  #changed: () => void = () => {};
  #over = false;
  #line = '';

  constructor(path: string, words: readonly string[]) {
    this.child = spawn(path, words, { stdio: ['ignore', 'pipe', 'inherit'] });
    this.child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      const lines = (this.#line + text).split('\n');
      this.#line = lines.pop() ?? '';
      for (const line of lines) {
        const [event, ...words] = line.split(' ');
        this.events.push({ event, words: words.join(' ') });
      }
      this.#changed();
    });
    this.ended = new Promise((done) => {
      this.child.on('close', () => {
        this.#over = true;
        this.#changed();
        done();
      });
    });
  }

  /** The next event of a kind, taken off the list. */
  async next(kind: string): Promise<string> {
    for (;;) {
      const at = this.events.findIndex(({ event }) => event === kind);
      if (at >= 0) return this.events.splice(at, 1)[0].words;
      if (this.#over) throw new Error(`it ended without telling ${kind}: ${JSON.stringify(this.events)}`);
      await new Promise<void>((changed) => {
        this.#changed = changed;
      });
    }
  }

  async stop(): Promise<void> {
    this.child.kill();
    await this.ended;
  }
}
