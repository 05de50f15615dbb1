// `wsdissect explain CODE`: what a diagnostic means, where it is written, and what breaks the rule.

import { Argument, type Command } from 'commander';
import { nearestName } from '../../codec/nearest-name.ts';
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
    .description('say what a diagnostic means, with an example')
    .addArgument(new Argument('[code...]', 'codes of diagnostics; without one, all are listed'))
    .addOption(choiceOption('-f, --format <name>', 'output as', FORMATS).default('text').helpGroup(OUTPUT_GROUP));
  addPageOptions(command);
  command.action(explain);
  addExamples(command, [
    { command: 'wsdissect explain rsv1-without-extension', says: 'what it means, and what breaks the rule' },
    { command: 'wsdissect explain', says: 'all of them' },
    { command: 'wsdissect explain --format json', says: 'for programs' },
  ]);
}

async function explain(codes: readonly string[], options: ExplainOptions): Promise<void> {
  const { rulesByCode } = await import('../../dissect/diagnostics.ts');
  const all = rulesByCode();
  const chosen =
    codes.length === 0 ? [...all.values()] : codes.map((code) => all.get(code) ?? refuse(code, all.keys()));
  const out = new StandardOutput(options.format);
  if (options.format === 'json') {
    out.write(`${JSON.stringify(chosen.flat(), null, 2)}\n`);
  } else {
    const { formatRule, formatRules } = await import('../../output/rule-text.ts');
    const { makePalette } = await import('../../output/palette.ts');
    const { colour, width } = pageOf(options);
    const palette = makePalette({ colour });
    const columns = width ?? PAGE_WIDTH;
    const lines =
      codes.length === 0
        ? formatRules(all, columns, palette)
        : chosen.flatMap((rows) => rows.flatMap((rule) => [...formatRule(rule, columns, palette), ''])).slice(0, -1);
    out.write(`${lines.join('\n')}\n`);
  }
  out.flush();
}

function refuse(code: string, known: Iterable<string>): never {
  const meant = nearestName(code, known);
  const advice = meant === null ? 'wsdissect explain lists all' : `did you mean ${meant}?`;
  throw new Failure(`there is no diagnostic ${code}; ${advice}`);
}
