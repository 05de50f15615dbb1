// Scenario files: what is wrong in one is told with its place and what to do, and the schema refuses the same.

import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { parse } from 'yaml';
import { loadScenario, scenarioNames, scenarioPath } from '../../src/endpoint/scenario/scenario-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'wsdissect-scenario-'));
after(() => rmSync(folder, { recursive: true }));
const file = join(folder, 'mine.yaml');

const schema = JSON.parse(readFileSync(new URL('../../schemas/scenario.schema.json', import.meta.url), 'utf8'));
const fits = new Ajv2020({ strict: true }).compile(schema);

test('those that are shipped are as their schema has them', () => {
  for (const name of scenarioNames()) {
    assert.ok(fits(parse(readFileSync(scenarioPath(name), 'utf8'))), `${name}: ${JSON.stringify(fits.errors)}`);
  }
});

test('docs/scenarios.md names each with what it shows', async () => {
  const docs = new URL('../../docs/scenarios.md', import.meta.url);
  const text = readFileSync(docs, 'utf8');
  const shown = await Promise.all(scenarioNames().map(loadScenario));
  const table = shown.map(({ name, title, about }) => `| \`${name}\` | ${title}. ${about.replaceAll('\n', ' ')} |\n`);
  const made = text.replace(
    /(<!-- scenarios: [^\n]*-->\n)[\s\S]*(<!-- end of scenarios -->)/,
    (_, start, end) => `${start}\n| name | what it shows |\n|---|---|\n${table.join('')}\n${end}`,
  );
  if (process.env.UPDATE_GOLDEN) writeFileSync(docs, made);
  else assert.equal(text, made);
});

test('a scenario is read with all that it leaves out', async () => {
  writeFileSync(file, 'connections: [{ steps: [upgrade] }]');
  const upgrade = {
    kind: 'upgrade',
    request: { method: 'GET', target: null, fields: [], subprotocol: null, compression: 'none', early: [] },
    answer: { status: 101, reason: null, fields: [], body: '', subprotocol: null, early: [] },
  };
  assert.deepEqual(await loadScenario(file), {
    name: 'mine',
    title: 'mine',
    about: '',
    server: { kind: 'scripted' },
    registry: null,
    connections: [{ name: 'connection 0', times: 1, atOnce: false, diagnostics: [], steps: [upgrade] }],
  });
});

describe('what is no scenario', () => {
  const steps = (text: string) => `connections:\n  - steps:\n      - ${text}`;
  const cases: [what: string, text: string, message: string][] = [
    ['no connections', 'title: mine', ':1:1: connections is missing; add connections: and a list'],
    ['an unknown key', 'conections: []', ':1:1: unknown key "conections"; did you mean connections?'],
    [
      'an unknown server',
      'server: nginx\nconnections: []',
      ':1:9: there is no server "nginx"; write article or scripted',
    ],
    [
      'a connection without steps',
      'connections: [{ name: a }]',
      ':1:15: a connection needs its steps; add steps: and a list',
    ],
    [
      'an unknown step',
      steps('upgrad'),
      ':3:9: no step is called "upgrad"; write one of upgrade, client, server, wait, repeat, steps',
    ],
    [
      'two steps in one',
      steps('{ client: end, server: end }'),
      ':3:9: a step does one thing; begin each with a dash of its own',
    ],
    [
      'two actions in one',
      steps('client: { text: a, ping: b }'),
      ':3:17: an action is one thing; write one of message, text, binary, fill, ping, pong, close, frame, octets, together, receives',
    ],
    ['a mistyped action', steps('client: { txt: a }'), ':3:19: unknown key "txt"; did you mean text?'],
    [
      'octets that are none',
      steps("client: { octets: '0g' }"),
      ':3:27: octets is no hexadecimal; write two digits an octet, in quotes',
    ],
    [
      'an opcode that does not fit',
      steps('client: { frame: { opcode: 16 } }'),
      ':3:36: opcode cannot be 16; write 0…15',
    ],
    [
      'a key of 3 octets',
      steps("client: { frame: { opcode: 1, key: '010203' } }"),
      ':3:44: a masking key has 4 octets; write 8 digits: "00000000"',
    ],
    [
      'what cannot be waited for',
      steps('client: { receives: mail }'),
      ':3:29: receives cannot be "mail"; write message, ping, pong, close, end, answer',
    ],
    ['a wait of a day', steps('wait: 86400000'), ':3:15: wait cannot be 86400000; write 0…60000'],
    ['steps without repeat', steps('{ steps: [], wait: 1 }'), ':3:9: steps without repeat; add repeat: and how often'],
    [
      'a step of a server that answers by itself',
      `server: article\n${steps('server: end')}`,
      ':3:3: the article server answers by itself; leave out its steps, or write server: scripted',
    ],
  ];
  for (const [what, text, message] of cases) {
    test(`${what} is refused with its place`, async () => {
      writeFileSync(file, text);
      await assert.rejects(loadScenario(file), { name: 'DocumentError', message: `${file}${message}` });
      // That the article's server takes no steps is beyond a schema.
      if (!text.startsWith('server: article')) assert.ok(!fits(parse(text)), 'the schema takes it');
    });
  }

  test('anchors without end are refused', async () => {
    writeFileSync(file, 'connections: [{ steps: &all [{ repeat: 2, steps: *all }] }]');
    await assert.rejects(loadScenario(file), /mine\.yaml:1:50: repeat is nested too deep; nest it 5 times at most$/);
    writeFileSync(file, 'connections: [{ steps: [{ client: { message: pb.Ping, value: &v { seq: *v } } }] }]');
    await assert.rejects(loadScenario(file), /mine\.yaml:1:\d+: value is too large; write fewer than 10000 values/);
  });

  test('a name that none has is answered with the nearest', async () => {
    await assert.rejects(loadScenario('pingz'), { message: 'pingz: there is no such scenario; did you mean pings?' });
    await assert.rejects(loadScenario('./none.yaml'), {
      message: './none.yaml: the scenario cannot be read: there is no such file; check its path',
    });
  });
});
