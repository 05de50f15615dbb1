// The fuzzer itself: a fault of any kind is found, told with the command that repeats it, made small, and costs no other case;
// and a run of the real layers draws the same cases each time. `npm run fuzz` in `.ci/run` is the run that looks for faults.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { after, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { layers } from '../../fuzz/layers.ts';
import { faultOf, inputOf } from '../../fuzz/trial.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const FAULTY = fileURLToPath(new URL('faulty-layers.ts', import.meta.url));
/** No run of people has it. */
const SEED = '987654';

function fuzz(...words: string[]): { status: number | null; stdout: string; stderr: string } {
  const all = ['--import', 'tsx', 'fuzz/run.ts', '--seed', SEED, ...words];
  return spawnSync(process.execPath, all, { cwd: ROOT, encoding: 'utf8' });
}

/** With a layer that breaks a promise. */
const faulty = (layer: string, ...words: string[]) => fuzz('--layers', FAULTY, '--layer', layer, ...words);

describe('the fuzzer', () => {
  const found: string[] = [];
  after(() => {
    for (const path of found) rmSync(path, { force: true });
  });

  it('tells a fault with the command that repeats it, and the smallest input', () => {
    const { status, stdout } = faulty('throws', '--cases', '300');
    assert.equal(status, 1, stdout);
    const command = /npm run fuzz -- (--seed \d+ --case \d+ --layer throws)\n/.exec(stdout);
    assert.ok(command, stdout);
    const again = fuzz('--layers', FAULTY, ...command[1].split(' '));
    assert.equal(again.status, 1);
    assert.match(again.stdout, /TypeError: there is a 7 among/);
    const path = /--input (fuzz\/found\/\S+\.bin)/.exec(stdout)?.[1] ?? '';
    found.push(`${ROOT}${path}`);
    assert.deepEqual([...readFileSync(`${ROOT}${path}`)], [7]);
    assert.equal(faulty('throws', '--input', path).status, 1);
    assert.match(stdout, /300 cases in \d+ s: \d+ cases broke a promise, in 1 new ways/);
  });

  it('tells those of layers that wait', () => {
    const { status, stdout } = faulty('waits', '--cases', '200');
    found.push(...[...stdout.matchAll(/--input (\S+)/g)].map(([, path]) => `${ROOT}${path}`));
    assert.equal(status, 1);
    assert.match(stdout, /waits: it is long\n/);
  });

  it('tells a case that never ends, and goes on behind it', () => {
    const { status, stdout } = faulty('never-ends', '--cases', '20', '--patience', '1');
    assert.equal(status, 1);
    assert.match(
      stdout,
      /never-ends: it has not ended after 1 s of work\n {2}again: npm run fuzz -- --seed 987654 --case \d+ /,
    );
    assert.match(stdout, /20 cases in \d+ s/);
  });

  it('tells a case that takes longer than its octets allow', () => {
    const { status, stdout } = faulty('slow', '--cases', '9');
    found.push(...[...stdout.matchAll(/--input (\S+)/g)].map(([, path]) => `${ROOT}${path}`));
    assert.equal(status, 1);
    assert.match(stdout, /slow: it takes \d+ ms for \d+ octets, each time/);
  });

  it('tells a case that takes all memory', () => {
    const { status, stdout } = faulty('hungry', '--cases', '9');
    assert.equal(status, 1);
    assert.match(stdout, /hungry: .*memory/);
    assert.match(stdout, /9 cases in/);
  });

  it('finds nothing where nothing is wrong', () => {
    const { status, stdout } = faulty('sound', '--cases', '500', '--jobs', '2');
    assert.equal(status, 0, stdout);
    assert.match(stdout, /500 cases in \d+ s: no fault/);
  });

  it('refuses what it cannot do in one line', () => {
    for (const [words, said] of [
      [['--layer', 'nothing'], /^fuzz: there is no layer nothing; there are sound, throws, /],
      [['--cases', 'many'], /^fuzz: --cases must be a number, and it is many\n$/],
      [['--case', '3'], /^fuzz: --case and --input need the --layer\n$/],
    ] as const) {
      const { status, stderr } = fuzz('--layers', FAULTY, ...words);
      assert.equal(status, 2);
      assert.match(stderr, said);
    }
  });
});

describe('each layer', () => {
  for (const layer of layers) {
    it(`${layer.name}: keeps its promises to what it begins from, and draws the same again`, async () => {
      assert.ok(layer.corpus.length > 0);
      for (let number = 0; number < 20; number++) {
        assert.deepEqual(inputOf(layer, 5, number), inputOf(layer, 5, number));
      }
      // A process for each of its files would take longer than all else.
      const corpus = layer.name === 'commands' ? layer.corpus.slice(0, 3) : layer.corpus;
      for (const octets of corpus) assert.equal(await faultOf(layer, octets), null);
    });
  }
});
