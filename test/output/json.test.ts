// The JSON array.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { JsonOutput } from '../../src/output/json.ts';
import { article, feed, TextRecord, text } from './sample-events.ts';

describe('the JSON output', () => {
  it('is the array of the events, one a line', () => {
    const out = new TextRecord();
    feed(new JsonOutput(out), article);
    assert.deepEqual(JSON.parse(out.text), article);
    assert.equal(out.lines.length, article.length + 3);
  });

  it('is valid where there are no events', () => {
    const out = new TextRecord();
    feed(new JsonOutput(out), []);
    assert.deepEqual(JSON.parse(out.text), []);
  });

  it('holds nothing that a terminal obeys, and the same text', () => {
    const out = new TextRecord();
    const said = '\x1b[2J\x7f\x9b\u202e\u2028\ufeff';
    feed(new JsonOutput(out), [text(1, said)]);
    assert.doesNotMatch(out.text, /[\x1b\x7f\x9b\u202e\u2028\ufeff]/);
    assert.equal(JSON.parse(out.text)[0].text, said);
  });
});
