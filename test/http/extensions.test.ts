// The grammar of Sec-WebSocket-Extensions, RFC 6455 §9.1, and going on after a fault.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseExtensions } from '../../src/http/extensions.ts';

describe('extensions', () => {
  it('are names with parameters, quoted values unquoted, in order', () => {
    assert.deepEqual(parseExtensions('permessage-deflate; client_max_window_bits ;x="1\\0",foo, bar;a=b;a=c'), {
      extensions: [
        {
          name: 'permessage-deflate',
          parameters: [
            ['client_max_window_bits', null],
            ['x', '10'],
          ],
        },
        { name: 'foo', parameters: [] },
        {
          name: 'bar',
          parameters: [
            ['a', 'b'],
            ['a', 'c'],
          ],
        },
      ],
      fault: null,
    });
  });

  it('are none in an empty value or in commas alone, though a field names one at least', () => {
    assert.deepEqual(parseExtensions(''), { extensions: [], fault: 'it names no extension' });
    assert.deepEqual(parseExtensions(' , ,\t'), { extensions: [], fault: 'it names no extension' });
  });

  it('may have commas too many between them, before and behind them', () => {
    assert.equal(parseExtensions(',a,, b ,').fault, null);
  });

  for (const [text, names, fault] of [
    ['permessage-deflate;', ['permessage-deflate'], 'the name of a parameter is missing or no token, at character 19'],
    ['=, b', ['b'], 'the name of an extension is missing or no token, at character 0'],
    ['a b, c', ['a', 'c'], 'a parameter is followed by something else, at character 2'],
    ['a; b=, c', ['a', 'c'], 'the value of a parameter is missing or no token, at character 5'],
    ['a; b="x y", c', ['a', 'c'], 'a quoted value is no token, at character 5'],
    ['a; b="x', ['a'], 'a quoted value has no end, at character 5'],
    ['a; b="x\\', ['a'], 'a quoted value has no end, at character 5'],
    ['caf\u00e9', [], 'the name of an extension is missing or no token, at character 0'],
  ] as const) {
    it(`are read past the fault in ${text}`, () => {
      const list = parseExtensions(text);
      assert.deepEqual(
        list.extensions.map(({ name }) => name),
        names,
      );
      assert.equal(list.fault, fault);
    });
  }

  it('named __proto__ are names like others', () => {
    const [extension] = parseExtensions('__proto__; __proto__=1').extensions;
    assert.deepEqual(extension, { name: '__proto__', parameters: [['__proto__', '1']] });
  });
});
