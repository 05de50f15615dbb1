// Every scenario that is shipped, recorded by both ways: the capture has the diagnostics that the scenario is made for and no
// others, and tshark sees the same frames in TCP that it has nothing to object to.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, describe, it, test } from 'node:test';
import { dissectSync } from '../../src/dissect/dissect.ts';
import type { WsdissectEvent } from '../../src/dissect/events.ts';
import type { CaptureWay } from '../../src/endpoint/capture/running-capture.ts';
import { startTcpdump } from '../../src/endpoint/capture/tcpdump.ts';
import { connect, serve } from '../../src/endpoint/index.ts';
import { type Recording, record } from '../../src/endpoint/scenario/record.ts';
import type { Scenario, ScenarioConnection } from '../../src/endpoint/scenario/scenario.ts';
import { loadScenario, scenarioNames } from '../../src/endpoint/scenario/scenario-file.ts';
import { opcodeName } from '../../src/ws/opcodes.ts';
import { fakeTcpdump } from '../cli/fake-tcpdump.ts';
import { tsharkObjections, tsharkRows, withoutTshark } from '../support/tshark.ts';
import { streamsIn } from './streams.ts';

const folder = mkdtempSync(join(tmpdir(), 'wsdissect-record-'));
after(() => rmSync(folder, { recursive: true }));
const newFile = (name: string) => join(folder, name);

/** Why there are no real packets here, which the reporter prints. */
function withoutTcpdump(): string | false {
  const run = spawnSync('tcpdump', ['-i', 'lo', '-c', '1', '-w', '-', 'tcp port 1'], { timeout: 500 });
  if (run.error && 'code' in run.error && run.error.code === 'ENOENT') return 'needs tcpdump';
  const said = String(run.stderr);
  return /listening on/.test(said) ? false : `tcpdump may not capture here: ${said.trim().split('\n').at(-1)}`;
}

const scenarios: readonly Scenario[] = await Promise.all(scenarioNames().map(loadScenario));

/** Each connection of a scenario as often as it is made. */
const connectionsOf = ({ connections }: Scenario): ScenarioConnection[] =>
  connections.flatMap((connection) => Array.from({ length: connection.times }, () => connection));

/** What one has more often than the other. */
function differences(ours: readonly string[], theirs: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const each of ours) counts.set(each, (counts.get(each) ?? 0) + 1);
  for (const each of theirs) counts.set(each, (counts.get(each) ?? 0) - 1);
  return [...counts].filter(([, count]) => count !== 0).map(([each, count]) => `${each}: ${count}`);
}

/** All scenarios in one capture: a witness that takes long to start is asked once. */
const ways: [way: CaptureWay, without: string | false][] = [
  ['tap', false],
  ['tcpdump', withoutTcpdump()],
];
for (const [via, without] of ways) {
  describe(`all scenarios by ${via}`, { skip: without }, () => {
    const path = newFile(`${via}.pcap`);
    let recording: Recording;
    let events: WsdissectEvent[];
    before(async () => {
      // A machine that is busy with other things may leave tcpdump without time, which is told, and no fault of ours.
      for (let attempt = 1; attempt <= 3; attempt++) {
        recording = await record({ scenario: scenarios, output: path, resolution: 9, via });
        if (recording.dropped === 0) break;
      }
      events = dissectSync(path, { frames: true });
    });

    let first = 0;
    for (const scenario of scenarios) {
      const connections = connectionsOf(scenario);
      const start = first;
      first += connections.length;
      it(`${scenario.name}: the diagnostics that it is made for`, () => {
        connections.forEach(({ name, diagnostics }, index) => {
          const found = events.flatMap((event) =>
            event.type === 'diagnostic' && event.connection === start + index ? [event] : [],
          );
          // Notes may come in addition: they say what is worth knowing, not what is wrong.
          const counted = found.filter(({ code, severity }) => severity !== 'note' || diagnostics.includes(code));
          assert.deepEqual(
            counted.map(({ code }) => code).sort(),
            [...diagnostics].sort(),
            `${scenario.name}: ${name}`,
          );
        });
      });
    }

    it('has nothing but these connections, and is whole', () => {
      const summary = events.at(-1);
      assert.ok(summary?.type === 'summary');
      assert.equal(summary.tcpConnections, first);
      assert.equal(summary.packets, recording.packets);
      assert.deepEqual([summary.skipped, summary.complete, recording.dropped], [{}, true, 0]);
      // A reset ends some, a FIN of both all others.
      const ends = new Set(streamsIn(path).map(({ end }) => end));
      assert.deepEqual(ends, new Set(['fin', 'rst']));
    });

    it('is as tshark sees it', { skip: withoutTshark }, () => {
      assert.deepEqual(tsharkObjections(path, recording.ports, via === 'tcpdump'), []);
      const rows = tsharkRows(path, recording.ports, 'websocket', 'tcp.stream', 'websocket.opcode', 'websocket.fin');
      const theirs = rows.flatMap((row) => {
        const [stream, opcodes, fins] = row.split('\t');
        const fin = fins.split(',');
        return opcodes.split(',').map((opcode, at) => `${stream} ${opcodeName(Number(opcode))} ${fin[at]}`);
      });
      const ours = events.flatMap((event) =>
        event.type === 'frame' ? [`${event.connection} ${event.opcode} ${Number(event.fin)}`] : [],
      );
      // It shows no frame whose end never comes.
      const unfinished = events.flatMap((event) =>
        event.type === 'diagnostic' && event.code === 'message-unfinished' ? [event.connection] : [],
      );
      const apart = differences(ours, theirs).map((each) => Number.parseInt(each, 10));
      assert.deepEqual(
        apart.filter((connection) => !unfinished.includes(connection)),
        [],
      );
    });
  });
}

describe('a function that speaks', () => {
  const talk = (path: string, signal?: AbortSignal) =>
    record({
      output: path,
      signal,
      run: async (tap) => {
        await using server = await serve({ host: '127.0.0.1', port: 0, socketTap: tap });
        const { connection } = await connect(server.url, { protocol: server.protocol });
        await connection.send('pb.Ping', { seq: 150 });
        const answer = await connection.next();
        assert.ok(answer);
        assert.deepEqual(connection.unmarshal(answer).value, { seq: 150, note: '收到' });
        await connection.close(1000, 'bye');
      },
    });

  test('its server is in the capture, with what both said', async () => {
    const path = newFile('run.pcap');
    const { packets } = await talk(path);
    const events = dissectSync(path);
    assert.deepEqual(
      events.flatMap((event) => (event.type === 'message' ? [`${event.direction} ${event.length}`] : [])),
      ['c2s 5', 's2c 13'],
    );
    assert.equal(packets, events.flatMap((event) => (event.type === 'summary' ? [event.packets] : []))[0]);
  });

  test('where it fails, the capture has what was said until then', async () => {
    const path = newFile('failed.pcap');
    const failing = record({
      output: path,
      run: async (tap) => {
        await using server = await serve({ host: '127.0.0.1', port: 0, socketTap: tap });
        const { connection } = await connect(server.url, { protocol: server.protocol });
        await connection.send('pb.Ping', { seq: 1 });
        await connection.next();
        connection.terminate();
        throw new Error('the test failed here');
      },
    });
    await assert.rejects(failing, /the test failed here/);
    assert.equal(dissectSync(path).filter(({ type }) => type === 'message').length, 2);
  });
});

test('a function that has itself interrupted is not waited for', async () => {
  const stop = new AbortController();
  const run = () => {
    stop.abort(new Error('enough'));
    return new Promise<void>(() => {});
  };
  await assert.rejects(record({ run, output: newFile('by-itself.pcap'), signal: stop.signal }), /enough/);
});

test('a scenario that is interrupted leaves what was said until then', async () => {
  const path = newFile('interrupted.pcap');
  const file = newFile('slow.yaml');
  writeFileSync(
    file,
    'connections: [{ steps: [upgrade, { client: { text: said } }, { wait: 60000 }, { client: end }] }]',
  );
  const stop = new AbortController();
  setTimeout(() => stop.abort(new Error('enough')), 100);
  await assert.rejects(record({ scenario: file, output: path, signal: stop.signal }), /enough/);
  const events = dissectSync(path);
  assert.equal(events.filter(({ type }) => type === 'message').length, 1);
  assert.ok(events.some((event) => event.type === 'summary' && event.complete));
});

test('a scenario of a program waits also where a timer of Node cannot wait so long', async () => {
  const steps: ScenarioConnection['steps'] = [{ kind: 'wait', milliseconds: 2 ** 31 }];
  const connection: ScenarioConnection = { name: 'silent', times: 1, atOnce: false, steps, diagnostics: [] };
  const server: Scenario['server'] = { kind: 'scripted' };
  const scenario: Scenario = {
    name: 'long',
    title: 'long',
    about: '',
    server,
    registry: null,
    connections: [connection],
  };
  const stop = new AbortController();
  setTimeout(() => stop.abort(new Error('enough')), 200);
  await assert.rejects(record({ scenario, output: newFile('long.pcap'), signal: stop.signal }), /enough/);
});

test('{n} is the number of the repetition, and outside of one that of the connection', async () => {
  const file = newFile('numbered.yaml');
  const steps = '[upgrade, { client: { text: "c{n}" } }, { repeat: 2, steps: [{ client: { text: "r{n}" } }] }]';
  for (const [connection, expected] of [
    [`{ times: 2, steps: ${steps} }`, ['c1', 'r1', 'r2', 'c2', 'r1', 'r2']],
    [`{ times: 3, atOnce: true, steps: [upgrade, { client: { text: "c{n}" } }] }`, ['c1', 'c2', 'c3']],
  ] as const) {
    writeFileSync(file, `connections: [${connection}]`);
    const path = newFile('numbered.pcap');
    await record({ scenario: file, output: path });
    const texts = dissectSync(path, { payload: 'always' }).flatMap((event) =>
      event.type === 'message' ? [event.text] : [],
    );
    assert.deepEqual(expected[1] === 'r1' ? texts : texts.sort(), expected);
  }
});

test('a step that cannot be taken is named', async () => {
  const file = newFile('waits.yaml');
  writeFileSync(
    file,
    'connections: [{ name: shy, steps: [upgrade, { server: end }, { client: end }, { client: { receives: pong } }] }]',
  );
  await assert.rejects(record({ scenario: file, output: newFile('waits.pcap') }), {
    name: 'ScenarioError',
    message: '"shy", step 4: the connection was over, and not yet a pong',
  });
});

describe('tcpdump that does not capture', () => {
  const file = () => assert.fail('there is nothing to write');
  const filter = { host: '127.0.0.1', port: 1 };
  const { PATH } = process.env;
  let folders = 0;
  afterEach(() => {
    process.env.PATH = PATH;
  });
  /** Starts a tcpdump that does what `script` says; none without. */
  const start = (script?: string) => {
    const folder = newFile(`tools${++folders}`);
    process.env.PATH = script === undefined ? folder : fakeTcpdump(folder, script);
    return startTcpdump(filter, file, 'linux');
  };

  test('because it is not there: says how to install it, and that there is another way', async () => {
    await assert.rejects(start(), {
      name: 'TcpdumpError',
      message:
        'tcpdump is not installed; install it (apt-get install tcpdump), or leave out --via tcpdump: the tap needs neither root nor tool',
    });
  });

  test('because it may not: says what would permit it', async () => {
    const refused = 'echo "tcpdump: lo: You do not have permission to capture on that device" >&2; exit 1';
    await assert.rejects(
      start(refused),
      /may not capture here \(lo: You .*\); run this with sudo, or once: sudo setcap/,
    );
  });

  test('because it stops while it should capture: says so at once', async () => {
    const leaving = 'echo "tcpdump: listening on lo, link-type EN10MB" >&2; exit 1';
    await assert.rejects(start(leaving), /^TcpdumpError: tcpdump does not capture: it ended by itself; or leave/);
  });

  test('into a file that cannot be opened: says so, and leaves no tcpdump behind', {
    skip: withoutTcpdump(),
  }, async () => {
    const run = record({ scenario: 'pings', via: 'tcpdump', output: newFile('none/x.pcap') });
    await assert.rejects(run, { code: 'ENOENT' });
  });

  test('because it ends at once: says what it said', async () => {
    const broken = 'echo "tcpdump: syntax error in filter expression" >&2; exit 1';
    await assert.rejects(start(broken), /does not capture: syntax error in filter expression; or leave/);
  });
});
