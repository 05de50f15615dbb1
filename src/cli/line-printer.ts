// Lines on standard output from within events, where an error must not be thrown: whoever waits for the command's end is told
// of it instead.

import { StandardOutput } from './standard-output.ts';

export class LinePrinter {
  /** Rejected where standard output could not be written, as after `| head`; never settled otherwise. */
  readonly failed: Promise<never>;
  readonly #out: StandardOutput;
  #fail: (error: unknown) => void = () => {};
  #hasFailed = false;

  /** @param format as `--format` has it */
  constructor(format?: string) {
    this.#out = new StandardOutput(format);
    this.failed = new Promise((_, reject) => {
      this.#fail = reject;
    });
    // It may fail before anybody waits for it.
    this.failed.catch(() => {});
  }

  print(line: string): void {
    if (this.#hasFailed) return;
    try {
      this.#out.writeNow(`${line}\n`);
    } catch (error) {
      this.#hasFailed = true;
      this.#fail(error);
    }
  }
}
