// `--where` on the commands that list messages.

import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { captureOf } from '../support/capture-builder.ts';
import { TcpConversation } from '../support/tcp-conversation.ts';
import { BINARY, frame, PING as PING_OPCODE, upgradeRequest, upgradeResponse } from '../support/websocket-writer.ts';
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

test('advice about a registry is given only where the condition asks for what a registry knows', () => {
  const { errors } = wsdissect(['walkthrough.pcap', '--where', 'frames.size() > 1']);
  assert.match(errors, /could be asked of no message: [^;]+\n$/);
});

test('of messages that were not inflated the length is not known, which is said, and wireLength is', () => {
  const file = join(folder, 'deflated.pcap');
  // A stored block of 200 octets is cut in its middle: nothing is inflated.
  const stored = Uint8Array.from({ length: 105 }, (_, at) => [0x00, 0xc8, 0x00, 0x37, 0xff][at] ?? 0x61);
  const extension = [['Sec-WebSocket-Extensions', 'permessage-deflate']] as const;
  const talk = (...frames: Uint8Array[]) => {
    const talking = new TcpConversation()
      .open()
      .exchange('c2s', upgradeRequest({ fields: extension }))
      .exchange('s2c', upgradeResponse({ fields: extension }));
    for (const each of frames) talking.exchange('s2c', each);
    writeFileSync(file, captureOf(talking.packets));
  };
  talk(frame(BINARY, stored, { rsv: 4 }));
  const unknown = 'the length of 1 message that was not inflated is not known; wireLength is\n';
  const none = wsdissect([file, '--where', 'length > 40', '--format', 'csv']).errors;
  assert.match(none, /^wsdissect: --where could be asked of no message: [^;]+; the length/);
  assert.ok(none.endsWith(unknown), none);
  assert.equal(wsdissect([file, '--where', 'wireLength == 105']).errors, '');
  talk(frame(PING_OPCODE, 'x'), frame(BINARY, stored, { rsv: 4 }));
  assert.equal(wsdissect([file, '--where', 'length == 105']).errors, `wsdissect: --where: ${unknown}`);
  assert.equal(wsdissect([file, '--where', 'kind == "control"']).errors, '');
});
