// Completion for zsh, through its own `_arguments`. Knows zsh, not our commands.

import type { CommandModel, OptionModel, Values } from './command-model.ts';

function quote(text: string): string {
  return `'${text.replace(/'/g, `'\\''`)}'`;
}

/** Inside a specification, brackets and colons are syntax. */
function plain(text: string): string {
  return text.replace(/[[\]:\\]/g, '\\$&');
}

function action(values: Values): string {
  if (values === 'file') return ':file:_files';
  if (values === 'directory') return ':directory:_files -/';
  return values === 'free' ? ':value:' : `:value:(${values.join(' ')})`;
}

function optionSpecifications({ flags, description, values }: OptionModel): string[] {
  const says = `[${plain(description)}]${values === null ? '' : action(values)}`;
  const repeatable = description.includes('repeatable');
  return flags.map((flag) => quote(`${repeatable ? '*' : `(${flags.join(' ')})`}${flag}${says}`));
}

function commandCase({ name, options, operands }: CommandModel, pattern: string): string[] {
  const specifications = [...options.flatMap(optionSpecifications), quote(`*:${action(operands)}`)];
  return [
    `    ${pattern}) # ${name}`,
    `      _arguments \\\n        ${specifications.join(' \\\n        ')}`,
    '      ;;',
  ];
}

export function zshCompletion(commands: readonly CommandModel[]): string {
  const [main, ...others] = commands;
  const names = commands.map(({ name, description }) => quote(`${name}:${description}`));
  return [
    '#compdef wsdissect',
    '# zsh completion of wsdissect: source <(wsdissect completion zsh)',
    '_wsdissect() {',
    '  local -a commands',
    `  commands=(${names.join('\n    ')})`,
    '  if (( CURRENT == 2 )) && [[ $words[2] != -* ]]; then',
    '    _describe command commands',
    '    _files',
    '    return',
    '  fi',
    '  case $words[2] in',
    `    (${commands.map(({ name }) => name).join('|')}) shift words; (( CURRENT-- )) ;;`,
    '  esac',
    '  case $words[1] in',
    ...others.flatMap((command) => commandCase(command, command.name)),
    ...commandCase(main, '*'),
    '  esac',
    '}',
    'if [[ $funcstack[1] == _wsdissect ]]; then _wsdissect "$@"; else compdef _wsdissect wsdissect; fi',
    '',
  ].join('\n');
}
