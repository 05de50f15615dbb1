// Conditions of `--where` and patterns of `--grep`, asked of messages.

import { compileCondition } from '../../src/check/condition.ts';
import { factsOf, MESSAGE_FACTS } from '../../src/check/message-facts.ts';
import { makeMatcher } from '../../src/dissect/selection-pattern.ts';
import { documentLayer } from '../document-layer.ts';
import { dictionary } from '../mutate.ts';
import { log } from '../walkthrough.ts';

const CEL = dictionary([
  'length',
  'value',
  'json',
  '.seq',
  '[0]',
  '(',
  ')',
  ' && ',
  ' || ',
  '!',
  ' == ',
  ' in ',
  '.all(x, x > 0)',
  '.exists(x, ',
  '.map(x, ',
  'size(',
  'text.matches("(a+)+$")',
  '"',
  '1',
  '-9223372036854775808',
  '1e999',
  'u',
  '? 1 : ',
  '__proto__',
  'type(',
  'has(',
]);
const lines = (...all: string[]) => all.map((line) => new Uint8Array(Buffer.from(line)));
const said = log.connections[0].said.slice(0, 4);
/** What a pattern that repeats within what it repeats takes for ever on. */
const ASKED = lines('{"seq":150}', `${'a'.repeat(35)}b`);
/** Milliseconds. */
const PATIENCE = 20;

export const conditions = documentLayer({
  name: 'conditions',
  about: 'conditions of --where and patterns of --grep, asked of messages',
  share: 6,
  corpus: lines(
    'length > 100 && direction == "c2s"',
    'value.seq == 150 || text.startsWith("{")',
    'json.items.exists(x, x.price > 1.5 && x.name in ["a", "b"])',
    '/(a+)+$/i',
    '/^\\{"seq":\\d+\\}$/',
    'has(value.note) ? size(value.note) > 3u : false',
    'type == "pb.Ping" && !(opcode in ["text"])',
  ),
  words: CEL,
  read: async (text) => {
    if (text.startsWith('/')) {
      const matcher = makeMatcher(text, PATIENCE);
      for (const octets of ASKED) matcher.matches(octets, 0, octets.length);
      return;
    }
    const condition = await compileCondition(text, MESSAGE_FACTS);
    for (const each of said) condition.holds(factsOf(each));
  },
});
