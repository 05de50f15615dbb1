// Expectations drafted from a good capture into a new file, and those that were recorded renewed in theirs: `check --record` and
// `check --update`. Says what the draft does not cover. Knows nothing of verdicts.

import { existsSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import type { CaptureLog } from '../check/capture-log.ts';
import type { RecordMode } from '../check/record.ts';
import type { SaidEvent } from '../dissect/said-event.ts';
import { escapeText } from '../output/terminal-text.ts';
import { formatPlural } from '../plural.ts';
import { DAMAGED } from './exit-codes.ts';
import { captureName, Failure, say } from './failure.ts';
import { STREAM_NAME } from './input.ts';
import { endableWork } from './interruption.ts';
import type { KeptOptions } from './limit-options.ts';
import type { ProgressOptions } from './progress-option.ts';
import type { ReadingOptions } from './reading-options.ts';
import { codecOf, DEFAULT_REGISTRY, isArticle, type RegistryOptions } from './registry-options.ts';
import { StandardOutput } from './standard-output.ts';
import { writeWhole } from './whole-file.ts';

interface DraftOptions extends RegistryOptions, ReadingOptions, ProgressOptions, KeptOptions {
  loose?: true;
  force?: true;
}

export async function draftExpectations(
  files: readonly string[],
  target: string,
  options: DraftOptions,
): Promise<void> {
  const file = onlyFile(files, '--record');
  const isPrinted = target === STREAM_NAME;
  if (!isPrinted && existsSync(target) && !options.force) {
    throw new Failure(`${target} is there already; renew it with --update --expect ${target}, or give --force`);
  }
  const codec = await codecOf(options);
  const { recordExpectations } = await import('../check/record.ts');
  const { writeExpectations } = await import('../check/expectations-writer.ts');
  const { readCaptureLog } = await import('./capture-log-reader.ts');
  const mode: RecordMode = options.loose ? 'loose' : 'strict';
  const log = await readCaptureLog(file, codec, options);
  const registry = registryIn(target, options);
  const { drafted, text } = await endableWork(async () => {
    const drafted = recordExpectations(log, mode);
    return { drafted, text: await writeExpectations(drafted, { capture: file, mode, registry }) };
  });
  if (isPrinted) new StandardOutput('yaml').writeNow(text);
  else writeWhole(target, text);
  const tell = isPrinted ? say : print;
  tell(
    `${formatPlural(drafted.length, 'expectation')} drafted${isPrinted ? '' : ` into ${target}`}; read them, and take out what need not be so`,
  );
  await tellUnread(log, tell);
  if (registry === null) sayTypes(log, options);
  sayDamage(file, log);
}

/** The registry as the draft names it; null where no option names one. */
function registryIn(target: string, { registry }: DraftOptions): string | null {
  if (registry === undefined || isArticle(registry)) return registry ?? null;
  return relative(dirname(resolve(target)), resolve(registry));
}

/** What was decoded is decoded again only by what the draft does not name. */
function sayTypes({ connections }: CaptureLog, { proto }: DraftOptions): void {
  const isDecoded = (said: SaidEvent) => said.type === 'message' && (said.decoded ?? said.decodeError) !== undefined;
  if (!connections.some(({ said }) => said.some(isDecoded))) return;
  const same = proto === undefined ? `${DEFAULT_REGISTRY} in the working directory` : 'the same --proto and --id';
  say(`the draft names no registry; check wants ${same}, or registry: FILE in the draft`);
}

export async function renewRecorded(files: readonly string[], expect: string, options: DraftOptions): Promise<void> {
  const file = onlyFile(files, '--update');
  const { readExpectations } = await import('../check/read-expectations.ts');
  const { codecFor } = await import('./expectations-reader.ts');
  const { recordExpectations } = await import('../check/record.ts');
  const { recordedMode, renewExpectations } = await import('../check/expectations-writer.ts');
  const { readCaptureLog } = await import('./capture-log-reader.ts');
  const { expectations, text } = await endableWork(() => readExpectations(expect));
  const mode = options.loose ? 'loose' : ((await recordedMode(text)) ?? 'strict');
  const log = await readCaptureLog(file, await codecFor(expectations, options), options);
  const { drafted, renewed } = await endableWork(async () => {
    const drafted = recordExpectations(log, mode);
    return { drafted, renewed: await renewExpectations(text, drafted) };
  });
  writeWhole(expect, renewed);
  print(`${drafted.length} recorded expectations renewed in ${expect}; read the difference`);
  await tellUnread(log, print);
  sayDamage(file, log);
}

/** Another payload of these will go unnoticed. */
async function tellUnread({ connections }: CaptureLog, tell: (line: string) => void): Promise<void> {
  const { isUnread } = await import('../check/capture-log.ts');
  const unread = connections.reduce((count, { said }) => count + said.filter(isUnread).length, 0);
  if (unread > 0) tell(`expected without payload, as it was not read: ${formatPlural(unread, 'message')}`);
}

/** What is drafted of a part expects a part, which nobody should find out later. */
function sayDamage(file: string, { summary }: CaptureLog): void {
  if (summary?.complete !== false) return;
  say(
    `${captureName([file])}: ${summary.error ?? 'the capture is damaged'}; what is expected is what was there until then`,
  );
  process.exitCode = DAMAGED;
}

function print(line: string): void {
  new StandardOutput().writeNow(`${escapeText(line)}\n`);
}

function onlyFile(files: readonly string[], option: string): string {
  if (files.length > 1) throw new Failure(`${option} takes one capture, and ${files.length} were given; name one`);
  return files[0];
}
