// JSON whose escapes are undone: every unit, held to what JSON.stringify and the writers of this project spell.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { undoEscapes } from '../../src/codec/json-escapes.ts';
import { jsonText } from '../../src/codec/json-text.ts';

function undone(json: string): string {
  const octets = new TextEncoder().encode(`"${json}"`);
  const before = octets.slice();
  const end = undoEscapes(octets, 1, octets.length - 1);
  assert.equal(octets[0], before[0]);
  assert.equal(octets.at(-1), before.at(-1), 'nothing behind it is written over');
  return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(octets.subarray(1, end));
}

describe('JSON without its escapes', () => {
  it('has each character that is not half a pair as it was said', () => {
    for (let unit = 0; unit < 0x10000; unit++) {
      if (unit >= 0xd800 && unit <= 0xdfff) continue;
      const said = `a${String.fromCharCode(unit)}z`;
      assert.equal(undone(jsonText(said).slice(1, -1)), said, unit.toString(16));
      assert.equal(undone(`a\\u${unit.toString(16).padStart(4, '0').toUpperCase()}z`), said);
    }
  });

  it('has pairs of surrogates as one character, and half a pair as U+FFFD', () => {
    assert.equal(undone('\\ud83d\\uDE00!'), '😀!');
    assert.equal(undone('\\ud83d'), '\ufffd');
    assert.equal(undone('\\ude00\\ud83dx'), '\ufffd\ufffdx');
    assert.equal(undone('\\ud83d\\ud83d\\ude00'), '\ufffd😀');
    assert.equal(undone('\\ud83d\\u0041\\n'), '\ufffdA\n');
  });

  it('has the rest as it stands, also a slash that is escaped and a backslash before a letter', () => {
    assert.equal(undone('{"seq":7,"größe":"漢😀"}'), '{"seq":7,"größe":"漢😀"}');
    assert.equal(undone('a\\/b\\\\n\\\\u0041\\"'), 'a/b\\n\\u0041"');
  });
});
