// What whoever installs the package takes in: nothing is run, nothing comes from elsewhere than the registry that they chose,
// and there is a list of all parts.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Ajv } from 'ajv';
import { parse } from 'yaml';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const json = (path: string) => JSON.parse(readFileSync(path, 'utf8'));
const manifest = json(join(ROOT, 'package.json'));

interface LockedPackage {
  version: string;
  integrity?: string;
  resolved?: string;
  dev?: true;
  optional?: true;
  hasInstallScript?: true;
}

const locked: [name: string, entry: LockedPackage][] = Object.entries<LockedPackage>(
  json(join(ROOT, 'package-lock.json')).packages,
)
  .filter(([path]) => path !== '')
  .map(([path, entry]) => [path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length), entry]);
const production = locked.filter(([, { dev }]) => !dev);

describe('the lockfile', () => {
  test('holds a hash of each package and no address, so that any registry will do', () => {
    assert.ok(locked.length > 20);
    for (const [name, { resolved, integrity, optional }] of locked) {
      assert.equal(resolved, undefined, name);
      // Tools for other platforms, which no registry that was used has.
      if (!optional || integrity !== undefined) assert.match(integrity ?? '', /^sha512-/, name);
    }
  });

  test('and what it locks are the exact versions asked for', () => {
    for (const [name, version] of Object.entries<string>({ ...manifest.dependencies, ...manifest.devDependencies })) {
      assert.match(version, /^\d+\.\d+\.\d+$/, name);
      assert.ok(
        locked.some(([each, entry]) => each === name && entry.version === version),
        name,
      );
    }
  });
});

describe('nothing is run at an installation', () => {
  test('by us: only a clone builds itself', () => {
    const atInstallation = /^(pre|post)?(install|prepare|publish)$|^(pre|post)pack$|^dependencies$/;
    const run = Object.keys(manifest.scripts).filter((name) => atInstallation.test(name));
    assert.deepEqual(run, ['prepare']);
    assert.ok(!existsSync(join(ROOT, 'binding.gyp')), 'npm would build it');
  });

  test('by what we depend on', () => {
    assert.deepEqual(
      production.filter(([, entry]) => entry.hasInstallScript).map(([name]) => name),
      [],
    );
  });
});

describe('the list of parts (npm run sbom)', () => {
  const script = join(ROOT, 'scripts/sbom.mjs');
  const bom = JSON.parse(execFileSync(process.execPath, [script], { encoding: 'utf8' }));

  test('is valid by the schema of CycloneDX', () => {
    const place = dirname(createRequire(import.meta.url).resolve('@cyclonedx/cyclonedx-library/package.json'));
    const schema = (name: string): object => json(join(place, 'res/schema', `${name}.SNAPSHOT.schema.json`));
    const ajv = new Ajv({ strict: false, validateFormats: false });
    ajv.addSchema(schema('spdx'), 'http://cyclonedx.org/schema/spdx.SNAPSHOT.schema.json');
    ajv.addSchema(schema('jsf-0.82'), 'http://cyclonedx.org/schema/jsf-0.82.SNAPSHOT.schema.json');
    const validate = ajv.compile(schema(`bom-${bom.specVersion}`));
    assert.ok(validate(bom), JSON.stringify(validate.errors));
    assert.ok(!validate({ ...(bom as object), components: [{ name: 'no type' }] }), 'the schema refuses what is wrong');
  });

  test('is of this package', () => {
    const { name, version } = bom.metadata.component;
    assert.deepEqual([name, version], [manifest.name, manifest.version]);
  });

  test('names every production dependency, also of dependencies, and nothing else', () => {
    const named = bom.components.map(({ name, version }: { name: string; version: string }) => `${name}@${version}`);
    assert.deepEqual(named.sort(), production.map(([name, { version }]) => `${name}@${version}`).sort());
  });

  test('says of each part its hash, its licence and where to get it', () => {
    for (const { name, hashes, licenses, purl } of bom.components) {
      assert.match(purl, /^pkg:npm\//, name);
      assert.equal(hashes[0].alg, 'SHA-512', name);
      assert.ok(licenses.length > 0, name);
    }
  });
});

describe('publishing', () => {
  const folder = join(ROOT, '.github/workflows');
  const workflows = readdirSync(folder).map((name) => ({ name, text: readFileSync(join(folder, name), 'utf8') }));

  test('signs where the package was built, and needs no secret for it', () => {
    assert.deepEqual(manifest.publishConfig, { access: 'public', provenance: true });
    const { text } = workflows.find(({ name }) => name === 'release.yml')!;
    assert.equal(parse(text).jobs.publish.permissions['id-token'], 'write');
    for (const each of workflows) assert.doesNotMatch(each.text, /\bsecrets\.|_authToken|NODE_AUTH_TOKEN/, each.name);
  });

  test('pins each action by its commit, and says which version that is', () => {
    for (const { name, text } of workflows) {
      for (const [line] of text.matchAll(/^.*\buses:.*$/gm))
        assert.match(line, /@[0-9a-f]{40} # v\d+\.\d+\.\d+$/, name);
    }
  });
});
