// What the pages show runs as it stands there: programs, imports, commands and documents. Whether help does is tested with help.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, posix } from 'node:path';
import { after, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { cel } from '../src/check/kinds/cel.ts';
import { KINDS } from '../src/check/kinds/index.ts';
import { loadRegistry } from '../src/codec/index.ts';
import {
  CONNECT_OPTIONS,
  CONNECT_TLS,
  REPLAY_OPTIONS,
  SERVE_OPTIONS,
  SERVE_TLS,
} from '../src/endpoint/option-tables.ts';
import { SERVER_DEFAULTS } from '../src/endpoint/server-settings.ts';
import { skipRows } from '../src/link/skip-explanations.ts';
import { gapRows } from '../src/tcp/gap-explanations.ts';
import { program, wsdissect } from './cli/command-line.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const walkthrough = join(root, 'fixtures/walkthrough');
const pages = new Map(
  ['README.md', ...readdirSync(join(root, 'docs')).map((name) => `docs/${name}`)]
    .filter((name) => name.endsWith('.md'))
    .map((name) => [name, readFileSync(join(root, name), 'utf8')]),
);

/** Where the package is installed as a stranger would have it, with captures and documents by the names that the pages use. */
const folder = mkdtempSync(join(tmpdir(), 'wsdissect-docs-'));
after(() => rmSync(folder, { recursive: true }));
mkdirSync(join(folder, 'node_modules'));
symlinkSync(root, join(folder, 'node_modules/wsdissect'));
cpSync(walkthrough, folder, { recursive: true });
cpSync(join(walkthrough, 'walkthrough.registry.yaml'), join(folder, 'wsdissect.registry.yaml'));
mkdirSync(join(folder, 'captures'));
for (const name of ['capture.pcap', 'good.pcap', 'bad.pcap', 'captures/one.pcap', 'captures/other.pcap']) {
  cpSync(join(walkthrough, 'walkthrough.pcap'), join(folder, name));
}
for (const name of ['demo.yaml', 'demo.registry.yaml']) {
  cpSync(join(walkthrough, 'walkthrough.registry.yaml'), join(folder, name));
}
cpSync(join(walkthrough, 'walkthrough.expect.yaml'), join(folder, 'e.yaml'));

/** The fenced blocks of a language on a page. */
function blocksOf(page: string, language: string): string[] {
  return [...(pages.get(page) as string).matchAll(/^```(\w+)\n([\s\S]*?)^```/gm)]
    .filter(([, name]) => name === language)
    .map(([, , text]) => text);
}

/** The cells of the rows that stand in a page's table with this head. */
function rowsBelow(page: string, head: string): string[][] {
  const lines = (pages.get(page) as string).split('\n');
  const rest = lines.slice(lines.indexOf(head) + 2);
  return rest
    .slice(0, rest.indexOf(''))
    .map((line) => line.split(/(?<!\\)\|/).slice(1, -1))
    .map((cells) => cells.map((cell) => cell.trim()));
}

function runs(text: string): void {
  const path = join(folder, 'program.mjs');
  writeFileSync(path, text);
  const { status, stderr } = spawnSync(process.execPath, ['--no-warnings', path], { cwd: folder, encoding: 'utf8' });
  assert.deepEqual([stderr, status], ['', 0]);
}

for (const [page, text] of pages) {
  for (const [, line] of text.matchAll(/`(import [^`]+)`/g)) test(`${page}: ${line}`, () => runs(line));
}

for (const [page, programs] of [
  ['README.md', 1],
  ['docs/endpoint.md', 1],
  ['docs/recording.md', 2],
] as const) {
  test(`the programs on ${page} run`, () => {
    const texts = blocksOf(page, 'js');
    assert.equal(texts.length, programs);
    for (const text of texts) runs(text);
  });
}

test('docs/recording.md names the options of replay, and no others', () => {
  const rows = rowsBelow('docs/recording.md', '| option of `replay` | |');
  assert.deepEqual(rows.map(([name]) => name.replaceAll('`', '')).sort(), Object.keys(REPLAY_OPTIONS).sort());
});

for (const page of ['docs/check.md', 'docs/conditions.md']) {
  const lines = blocksOf(page, 'sh').flatMap((block) => block.trimEnd().split('\n'));
  for (const line of lines) {
    test(`${page}: ${line}`, () => {
      const script = `wsdissect() { "${process.execPath}" "${program}" "$@"; }; ${line}`;
      const { status, stderr } = spawnSync('bash', ['-c', script], { cwd: folder, encoding: 'utf8' });
      assert.equal(status, 0, stderr);
    });
  }
}

test('the expectations on docs/check.md are some, of which the walkthrough misses one by its slow answer', () => {
  const [expectations] = blocksOf('docs/check.md', 'yaml');
  writeFileSync(join(folder, 'shown.yaml'), expectations);
  const { exitCode, output } = wsdissect(['check', 'good.pcap', '--expect', 'shown.yaml'], { directory: folder });
  assert.equal(exitCode, 1, output);
  assert.deepEqual(output.match(/✗ .+?(?= {2})/g), ['✗ every ping is answered within 50 ms']);
});

test('the registry on docs/registry.md is one', async () => {
  const [registry] = blocksOf('docs/registry.md', 'yaml');
  writeFileSync(join(folder, 'shown.registry.yaml'), registry);
  await loadRegistry(join(folder, 'shown.registry.yaml'));
});

test('the scenario on docs/scenarios.md is performed', () => {
  const [scenario] = blocksOf('docs/scenarios.md', 'yaml');
  writeFileSync(join(folder, 'shown.scenario.yaml'), scenario);
  const words = ['record', '-o', 'shown.pcap', '--scenario', './shown.scenario.yaml'];
  const { exitCode, errors } = wsdissect(words, { directory: folder });
  assert.equal(exitCode, 0, errors);
});

test('docs/check.md names all that a condition on a connection can ask of', () => {
  const row = (pages.get('docs/check.md') as string).split('\n').find((line) => line.startsWith('| `cel` |')) ?? '';
  const [, names] = /it can ask of (.+)$/.exec(cel.schema.description as string) as RegExpExecArray;
  assert.deepEqual(
    names.split(', ').filter((name) => !row.includes(`\`${name}\``)),
    [],
  );
});

test('docs/check.md has a row for each kind of expectation, and for no other', () => {
  const [, table] = /^\| kind \|.*\n\|[-|]+\n((?:\|.*\n)+)/m.exec(
    pages.get('docs/check.md') as string,
  ) as RegExpExecArray;
  const told = [...table.matchAll(/^\| `(\w+)` \|/gm)].map(([, name]) => name);
  assert.deepEqual(told.sort(), KINDS.map(({ key }) => key).sort());
});

describe('the options of serve and connect on docs/endpoint.md', () => {
  const rows = rowsBelow(
    'docs/endpoint.md',
    '| option | kind, unit | `serve`, default | `connect`, default | on the command line |',
  );
  const named = (cell: string) => [...cell.matchAll(/`(\w+)`/g)].map(([, name]) => name);
  const takenBy = (column: number) => rows.filter((cells) => cells[column] !== '—').flatMap(([name]) => named(name));

  test('are all that serve takes', () => assert.deepEqual(takenBy(2).sort(), Object.keys(SERVE_OPTIONS).sort()));
  test('are all that connect takes', () => assert.deepEqual(takenBy(3).sort(), Object.keys(CONNECT_OPTIONS).sort()));

  test('have the defaults of serve that are numbers', () => {
    for (const [option, value] of Object.entries(SERVER_DEFAULTS)) {
      if (typeof value !== 'number') continue;
      const [, , cell] = rows.find(([name]) => name === `\`${option}\``) as string[];
      assert.equal(Number(cell.replace(/,| each$/g, '')), value, option);
    }
  });

  test('have those of TLS', () => {
    const [, cell] = rows.find(([name]) => name === '`tls`') as string[];
    const lists = [...cell.matchAll(/`\{ (.+?) \}`/g)].map(([, names]) => names.split(', ').sort());
    assert.deepEqual(
      lists,
      [SERVE_TLS, CONNECT_TLS].map((table) => Object.keys(table).sort()),
    );
  });
});

for (const [what, heading, rows] of [
  ['packets are skipped', '| reason | what the packet is | what to do |', skipRows()],
  ['octets are given up', '| reason | what the octets are | what to do |', gapRows()],
] as const) {
  test(`docs/events.md has the reasons for which ${what}, in the words of explain`, () => {
    assert.deepEqual(
      rowsBelow('docs/events.md', heading),
      rows.map(({ reason, words, remedy = '' }) => [`\`${reason}\``, words, remedy]),
    );
  });
}

test('every link between pages of the package leads to a file of the package, and to a heading that is there', () => {
  const words = ['pack', '--dry-run', '--json', '--ignore-scripts'];
  const { stdout, stderr } = spawnSync('npm', words, { cwd: root, encoding: 'utf8' });
  assert.notEqual(stdout, '', stderr);
  const packed: string[] = JSON.parse(stdout)[0].files.map(({ path }: { path: string }) => path);
  const texts = new Map(
    packed.filter((path) => path.endsWith('.md')).map((path) => [path, readFileSync(join(root, path), 'utf8')]),
  );
  let links = 0;
  for (const [page, text] of texts) {
    for (const [, target] of text.matchAll(/\]\((?!\w+:)([^)\s]+)\)/g)) {
      links++;
      const [path, heading] = target.split('#');
      const file = path === '' ? page : posix.join(posix.dirname(page), path);
      assert.ok(packed.includes(file), `${page} links to ${target}, which is not in the package`);
      if (heading === undefined) continue;
      const headings = [...(texts.get(file) ?? '').matchAll(/^#+ (.+)$/gm)].map(([, words]) => anchorOf(words));
      assert.ok(headings.includes(heading), `${page} links to ${target}, and there is no such heading`);
    }
  }
  assert.ok(links > 100, `${links} links`);
});

/** As GitHub makes it of a heading. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\- _]/gu, '')
    .replaceAll(' ', '-');
}
