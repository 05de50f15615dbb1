// Reads a scenario from its file (docs/scenarios.md, schemas/scenario.schema.json), and finds those that are shipped. What
// is none is refused by line and column.

import { existsSync, readdirSync } from 'node:fs';
import { basename, dirname, isAbsolute, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type DocumentNode, parseDocument } from '../../codec/document.ts';
import { DocumentError } from '../../codec/document-error.ts';
import { readDocumentText } from '../../codec/read-text-file.ts';
import { nearestName } from '../../nearest-name.ts';
import { checkValue, TEXT } from '../../option-checks.ts';
import { LONGEST_TIMER } from '../longest-timer.ts';
import type { Scenario, ScenarioConnection, ScenarioServer } from './scenario.ts';
import { readSteps } from './step-reader.ts';

const ENDING = '.yaml';
const MOST_CONNECTIONS = 10_000;

/** The folder `scenarios` beside package.json, wherever the code was built to. */
function shippedFolder(): string {
  for (let folder = dirname(fileURLToPath(import.meta.url)); ; folder = dirname(folder)) {
    const found = join(folder, 'scenarios');
    if (existsSync(join(found, `walkthrough${ENDING}`))) return found;
    if (folder === dirname(folder)) throw new Error('the folder scenarios of the package is missing');
  }
}

/** Names of the scenarios that come with the package, the article's first. */
export function scenarioNames(): string[] {
  const names = readdirSync(shippedFolder())
    .filter((name) => name.endsWith(ENDING))
    .map((name) => basename(name, ENDING));
  return names.sort((a, b) => Number(b === 'walkthrough') - Number(a === 'walkthrough') || (a < b ? -1 : 1));
}

/**
 * The path that a name or path stands for: with a slash or an ending it is a path, else a shipped scenario.
 *
 * @throws {DocumentError} where there is no such scenario
 */
export function scenarioPath(nameOrPath: string): string {
  if (/[/\\]|\.(ya?ml|json)$/i.test(nameOrPath)) return nameOrPath;
  const names = scenarioNames();
  if (names.includes(nameOrPath)) return join(shippedFolder(), `${nameOrPath}${ENDING}`);
  const nearest = nearestName(nameOrPath, names);
  const whatToDo = nearest ? `did you mean ${nearest}?` : 'record --list names all; a file is named with its ending';
  throw new DocumentError({ file: nameOrPath }, 'there is no such scenario', whatToDo);
}

/**
 * Reads a scenario by its name or path.
 *
 * @throws {TypeError} where neither is given
 * @throws {DocumentError} in one line, `file:line:column: what; what to do`
 */
export async function loadScenario(nameOrPath: string): Promise<Scenario> {
  checkValue('the scenario', nameOrPath, { ...TEXT, words: 'a name or a path' });
  const path = scenarioPath(nameOrPath);
  const document = await parseDocument(path, await readDocumentText(path, 'the scenario'));
  const fields = document.fields('the scenario', ['title', 'about', 'server', 'registry', 'connections']);
  const connections = fields.get('connections');
  if (connections === undefined) throw document.error('connections is missing', 'add connections: and a list');
  const registry = fields.get('registry')?.text('registry') ?? null;
  const name = basename(path).replace(/\.[^.]*$/, '');
  const scenario = {
    name,
    title: fields.get('title')?.text('title') ?? name,
    about: fields.get('about')?.text('about').trim() ?? '',
    server: serverOf(fields.get('server')),
    registry: registry === null || isAbsolute(registry) ? registry : join(dirname(path), registry),
    connections: connections.items('connections').map(connectionOf),
  };
  refuseStepsOfArticleServer(scenario, connections);
  return scenario;
}

function serverOf(node: DocumentNode | undefined): ScenarioServer {
  if (node === undefined) return { kind: 'scripted' };
  if (node.kind === 'text') return { kind: kindOf(node) };
  const keys = ['kind', 'readLimit', 'readDeadline', 'compression', 'subprotocols', 'headers'] as const;
  const fields = node.fields('server', keys);
  const kind = fields.get('kind');
  const subprotocols = fields.get('subprotocols')?.items('subprotocols');
  const headers = fields.get('headers')?.members('headers');
  const readLimit = fields.get('readLimit')?.integerWithin('readLimit', 1, Number.MAX_SAFE_INTEGER);
  const readDeadline = fields.get('readDeadline')?.integerWithin('readDeadline', 0, LONGEST_TIMER);
  const compression = fields.get('compression')?.boolean('compression');
  return {
    kind: kind === undefined ? 'article' : kindOf(kind),
    ...(readLimit === undefined ? {} : { readLimit }),
    ...(readDeadline === undefined ? {} : { readDeadline }),
    ...(compression === undefined ? {} : { compression }),
    ...(subprotocols === undefined ? {} : { subprotocols: subprotocols.map((each) => each.text('a subprotocol')) }),
    ...(headers === undefined ? {} : { headers: headers.map(({ key, value }) => [key, value.text(key)] as const) }),
  };
}

function kindOf(node: DocumentNode): ScenarioServer['kind'] {
  const kind = node.text('server');
  if (kind === 'scripted' || kind === 'article') return kind;
  throw node.error(`there is no server ${JSON.stringify(kind)}`, 'write article or scripted');
}

function connectionOf(node: DocumentNode, index: number): ScenarioConnection {
  const fields = node.fields('a connection', ['name', 'times', 'atOnce', 'steps', 'diagnostics']);
  const steps = fields.get('steps');
  if (steps === undefined) throw node.error('a connection needs its steps', 'add steps: and a list');
  const times = fields.get('times')?.integerWithin('times', 1, MOST_CONNECTIONS) ?? 1;
  return {
    name: fields.get('name')?.text('name') ?? `connection ${index}`,
    times,
    atOnce: fields.get('atOnce')?.boolean('atOnce') ?? false,
    steps: readSteps(steps),
    diagnostics: (fields.get('diagnostics')?.items('diagnostics') ?? []).map((each) => each.text('a code')),
  };
}

/** The article's server does what it does; who wants to tell it needs a scripted one. */
function refuseStepsOfArticleServer({ server, connections }: Scenario, node: DocumentNode): void {
  if (server.kind !== 'article') return;
  const told = connections.some(({ steps }) => steps.some((step) => 'by' in step && step.by === 'server'));
  if (told) throw node.error('the article server answers by itself', 'leave out its steps, or write server: scripted');
}
