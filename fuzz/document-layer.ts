// A layer of texts that people write: each case is taken, or refused in one line with its place. Knows no kind of text.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConditionError } from '../src/check/condition.ts';
import { DocumentError } from '../src/codec/document-error.ts';
import { PatternError } from '../src/dissect/selection-pattern.ts';
import { type Layer, mustHold } from './layer.ts';
import { type Mutation, mutated } from './mutate.ts';

/** Where texts lie that are read from files. */
export const folder = mkdtempSync(join(tmpdir(), 'wsdissect-fuzz-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

const LONGEST = 20_000;
/** What a text may be refused by. */
const REFUSALS = [DocumentError, ConditionError, PatternError];

export interface DocumentKind extends Pick<Layer, 'name' | 'about' | 'share' | 'corpus'> {
  /** A way of changing it that knows its words. */
  words: Mutation;
  /** Takes a text, or throws its refusal. */
  read(text: string): unknown;
}

export function documentLayer({ name, about, share, corpus, words, read }: DocumentKind): Layer {
  return {
    name,
    about: `${about}: taken, or refused in one line`,
    share,
    corpus,
    draw: (random, seeds) => mutated(random, seeds, [words]).subarray(0, LONGEST),
    async run(input) {
      try {
        await read(Buffer.from(input).toString());
      } catch (error) {
        if (!REFUSALS.some((refusal) => error instanceof refusal)) throw error;
        const { message } = error as Error;
        mustHold(message !== '' && !message.includes('\n'), () => `no line: ${JSON.stringify(message)}`);
      }
    },
  };
}
