// Prints the parts of the package as whoever installs it has them, as CycloneDX: `npm run --silent sbom > wsdissect.cdx.json`.
// npm makes the list; it is given the production part of the lockfile, as it leaves out whatever a tool of ours needs too.

import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const read = (name) => JSON.parse(readFileSync(join(root, name), 'utf8'));
const { devDependencies: _, ...manifest } = read('package.json');
const lockfile = read('package-lock.json');
const { devDependencies: __, ...own } = lockfile.packages[''];
const others = Object.entries(lockfile.packages).filter(([path, { dev }]) => path !== '' && !dev);

const place = mkdtempSync(join(tmpdir(), 'wsdissect-sbom-'));
try {
  // npm takes the folder's name for the package's.
  const folder = join(place, manifest.name);
  mkdirSync(folder);
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
  const packages = { '': own, ...Object.fromEntries(others) };
  writeFileSync(join(folder, 'package-lock.json'), JSON.stringify({ ...lockfile, packages }));
  const words = ['sbom', '--package-lock-only', '--sbom-format', 'cyclonedx'];
  process.stdout.write(execFileSync('npm', words, { cwd: folder, encoding: 'utf8' }));
} finally {
  rmSync(place, { recursive: true });
}
