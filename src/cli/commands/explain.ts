// `wsdissect explain CODE`: what a diagnostic means, where it is written, and what breaks the rule; of a reason for which packets
// are skipped or octets given up, what they are and what to do.

import { Argument, type Command } from 'commander';
import type { ReasonRow } from '../../link/reason-row.ts';
import { nearestName } from '../../nearest-name.ts';
import type { Rule } from '../../tcp/rules.ts';
import { addExamples } from '../examples.ts';
import { Failure } from '../failure.ts';
import { choiceOption } from '../option-values.ts';
import { addPageOptions, OUTPUT_GROUP, type PageOptions, pageOf } from '../output-options.ts';
import { StandardOutput } from '../standard-output.ts';

type Format = 'text' | 'json';

interface ExplainOptions extends PageOptions {
  format: Format;
}

const FORMATS: readonly Format[] = ['text', 'json'];
/** Width of a page that goes to no terminal. */
const PAGE_WIDTH = 100;

export function addExplainCommand(program: Command): void {
  const command = program
    .command('explain')
    .description('say what a diagnostic means, or why packets are skipped or octets given up')
    .addArgument(
      new Argument(
        '[code...]',
        'codes of diagnostics, reasons of skipped packets and gaps; without one, all are listed',
      ),
    )
    .addOption(choiceOption('-f, --format <name>', 'output as', FORMATS).default('text').helpGroup(OUTPUT_GROUP));
  addPageOptions(command);
  command.action(explain);
  addExamples(command, [
    { command: 'wsdissect explain rsv1-without-extension', says: 'what it means, and what breaks the rule' },
    { command: 'wsdissect explain not-ip', says: 'what packets that are skipped for it are' },
    { command: 'wsdissect explain snaplen', says: 'what octets that are given up for it are' },
    { command: 'wsdissect explain', says: 'all of them' },
    { command: 'wsdissect explain --format json', says: 'for programs' },
  ]);
}

/** What a word stands for: the rules of a code, or one reason. */
type Explained = readonly Rule[] | ReasonRow;

async function explain(words: readonly string[], options: ExplainOptions): Promise<void> {
  const { rulesByCode } = await import('../../dissect/diagnostics.ts');
  const { skipRowOf, skipRows } = await import('../../link/skip-explanations.ts');
  const { gapRows } = await import('../../tcp/gap-explanations.ts');
  const rules = rulesByCode();
  const skips = skipRows();
  const gaps = gapRows();
  const known = [...rules.keys(), ...[...skips, ...gaps].map(({ reason }) => reason)];
  const reasonOf = (word: string) => skipRowOf(word) ?? gaps.find(({ reason }) => reason === word);
  const chosen: Explained[] =
    words.length === 0
      ? [...rules.values(), ...skips, ...gaps]
      : words.map((word) => rules.get(word) ?? reasonOf(word) ?? refuse(word, known));
  const out = new StandardOutput(options.format);
  if (options.format === 'json') {
    out.write(`${JSON.stringify(chosen.flat(), null, 2)}\n`);
  } else {
    const { formatReason, formatReasons, formatRule, formatRules } = await import('../../output/rule-text.ts');
    const { makePalette } = await import('../../output/palette.ts');
    const { colour, width } = pageOf(options);
    const palette = makePalette({ colour });
    const columns = width ?? PAGE_WIDTH;
    const explained = (each: Explained) =>
      'reason' in each
        ? [formatReason(each, columns, palette)]
        : each.map((rule) => formatRule(rule, columns, palette));
    const parts =
      words.length === 0
        ? [formatRules(rules, columns, palette), ...[skips, gaps].map((rows) => formatReasons(rows, columns, palette))]
        : chosen.flatMap(explained);
    out.write(parts.map((lines) => `${lines.join('\n')}\n`).join('\n'));
  }
  out.flush();
}

function refuse(word: string, known: Iterable<string>): never {
  const meant = nearestName(word, known);
  const advice = meant === null ? 'wsdissect explain lists all' : `did you mean ${meant}?`;
  throw new Failure(`there is no diagnostic ${word}, and no such reason of skipped packets or gaps; ${advice}`);
}
