// Holds the tree to docs/architecture.md: the direction of imports, what each kind of file may do, and that lists kept by
// hand agree with what they list.

import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const SOURCE = join(ROOT, 'src');

/** Octets flow from the first to the last: a folder imports from those before it. */
const FLOW = ['capture', 'link', 'tcp', 'http', 'ws', 'codec', 'dissect', 'output', 'endpoint', 'check', 'cli'];
/** What others import, made of anything but the command line. */
const FACES = ['index.ts', 'testing.ts'];
/** Folders whose files do no I/O, and the modules that are I/O. */
const SANS_IO = ['link', 'tcp', 'http', 'ws'];
const IO = /^node:(fs|net|http|https|tls|dgram|child_process|readline|worker_threads|stream|process)/;
/** Lines of a file. */
const LONGEST = 300;
/** Files that are longer, each with what it may have: a bound is only ever lowered, and no file is added. */
const LONGER = new Map([
  ['codec/message-table.ts', 310],
  ['tcp/connection-table.ts', 312],
  ['codec/octet-writer.ts', 370],
  ['endpoint/connection.ts', 365],
  ['ws/message-assembler.ts', 380],
  ['dissect/conversation.ts', 400],
  ['codec/protobuf-json.ts', 400],
  ['ws/frame-search.ts', 375],
  ['dissect/opening.ts', 355],
]);

interface SourceFile {
  path: string;
  folder: string;
  text: string;
  lines: number;
  /** Modules imported, those of the project as paths from `src/`. */
  imports: string[];
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return filesBelow(path);
    return path.endsWith('.ts') ? [path] : [];
  });
}

function readSource(path: string): SourceFile {
  const text = readFileSync(path, 'utf8');
  const specifiers = [...text.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map(([, specifier]) => specifier);
  const imports = specifiers.map((specifier) =>
    specifier.startsWith('.') ? relative(SOURCE, resolve(dirname(path), specifier)) : specifier,
  );
  const name = relative(SOURCE, path);
  const lines = text.trimEnd().split('\n').length;
  return { path: name, folder: name.includes('/') ? name.split('/')[0] : '', text, lines, imports };
}

const sources = filesBelow(SOURCE).map(readSource);

test('a folder imports from folders above it only', () => {
  for (const { path, folder, imports } of sources) {
    for (const imported of imports) {
      const target = FLOW.indexOf(imported.split('/')[0]);
      if (!imported.endsWith('.ts') || target < 0) continue;
      if (FACES.includes(path))
        assert.notEqual(imported.split('/')[0], 'cli', 'the library does not need the command line');
      else assert.ok(target <= FLOW.indexOf(folder), `src/${path} imports src/${imported}, which is below it`);
    }
  }
});

test('docs/architecture.md names each folder of src, in the order of the flow', () => {
  const folders = readdirSync(SOURCE, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  assert.deepEqual(folders.map(({ name }) => name).sort(), [...FLOW].sort());
  const page = readFileSync(join(ROOT, 'docs/architecture.md'), 'utf8');
  assert.deepEqual(
    [...page.matchAll(/^\| `src\/(\w+)\/` \|/gm)].map(([, name]) => name),
    FLOW,
  );
});

test('no file imports itself by way of others', () => {
  const byPath = new Map(sources.map((source) => [source.path, source]));
  const done = new Set<string>();
  const visit = (path: string, way: string[]): void => {
    assert.ok(!way.includes(path), `imports go round: ${[...way, path].join(' → ')}`);
    if (done.has(path)) return;
    for (const imported of valueImports(byPath.get(path)?.text ?? '', path)) visit(imported, [...way, path]);
    done.add(path);
  };
  for (const { path } of sources) visit(path, []);
});

/** Imports that are there at run time: types alone make no circle. */
function valueImports(text: string, path: string): string[] {
  return [...text.matchAll(/(?:import|export)\s+(?!type)[^;]*?from\s+'(\.[^']+)'/g)].map(([, specifier]) =>
    relative(SOURCE, resolve(SOURCE, dirname(path), specifier)),
  );
}

test('parsers do no I/O', () => {
  for (const { path, folder, imports } of sources) {
    if (!SANS_IO.includes(folder)) continue;
    for (const imported of imports) assert.doesNotMatch(imported, IO, `src/${path} imports ${imported}`);
  }
});

test('only the command line speaks to the process and the console', () => {
  for (const { path, folder, text } of sources) {
    if (folder === 'cli') continue;
    const code = text.replace(/^\s*(\/\/|\*|\/\*\*).*$/gm, '');
    assert.doesNotMatch(code, /\b(process|console)\./, `src/${path} uses process or console`);
  }
});

test('each folder has a README.md or an index.ts to begin with', () => {
  for (const folder of new Set(sources.map((source) => dirname(source.path)).filter((name) => name !== '.'))) {
    const begins = ['README.md', 'index.ts'].some((name) => existsSync(join(SOURCE, folder, name)));
    assert.ok(begins, `src/${folder} has neither`);
  }
});

test('each file begins by saying what it is for, and is one idea long', () => {
  for (const { path, text, lines } of sources) {
    assert.match(text, /^(#!.*\n)?\/\//, `src/${path} begins without a comment`);
    const most = LONGER.get(path) ?? LONGEST;
    assert.ok(lines <= most, `src/${path} has ${lines} lines, and ${most} are allowed`);
  }
});

test('a file that is allowed more lines than others still needs them', () => {
  for (const path of LONGER.keys()) {
    const lines = sources.find((source) => source.path === path)?.lines ?? 0;
    assert.ok(lines > LONGEST, `src/${path} has ${lines} lines: take it off the list`);
  }
});

test('there is no enum, no default export, no any', () => {
  for (const { path, text } of sources) {
    assert.doesNotMatch(text, /^(export )?(const )?enum /m, `src/${path} has an enum`);
    assert.doesNotMatch(text, /^export default /m, `src/${path} has a default export`);
    assert.doesNotMatch(
      text,
      /\bas any\b|: any\b|\{\} as\b|@ts-ignore|@ts-nocheck/,
      `src/${path} is loose about types`,
    );
  }
});

test('docs/dependencies.md gives the reason of each production dependency, and of no other', () => {
  const { dependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  const listed = [...readFileSync(join(ROOT, 'docs/dependencies.md'), 'utf8').matchAll(/^\| `([^`]+)`/gm)].map(
    ([, name]) => name,
  );
  assert.deepEqual(listed.sort(), Object.keys(dependencies).sort());
});
