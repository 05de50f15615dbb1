// What a terminal, a browser, a spreadsheet or YAML obeys, put into octets at any place.

import { dictionary } from './mutate.ts';

export const HOSTILE = dictionary([
  '\x1b[2J',
  '\x1b]0;title\x07',
  '\x9b31m',
  '\u202e',
  '\u2066',
  '\u200b',
  '\0',
  '\r',
  '\n',
  '\x7f',
  '\u2028',
  '</td><script>',
  '"><img src=x>',
  '`',
  '|',
  '=1+1',
  '",',
  ': ',
  '- ',
  '&a ',
  '*a',
  '\u0301'.repeat(20),
]);
