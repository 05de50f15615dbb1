// JSON text that a terminal does not obey: every unit, held to what JSON.stringify means.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isObeyed, jsonPieces, jsonText } from '../../src/codec/json-text.ts';

const UNITS = Array.from({ length: 0x10000 }, (_, unit) => unit);

describe('JSON text', () => {
  it('is the same value, whatever it is of', () => {
    const value = {
      [String.fromCharCode(...UNITS.slice(0, 0xd800))]: ['\x7f\x9b\u202e', { '\u2028': -0.5e300, n: null }],
    };
    assert.deepEqual(JSON.parse(jsonText(value)), value);
    assert.deepEqual(JSON.parse(jsonText(value, 2)), value);
  });

  it('leaves nothing that moves the cursor or turns the writing', () => {
    const text = jsonText({ said: String.fromCharCode(...UNITS) }, 2);
    assert.doesNotMatch(text, /[\x00-\x09\x0b-\x1f\x7f-\x9f\p{Bidi_Control}\u2028\u2029\ufeff]/u);
    assert.equal(jsonText('é€漢😀\u200d'), '"é€漢😀\u200d"');
  });

  it('says of each unit what the text says', () => {
    for (const unit of UNITS.slice(0x7f)) {
      const isEscaped = jsonText(String.fromCharCode(unit)).startsWith('"\\u');
      const isSurrogate = unit >= 0xd800 && unit <= 0xdfff;
      assert.equal(isObeyed(unit), isEscaped && !isSurrogate, unit.toString(16));
    }
  });

  it('is the same text in pieces as JSON.stringify makes of it whole, however long', () => {
    const long = `"${'a\\u{1f600}'.repeat(20_000)}\n`;
    const values = [
      long,
      { long, gone: undefined, none: null, empty: { list: [], object: {}, text: '' }, [long]: 7 },
      [long, undefined, null, [[long, { [long]: [undefined] }], []], true],
    ];
    for (const value of values) {
      for (const indentation of [0, 2]) {
        const pieces = [...jsonPieces(value, indentation)];
        assert.ok(pieces.length > 1);
        assert.equal(pieces.join(''), JSON.stringify(value, null, indentation));
      }
    }
  });
});
