// Completion for bash, from 3.2 on, which macOS still has. Knows bash, not our commands.

import type { CommandModel, Values } from './command-model.ts';

/** Words one a line, which is how they are told apart, so that file names may hold blanks. */
function wordList(words: readonly string[]): string {
  return `$'${words.join('\\n')}'`;
}

function reply(values: Values): string {
  if (values === 'free') return ':';
  if (values === 'file') return '_wsdissect_offer -f';
  if (values === 'directory') return '_wsdissect_offer -d';
  return `_wsdissect_offer -W ${wordList(values)}`;
}

function valueCases(command: CommandModel): string[] {
  return command.options
    .filter(({ values }) => values !== null)
    .map(({ flags, values }) => {
      const words = flags.map((flag) => `${command.name}:${flag}`).join('|');
      return `    ${words}) ${reply(values as Values)}; return ;;`;
    });
}

export function bashCompletion(commands: readonly CommandModel[]): string {
  const names = commands.map(({ name }) => name);
  return [
    '# bash completion of wsdissect: source <(wsdissect completion bash)',
    '# Adds what compgen finds, a word a line: split by the shell, the words would be expanded as patterns.',
    '_wsdissect_offer() {',
    '  local word',
    '  while IFS= read -r word; do COMPREPLY+=("$word"); done < <(compgen "$@" -- "$current")',
    '}',
    '_wsdissect() {',
    '  COMPREPLY=()',
    "  local IFS=$'\\n'",
    `  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD-1]}`,
    `  local command=${names[0]}`,
    `  case \${COMP_WORDS[1]} in ${names.join('|')}) [ "$COMP_CWORD" -gt 1 ] && command=\${COMP_WORDS[1]} ;; esac`,
    '  case $command:$previous in',
    ...commands.flatMap(valueCases),
    '  esac',
    '  case $command:$current in',
    ...commands.map(
      ({ name, options }) => `    ${name}:-*) ${reply(options.flatMap(({ flags }) => flags))}; return ;;`,
    ),
    '  esac',
    '  case $command in',
    ...commands.map(({ name, operands }) => `    ${name}) ${reply(operands)} ;;`),
    '  esac',
    `  if [ "$COMP_CWORD" -eq 1 ]; then _wsdissect_offer -W ${wordList(names)}; fi`,
    '}',
    'complete -o filenames -F _wsdissect wsdissect',
    '',
  ].join('\n');
}
