// Completion for bash, from 3.2 on, which macOS still has. Knows bash, not our commands.

import type { CommandModel, Values } from './command-model.ts';

/** Words one a line, which is how they are told apart, so that file names may hold blanks. */
function wordList(words: readonly string[]): string {
  return `$'${words.join('\\n')}'`;
}

function reply(values: Values): string {
  if (values === 'free') return 'COMPREPLY=()';
  if (values === 'file') return 'COMPREPLY=($(compgen -f -- "$current"))';
  if (values === 'directory') return 'COMPREPLY=($(compgen -d -- "$current"))';
  return `COMPREPLY=($(compgen -W ${wordList(values)} -- "$current"))`;
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
    '_wsdissect() {',
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
    `  if [ "$COMP_CWORD" -eq 1 ]; then COMPREPLY+=($(compgen -W ${wordList(names)} -- "$current")); fi`,
    '}',
    'complete -o filenames -F _wsdissect wsdissect',
    '',
  ].join('\n');
}
