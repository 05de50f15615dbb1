// A .proto file from elsewhere reads nothing but what lies in the registry's folder, however it names what it wants.

import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { loadRegistry } from '../../src/codec/index.ts';

const outside = mkdtempSync(join(tmpdir(), 'wsdissect-imports-'));
after(() => rmSync(outside, { recursive: true }));
const folder = join(outside, 'registry');
mkdirSync(join(folder, 'sub'), { recursive: true });
writeFileSync(join(outside, 'secret.proto'), 'syntax = "proto3"; message Secret { uint32 x = 1; }\n');
writeFileSync(join(folder, 'registry.yaml'), 'proto: [main.proto]\nmessages: { 1: Main }\n');

function load(source: string, more: Readonly<Record<string, string>> = {}): Promise<unknown> {
  writeFileSync(join(folder, 'main.proto'), source);
  for (const [name, text] of Object.entries(more)) writeFileSync(join(folder, name), text);
  return loadRegistry(join(folder, 'registry.yaml'));
}

const importing = (name: string, kind = '') =>
  `syntax = "proto3";\nimport ${kind}"${name}";\nmessage Main { Secret secret = 1; }\n`;

describe('an import', () => {
  for (const name of [
    '../secret.proto',
    'sub/../../secret.proto',
    './../secret.proto',
    'sub/..//../secret.proto',
    join(outside, 'secret.proto'),
  ]) {
    for (const kind of ['', 'public ', 'weak ']) {
      it(`${kind}of ${name.replace(outside, '…')} is refused`, async () => {
        await assert.rejects(
          load(importing(name, kind)),
          /main\.proto:2:\d+: the import ".*" leaves the registry's folder; /,
        );
      });
    }
  }

  it('by the separators of another system is refused too', async () => {
    await assert.rejects(load(importing('..\\\\secret.proto')), /the import ".*" leaves the registry's folder; /);
  });

  it('of an import is held to the same folder', async () => {
    const inner = { 'sub/inner.proto': 'syntax = "proto3";\nimport "../../secret.proto";\n' };
    await assert.rejects(load(importing('sub/inner.proto'), inner), /inner\.proto:2:\d+: the import .* leaves/);
  });

  it('of a folder, of a device, or of nothing is not to be found', async () => {
    for (const name of ['sub', '.', '', 'sub/', 'none.proto', '%2e%2e/secret.proto', 'file:secret.proto'])
      await assert.rejects(
        load(importing(name)),
        (error: Error) => error.name === 'DocumentError' && !error.message.includes('\n'),
      );
  });

  it('that goes round is read once', async () => {
    const round = { 'other.proto': 'syntax = "proto3";\nimport "main.proto";\nmessage Secret { Main main = 1; }\n' };
    await load(importing('other.proto'), round);
  });

  it('by a symbolic link in the folder is followed: whoever laid it there could have laid the file', async () => {
    symlinkSync(join(outside, 'secret.proto'), join(folder, 'linked.proto'));
    await load(importing('linked.proto'));
  });

  it('by two thousand files in a row is read', async () => {
    const files: Record<string, string> = {};
    const count = 2000;
    for (let number = 0; number < count; number++) {
      const next = number === count - 1 ? 'message Secret {}' : `import public "f${number + 1}.proto";`;
      files[`f${number}.proto`] = `syntax = "proto3";\n${next}\n`;
    }
    await load(importing('f0.proto'), files);
  });
});
