// Capture files through `bin/wsdissect.js` as a process of its own: exit code 0 or 3, and one line of what is wrong. A tenth of
// a second a case, so a sample only: needs `npm run build`.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Random } from '../../test/support/random.ts';
import { captureFiles, ROOT } from '../corpus.ts';
import { type Layer, mustHold } from '../layer.ts';
import { mutated } from '../mutate.ts';
import { FILE_MUTATIONS, PACKET_MUTATIONS } from '../mutate-capture.ts';

const folder = mkdtempSync(join(tmpdir(), 'wsdissect-fuzz-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
const PROGRAM = join(ROOT, 'bin/wsdissect.js');
const REGISTRY = ['--registry', join(ROOT, 'fixtures/walkthrough/walkthrough.registry.yaml')];
const COMMANDS = [
  ['dissect'],
  ['dissect', '--format', 'ndjson', '--frames', ...REGISTRY],
  ['dissect', '--format', 'csv'],
  ['dissect', '--format', 'json', '--payload', 'always'],
  ['stats', ...REGISTRY],
  ['stats', '--format', 'json'],
  ['streams'],
  ['streams', '--format', 'ndjson'],
  ['dissect', '--format', 'ndjson', '--each', '--jobs', '2'],
  ['stats', '--each', '--jobs', '2'],
];
const PATIENCE = 20_000;

export const commands: Layer = {
  name: 'commands',
  about: 'capture files through bin/wsdissect.js: exit code 0 or 3, one line a file on standard error, no stack trace',
  share: 0.02,
  corpus: captureFiles(),
  draw: (random, corpus) => mutated(random, corpus, [...PACKET_MUTATIONS, ...FILE_MUTATIONS]),
  run(input: Uint8Array, dice: Random): void {
    const path = join(folder, 'case.pcap');
    const other = join(folder, 'other.pcap');
    for (const each of [path, other]) writeFileSync(each, input);
    const words = dice.pick(COMMANDS);
    const isEach = words.includes('--each');
    const piped = !isEach && dice.once(3);
    const files = isEach ? [path, other] : [piped ? '-' : path];
    const { status, signal, stderr } = spawnSync(process.execPath, [PROGRAM, ...words, ...files], {
      encoding: 'utf8',
      timeout: PATIENCE,
      maxBuffer: 1 << 28,
      ...(piped ? { input } : {}),
    });
    const what = `${words.join(' ')} ended with ${status ?? signal}: ${stderr.slice(0, 500)}`;
    mustHold(status === 0 || status === 3, () => what);
    mustHold(
      status === 0
        ? stderr === ''
        : /^(?:wsdissect: [^\n]+\n)+$/.test(stderr) && stderr.split('\n').length === files.length + 1,
      () => what,
    );
  },
};
