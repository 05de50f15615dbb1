// Our decoder of zstd blocks, which reads where Node cannot: what the reference decoder makes of the same octets, and what a
// block may not ask for.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { ContentChecksum } from '../../src/capture/zstd/content-checksum.ts';
import { ZstdDecompressor } from '../../src/capture/zstd/index.ts';
import { Random } from '../support/random.ts';
import { frameOfBlocks } from '../support/zstd-writer.ts';

interface Decompressed {
  octets: Buffer;
  fault: string | null;
}

function decompress(zstd: Uint8Array, pieceLength = zstd.length): Decompressed {
  const decompressor = new ZstdDecompressor(null);
  const parts: Uint8Array[] = [];
  const take = (octets: Uint8Array, start: number, end: number) => {
    parts.push(octets.slice(start, end));
    return false;
  };
  let fault = null;
  try {
    for (let at = 0; at < zstd.length; at += pieceLength) {
      decompressor.push(zstd, at, Math.min(zstd.length, at + pieceLength), take);
    }
    decompressor.finish();
  } catch (error) {
    fault = (error as Error).message;
  }
  return { octets: Buffer.concat(parts), fault };
}

const random = new Random(7);
const ownText = readFileSync(new URL('../../package-lock.json', import.meta.url));
const CONTENTS: [name: string, octets: Uint8Array][] = [
  ['nothing', new Uint8Array(0)],
  ['one octet', Uint8Array.of(7)],
  ['a run', new Uint8Array(400_000).fill(7)],
  ['noise', Uint8Array.from({ length: 200_000 }, () => random.between(0, 256))],
  ['few octets', Uint8Array.from({ length: 300_000 }, () => 97 + random.between(0, 5))],
  ['all octets, unequally', Uint8Array.from({ length: 300_000 }, () => random.between(0, 1 + random.between(0, 256)))],
  ['text', ownText],
  ['text, again and again', Buffer.concat([ownText, ownText.subarray(1000, 90_000), ownText])],
];

const FLAGS = [
  ['--fast=5'],
  ['-1'],
  ['-3'],
  ['-9'],
  ['-19'],
  ['--ultra', '-22'],
  ['-19', '--zstd=wlog=10'],
  ['-5', '--check'],
];

const without = spawnSync('zstd', ['--version']).error === undefined ? false : 'zstd is not installed';

describe('what zstd compresses', { skip: without }, () => {
  const compress = (octets: Uint8Array, flags: readonly string[]): Buffer =>
    spawnSync('zstd', ['-q', '-c', ...flags], { input: octets, maxBuffer: 1 << 26 }).stdout;

  for (const [name, octets] of CONTENTS) {
    it(`${name}, at any level and in any pieces`, () => {
      for (const flags of FLAGS) {
        const zstd = compress(octets, flags);
        for (const pieceLength of [zstd.length, 999]) {
          const found = decompress(zstd, pieceLength);
          assert.equal(found.fault, null);
          assert.ok(found.octets.equals(octets), `${flags.join(' ')}, ${pieceLength} octets at a time`);
        }
      }
    });
  }

  it('and what was damaged then: what we read, zstd reads too, and the same', () => {
    const seeds = CONTENTS.slice(1).flatMap(([, octets]) =>
      FLAGS.slice(0, 6).map((flags) => compress(octets.subarray(0, 4000), ['--no-check', ...flags])),
    );
    let read = 0;
    for (let round = 0; round < 250; round++) {
      const zstd = Uint8Array.from(random.pick(seeds));
      for (let hits = random.between(1, 3); hits > 0; hits--)
        zstd[random.between(5, zstd.length)] ^= 1 << random.between(0, 8);
      const { octets, fault } = decompress(zstd);
      if (fault !== null) continue;
      const reference = spawnSync('zstd', ['-d', '-q', '-c'], { input: zstd, maxBuffer: 1 << 26 });
      assert.equal(String(reference.stderr), '');
      assert.ok(octets.equals(reference.stdout));
      read++;
    }
    assert.ok(read > 25, `only ${read} were read`);
  });
});

describe('checksums', () => {
  it('are what others computed for the same texts', () => {
    // The lower halves of XXH64, as pierrec/xxHash and OneOfOne/xxhash have them in their tests.
    const known: [text: string, checksum: number][] = [
      ['', 0x51d8e999],
      ['a', 0xa98c6e5b],
      ['asdf', 0x99cea71e],
      ['Call me Ishmael. Some years ago--never mind how long precisely-', 0x70d6fd96],
    ];
    const checksum = new ContentChecksum();
    for (const [text, value] of known) {
      const octets = new TextEncoder().encode(text);
      for (const cut of [0, 1, 33]) {
        checksum.begin();
        checksum.add(octets, 0, Math.min(cut, octets.length));
        checksum.add(octets, Math.min(cut, octets.length), octets.length);
        assert.equal(checksum.value, value, text);
      }
    }
  });

  it('are what zstd writes, for any length', { skip: without }, () => {
    const folder = mkdtempSync(join(tmpdir(), 'wsdissect-zstd-'));
    try {
      const contents = Array.from({ length: 100 }, (_, length) => ownText.subarray(length, 2 * length));
      const names = contents.map((octets, length) => {
        const name = join(folder, String(length));
        writeFileSync(name, octets);
        return name;
      });
      const { stdout } = spawnSync('zstd', ['-q', '-c', '--check', ...names]);
      assert.deepEqual(decompress(stdout), { octets: Buffer.concat(contents), fault: null });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('that are wrong are told, after all that was made', () => {
    const frame = frameOfBlocks([[2 << 3, 7, 8, 0]], { checksum: 1 });
    const { octets, fault } = decompress(frame);
    assert.deepEqual(octets, Buffer.of(7, 8));
    assert.match(fault ?? '', /a wrong checksum/);
  });
});

/** Compressed blocks, whose last octet with its highest bit ends the bits of sequences. */
const MODES_CONSTANT = 0b01_01_01_00;
const NO_LITERALS = 0;
const ENDED = 1;

const REFUSED: [says: string, block: number[]][] = [
  ['a block without literals', []],
  ['literals that end early', [5 << 3, 1, 2]],
  ['literals of more than 128 KiB', [0x0d, 0, 0xff, 7]],
  ['literals without a Huffman table', [0x13, 0x40, 0, 1, 0]],
  ['a Huffman table that ends early', [0x12, 0x40, 0, 0x90, 0]],
  ['a Huffman table that leaves codes without a symbol', [0x12, 0xc0, 0, 0x81, 0x00, 0x80, 0]],
  ['a Huffman code of too many bits', [0x12, 0xc0, 0, 0x81, 0xff, 0x80, 0]],
  ['too few literals for four streams', [0x16, 0xc0, 1, 0x80, 0x10, 0, 0, 0, 0, 0, 0]],
  ['sequences that end early', [NO_LITERALS, 1]],
  ['something behind no sequences', [NO_LITERALS, 0, 9]],
  ['reserved bits that are set', [NO_LITERALS, 1, 1, ENDED]],
  ['a code that there is not', [NO_LITERALS, 1, MODES_CONSTANT, 36, 1, 1, ENDED]],
  ['a block that repeats a table of none', [NO_LITERALS, 1, 0b11_11_11_00, ENDED]],
  ['a table of too many states', [NO_LITERALS, 1, 0b10_00_00_00, 0x0f, 0, 0, ENDED]],
  ['a table that ends early', [NO_LITERALS, 1, 0b10_00_00_00, 0x10]],
  ['a stream of bits without an end', [NO_LITERALS, 1, MODES_CONSTANT, 0, 1, 1, 0]],
  ['sequences of another length', [NO_LITERALS, 1, MODES_CONSTANT, 0, 3, 0, 0x80]],
  ['sequences of another length', [NO_LITERALS, 1, MODES_CONSTANT, 0, 3, 0, ENDED]],
  ['a match from before the window', [NO_LITERALS, 1, MODES_CONSTANT, 0, 3, 0, 0b1000]],
  ['a match from before the window', [NO_LITERALS, 1, MODES_CONSTANT, 0, 28, 0, ENDED]],
  ['more literals than there are', [NO_LITERALS, 1, MODES_CONSTANT, 9, 0, 0, ENDED]],
];

describe('blocks that break the format', () => {
  for (const [says, block] of REFUSED) {
    it(`${says}: ${Buffer.from(block).toString('hex') || 'nothing'}`, () => {
      const { octets, fault } = decompress(frameOfBlocks([block]));
      assert.match(fault ?? '', new RegExp(`^the zstd data is broken \\(${says}\\) at octet 6 of the file`));
      assert.equal(octets.length, 0);
    });
  }

  it('98,000 matches of 64 KiB each, which 18 octets may ask for', () => {
    const begun = process.cpuUsage();
    const { fault } = decompress(frameOfBlocks([[NO_LITERALS, 0xff, 0xff, 0xff, MODES_CONSTANT, 0, 1, 52, ENDED]]));
    assert.match(fault ?? '', /sequences of another length/);
    assert.ok(process.cpuUsage(begun).user < 500_000);
  });

  it('matches that go beyond the end of their block', () => {
    const literals = [4 << 3, 1, 2, 3, 4, 0];
    const matches = (count: number) => {
      const bits = new Array<number>(2 * count).fill(0);
      return decompress(frameOfBlocks([literals, [NO_LITERALS, count, MODES_CONSTANT, 0, 0, 52, ...bits, ENDED]]));
    };
    assert.equal(matches(1).octets.length, 4 + 65_539);
    assert.match(matches(2).fault ?? '', /a block that makes more than it may/);
  });

  it('no sequences, counted in two octets, are none', () => {
    assert.deepEqual(decompress(frameOfBlocks([[2 << 3, 7, 8, 128, 0]])), { octets: Buffer.of(7, 8), fault: null });
  });

  it('a frame that makes more or less than its header says', () => {
    const twoOctets = [2 << 3, 7, 8, 0];
    assert.equal(decompress(frameOfBlocks([twoOctets], { content: 2 })).fault, null);
    assert.match(
      decompress(frameOfBlocks([twoOctets], { content: 3 })).fault ?? '',
      /a frame that makes less than it says/,
    );
    assert.match(
      decompress(frameOfBlocks([twoOctets, twoOctets], { content: 3 })).fault ?? '',
      /a frame that makes more than it says/,
    );
  });
});
