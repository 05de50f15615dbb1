// `--where` on the commands that list messages.

import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { eventsOf, wsdissect } from './command-line.ts';

const folder = mkdtempSync(join(tmpdir(), 'wsdissect-'));
after(() => rmSync(folder, { recursive: true }));

const PING = ['walkthrough.pcap', '--registry', 'walkthrough.registry.yaml', '--where'];
const CONDITION = 'type == "pb.Ping" && value.seq > 100';

test('--where shows the messages that fit', () => {
  const { output, exitCode } = wsdissect([...PING, CONDITION, '--format', 'ndjson']);
  assert.equal(exitCode, 0);
  const said = eventsOf(output).filter(({ type }) => type === 'message' || type === 'control');
  assert.deepEqual(
    said.map(({ packet }) => packet),
    [8],
  );
});

test('--where counts before --limit, and goes with other selections', () => {
  const { output } = wsdissect([...PING, 'value.seq == 150', '--limit', '1', '--direction', 's2c', '--format', 'csv']);
  assert.match(output, /^0,10,.*pb\.Pong/m);
  assert.doesNotMatch(output, /pb\.Ping/);
});

test('--where selects for stats, follow and extract', () => {
  const stats = JSON.parse(wsdissect(['stats', ...PING, CONDITION, '--format', 'json']).output);
  assert.deepEqual(
    stats.types.map(({ name }: { name: string }) => name),
    ['pb.Ping'],
  );
  const { output } = wsdissect(['follow', ...PING, CONDITION]);
  assert.match(output, /pb\.Ping/);
  assert.doesNotMatch(output, /pb\.Pong/);
  const directory = join(folder, 'payloads');
  wsdissect(['extract', ...PING, CONDITION, '-o', directory]);
  assert.ok(existsSync(directory));
  assert.equal(readdirSync(directory).length, 2);
});

test('a condition that is none is wrong usage, with its column', () => {
  const { exitCode, errors } = wsdissect([...PING, 'typ == "x"']);
  assert.equal(exitCode, 2);
  assert.equal(errors, 'wsdissect: --where column 1: typ is nothing to ask for; did you mean type?\n');
});

test('a condition that is neither true nor false is wrong usage', () => {
  const { exitCode, errors } = wsdissect([...PING, 'length']);
  assert.equal(exitCode, 2);
  assert.equal(
    errors,
    'wsdissect: --where length comes to a number, which is neither true nor false; compare it with something\n',
  );
});

test('a condition that could be asked of nothing says why', () => {
  const { exitCode, errors } = wsdissect([...PING, 'value.sequence == 1']);
  assert.equal(exitCode, 0);
  assert.equal(errors, 'wsdissect: --where could be asked of no message: field not found: sequence\n');
  const withoutRegistry = wsdissect(['walkthrough.pcap', '--where', 'value.seq == 1']);
  assert.match(withoutRegistry.errors, /field not found: seq; .* known with --registry FILE/);
});
