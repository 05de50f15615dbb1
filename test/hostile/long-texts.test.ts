// Texts as long as a message may be, of which every character has to be escaped. V8 ends the process where a pattern finds some 24
// million places in one text, so the sizes here are those that did; what is written must go out in pieces.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { stableOf } from '../../src/check/volatile.ts';
import { jsonText } from '../../src/codec/json-text.ts';
import type { WsdissectEvent } from '../../src/dissect/events.ts';
import { CsvOutput } from '../../src/output/csv.ts';
import { FollowOutput } from '../../src/output/follow.ts';
import { JsonOutput } from '../../src/output/json.ts';
import { formatMessage } from '../../src/output/payload-text.ts';
import { escapeText, quoteText } from '../../src/output/terminal-text.ts';
import type { EventOutput, TextSink } from '../../src/output/text-sink.ts';
import { binary, handshake, text } from '../output/sample-events.ts';

const MEBI = 1 << 20;
/** What died. */
const MANY = 24 * MEBI;
const LARGEST_PIECE = 256 * 1024;

/** How much was written, and the largest piece of it. */
class PieceRecord implements TextSink {
  length = 0;
  largest = 0;

  write(piece: string): void {
    this.length += piece.length;
    this.largest = Math.max(this.largest, piece.length);
  }
}

const OUTPUTS: readonly [name: string, make: (out: TextSink) => EventOutput][] = [
  ['csv', (out) => new CsvOutput(out)],
  ['json', (out) => new JsonOutput(out)],
  ...[null, 80].map((width): [string, (out: TextSink) => EventOutput] => [
    `follow, ${width ?? 'without a'} width`,
    (out) => new FollowOutput(out, { connection: 0, width, colour: false, time: 'relative', hex: false }),
  ]),
];

function writtenBy(make: (out: TextSink) => EventOutput, said: string): PieceRecord {
  const out = new PieceRecord();
  const output = make(out);
  for (const event of [handshake(1), text(2, said)] as WsdissectEvent[]) output.onEvent(event);
  output.finish();
  return out;
}

describe('a long text', () => {
  for (const [name, make] of OUTPUTS) {
    for (const unit of ['\x01a', '"a', '\n', '\x7f', '\u2028', '"\u6536']) {
      it(`of ${JSON.stringify(unit)} goes out in pieces (${name})`, () => {
        const { length, largest } = writtenBy(make, unit.repeat(MEBI / 2));
        assert.ok(length >= MEBI / 2, `${length}`);
        assert.ok(largest <= LARGEST_PIECE, `a piece of ${largest}`);
      });
    }
  }

  it('of controls is escaped whole', () => {
    assert.equal(escapeText('\x01a'.repeat(MANY)).length, 5 * MANY);
  });

  it('is the same in pieces as at once, wherever they part', () => {
    for (const unit of [
      '\u{1f600}',
      'a\u0301\u0301\u0301\u0301\u0301\u0301\u0301',
      '\u{1f469}\u200d\u{1f467} ',
      '\u0915\u094d\u200d\u0937',
    ]) {
      const once = escapeText(unit);
      for (const before of ['', 'a', 'ab', 'abc', 'abcd'])
        assert.ok(escapeText(before + unit.repeat(10_000)) === before + once.repeat(10_000), JSON.stringify(unit));
    }
  });

  it('of what a terminal obeys is JSON', () => {
    assert.equal(jsonText('\x7f'.repeat(MANY)).length, 6 * MANY + 2);
  });

  it('of quotes is shown by its beginning, as a value and as a key', () => {
    const quotes = '"a'.repeat(MANY);
    assert.equal(quoteText(quotes, 10).length, 43);
    for (const value of [{ s: quotes }, { [quotes]: 1 }, [quotes]]) {
      const decoded = { id: 1, type: 'pb.M', value };
      assert.ok(formatMessage(binary(1, [], { decoded }), 100).length < 1000);
    }
  });

  it('of a million identifiers is drafted as a pattern in a moment', () => {
    const many = '550e8400-e29b-41d4-a716-446655440000 '.repeat(MEBI / 4);
    const begun = performance.now();
    const { $pattern } = stableOf(many) as { $pattern: string };
    assert.ok($pattern.length > many.length / 3);
    assert.ok(performance.now() - begun < 10_000);
  });
});
