// The writer is held against what the platform does: JSON.stringify (by `jsonText`), TextDecoder, BigInt, Buffer.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ConstantText } from '../../src/codec/constant-text.ts';
import { jsonText } from '../../src/codec/json-text.ts';
import { OctetWriter } from '../../src/codec/octet-writer.ts';
import { shortestFloat } from '../../src/codec/shortest-float.ts';
import { Random } from '../support/random.ts';
import { octets } from './messages.ts';

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

function written(write: (writer: OctetWriter) => void): string {
  const writer = new OctetWriter(1);
  write(writer);
  return writer.text();
}

describe('a JSON string', () => {
  it('escapes every UTF-16 unit as jsonText does', () => {
    const units = Array.from({ length: 0x10000 }, (_, unit) => String.fromCharCode(unit));
    const all = units.join(' ');
    assert.equal(
      written((writer) => writer.jsonString(all)),
      jsonText(all),
    );
  });

  it('keeps pairs of surrogates together, wherever a stride of the writer ends', () => {
    for (let before = 4090; before < 4100; before++) {
      const text = `${'x'.repeat(before)}😀\ud83d`;
      assert.equal(
        written((writer) => writer.jsonString(text)),
        jsonText(text),
      );
    }
  });
});

describe('JSON text from octets', () => {
  it('is what jsonText makes of the decoded text, also of octets that are no UTF-8', () => {
    const random = new Random(1);
    const edges = [0x00, 0x22, 0x5c, 0x7f, 0x80, 0xa0, 0xbf, 0xc2, 0xe0, 0xe2, 0xed, 0xef, 0xf0, 0xf4, 0xf5, 0xff];
    for (let round = 0; round < 20000; round++) {
      const source = Uint8Array.from({ length: random.between(0, 12) }, () =>
        random.once(2) ? random.pick(edges) : random.between(0, 256),
      );
      const expected = decoder.decode(source);
      const writer = new OctetWriter(1);
      const wellFormed = writer.jsonText(source, 0, source.length);
      assert.equal(writer.text(), jsonText(expected), String(source));
      assert.equal(wellFormed, isUtf8(source), String(source));
    }
  });

  it('holds for long text with few escapes', () => {
    const text = `${'a\u2028ü'.repeat(5000)}"${'€'.repeat(5000)}`;
    const source = octets('\ufeff', text);
    assert.equal(
      written((writer) => writer.jsonText(source, 0, source.length)),
      jsonText(`\ufeff${text}`),
    );
  });

  function isUtf8(source: Uint8Array): boolean {
    try {
      new TextDecoder('utf-8', { fatal: true }).decode(source);
      return true;
    } catch {
      return false;
    }
  }
});

describe('numbers', () => {
  it('writes safe integers as String does', () => {
    const around = (value: number): number[] => [value - 1, value, value + 1];
    const powers = Array.from({ length: 15 }, (_, exponent) => around(10 ** (exponent + 1))).flat();
    for (const magnitude of [0, 7, 123456789, ...powers, Number.MAX_SAFE_INTEGER]) {
      for (const value of [magnitude, -magnitude]) {
        if (Object.is(value, -0)) continue;
        assert.equal(
          written((writer) => writer.integer(value)),
          String(value),
        );
      }
    }
  });

  it('writes 64-bit integers as BigInt does', () => {
    const random = new Random(2);
    const words = [0, 1, 0x7fffffff, -0x80000000, -1, 0x1fffff, 0x200000];
    for (let round = 0; round < 20000; round++) {
      const word = (): number => (random.once(2) ? random.pick(words) : random.word() | 0);
      const [low, high] = [word(), word()];
      const unsigned = (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0);
      assert.equal(
        written((writer) => writer.unsigned64(low, high)),
        String(unsigned),
      );
      assert.equal(
        written((writer) => writer.signed64(low, high)),
        String(BigInt.asIntN(64, unsigned)),
      );
    }
  });

  it('writes a float in the fewest digits that give the same float', () => {
    const cases: [value: number, text: string][] = [
      [0.1, '0.1'],
      [1 / 3, '0.33333334'],
      [3.4028234663852886e38, '3.4028235e+38'],
      [1.401298464324817e-45, '1e-45'],
      [1.1754943508222875e-38, '1.1754944e-38'],
      [-0, '-0'],
      [16777216, '16777216'],
      [2 ** 87, '1.5474251e+26'],
    ];
    for (const [value, text] of cases) assert.equal(shortestFloat(Math.fround(value)), text);
    const random = new Random(3);
    const word = new Uint32Array(1);
    const float = new Float32Array(word.buffer);
    for (let round = 0; round < 20000; round++) {
      word[0] = random.word();
      if (!Number.isFinite(float[0])) continue;
      const text = shortestFloat(float[0]);
      assert.equal(Math.fround(Number(text)), float[0]);
      const digits = text.replace(/e.*|\D/g, '').replace(/^0+|0+$/g, '').length;
      if (digits < 2) continue;
      assert.notEqual(Math.fround(Number(float[0].toPrecision(digits - 1))), float[0], `${text} could be shorter`);
    }
  });
});

describe('octets', () => {
  it('are written in base64 as Buffer does', () => {
    const random = new Random(4);
    for (let length = 0; length < 200; length++) {
      const source = random.octets(length + 2);
      assert.equal(
        written((writer) => writer.base64(source, 1, length + 1)),
        Buffer.from(source.subarray(1, length + 1)).toString('base64'),
      );
    }
  });

  it('are written where they are constant, of any length and at any place, and what follows stands right behind', () => {
    const alphabet = ['a', '\u007f', '\u0000', 'é', '\uffff', '\u{10ffff}', '\ud800', ':'];
    const random = new Random(9);
    for (let length = 0; length < 40; length++) {
      const text = Array.from({ length }, () => random.pick(alphabet)).join('');
      const before = 'x'.repeat(random.between(0, 70));
      const both = written((writer) => {
        writer.ascii(before);
        writer.constant(new ConstantText(text));
        writer.ascii('!');
      });
      assert.equal(both, `${before}${Buffer.from(text).toString()}!`);
    }
  });

  it('survive that the buffer grows', () => {
    const long = 'x'.repeat(1000);
    const text = written((writer) => {
      writer.ascii(long);
      writer.constant(new ConstantText(long));
      writer.octet(0x21);
    });
    assert.equal(text, `${long}${long}!`);
  });
});
