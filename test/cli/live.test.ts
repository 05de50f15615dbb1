// Captures that go on while they are shown: `live` over a tcpdump, and `--tail` over a file or a pipe that grows.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { WebSocket } from 'ws';
import { serve } from '../../src/endpoint/index.ts';
import { captureOf } from '../support/capture-builder.ts';
import { TcpConversation } from '../support/tcp-conversation.ts';
import { frame, upgradeRequest, upgradeResponse } from '../support/websocket-writer.ts';
import { eventsOf, exampleFolder, startWsdissect, wsdissect } from './command-line.ts';
import { capturing, fakeTcpdump } from './fake-tcpdump.ts';
import { namedPipe } from './named-pipe.ts';

const folder = mkdtempSync(join(tmpdir(), 'wsdissect-live-'));
after(() => rmSync(folder, { recursive: true }));

const captureFile = join(exampleFolder, 'walkthrough.pcap');
const capture = readFileSync(captureFile);
let fakes = 0;

const CAPTURING = 'wsdissect: lo: capturing with tcpdump; Ctrl-C ends it\n';

function withTcpdump(script: string): { PATH: string; folder: string } {
  const place = fakeTcpdump(join(folder, `bin-${fakes++}`), script);
  return { PATH: `${place}:${process.env.PATH}`, folder: place };
}

/** A running program, and what it has printed so far. */
function watched(words: readonly string[], environment: Record<string, string> = {}) {
  const child = startWsdissect(words, environment);
  const said = { output: '', errors: '' };
  child.stdout.setEncoding('utf8').on('data', (text) => {
    said.output += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text) => {
    said.errors += text;
  });
  const closed = once(child, 'close');
  return {
    child,
    said,
    until: async (wanted: RegExp) => {
      for (let looks = 0; looks < 400 && !wanted.test(said.output); looks++) await setTimeout(25);
      assert.match(said.output, wanted, said.errors);
    },
    ended: async (): Promise<number | null> => (await closed)[0],
  };
}

const may = spawnSync('tcpdump', ['-i', 'lo', '-L'], { encoding: 'utf8' });
const withoutTcpdump =
  may.error !== undefined ? 'tcpdump is not installed' : may.status !== 0 && 'tcpdump may not capture here';

/** Ids of the processes in whose words, each with a zero behind it, the text is; on Linux. */
function processesWith(words: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        return readFileSync(`/proc/${name}/cmdline`, 'utf8').includes(words) ? Number(name) : [];
      } catch {
        // It has ended meanwhile.
        return [];
      }
    });
}

/** Waits until it holds, for ten seconds at most, which the assertion behind it tells. */
async function soon(holds: () => boolean): Promise<void> {
  for (let looks = 0; looks < 400 && !holds(); looks++) await setTimeout(25);
}

describe('live', () => {
  test('shows what tcpdump captures, and ends with it', () => {
    const { PATH, folder: place } = withTcpdump(capturing(captureFile));
    const words = ['live', '-i', 'lo', '--port', '8888', '--filter', 'ip', '--format', 'ndjson'];
    const { exitCode, output, errors } = wsdissect(words, { environment: { PATH } });
    assert.deepEqual([exitCode, errors], [0, CAPTURING]);
    const events = eventsOf(output);
    assert.deepEqual(events[0].files, ['lo']);
    assert.equal(events.filter(({ type }) => type === 'message').length, 2);
    const given = readFileSync(join(place, 'words'), 'utf8').split('\n');
    assert.deepEqual([given[1], given.at(-2)], ['lo', '(tcp port 8888) and (ip)']);
  });

  test('prints rows while the conversation goes on, and the summary at Ctrl-C', async () => {
    const part = join(folder, 'part.pcap');
    // Up to the first message, and a little more.
    writeFileSync(part, capture.subarray(0, 24 + 9 * 16 + 900));
    const { PATH } = withTcpdump(capturing(part, 'exec sleep 100'));
    const { child, said, until, ended } = watched(['live', '-i', 'lo'], { PATH });
    await until(/00 01 08 96 01/);
    assert.doesNotMatch(said.output, /in 1 WebSocket connection/);
    child.kill('SIGINT');
    assert.equal(await ended(), 130);
    assert.match(said.output, /1 message.* in 1 WebSocket connection.*incomplete: interrupted/s);
    assert.equal(said.errors, `${CAPTURING}wsdissect: lo: interrupted; what was read until then is shown\n`);
  });

  test('says which interface it took, and what to try where nothing came', async () => {
    const empty = join(folder, 'empty.pcap');
    writeFileSync(empty, capture.subarray(0, 24));
    const { PATH } = withTcpdump(capturing(empty));
    const { output, errors } = wsdissect(['live'], { environment: { PATH } });
    assert.equal(errors, 'wsdissect: any: capturing with tcpdump; Ctrl-C ends it\n');
    assert.match(output, /Try next: another interface with -i, or fewer of --port, --host and --filter/);
    assert.doesNotMatch(output, /tcpdump/);
  });

  test('ends tcpdump too where it is ended', async () => {
    const pidFile = join(folder, 'pid');
    const { PATH } = withTcpdump(`echo $$ > '${pidFile}'\n${capturing(captureFile, 'exec sleep 100')}`);
    const { child, until, ended } = watched(['live', '-i', 'lo'], { PATH });
    await until(/closed by close frames/);
    child.kill('SIGTERM');
    assert.equal(await ended(), 143);
    assert.throws(() => process.kill(Number(readFileSync(pidFile, 'utf8')), 0), /ESRCH/);
  });

  test('--limit ends the capture too', () => {
    const { PATH } = withTcpdump(capturing(captureFile, 'exec sleep 100'));
    const { exitCode, output } = wsdissect(['live', '-i', 'lo', '--limit', '1'], { environment: { PATH } });
    assert.equal(exitCode, 0);
    assert.match(output, /; incomplete: ended at --limit 1$/m);
  });

  const REFUSALS: [what: string, script: string, says: RegExp][] = [
    [
      'it is not permitted',
      `echo "tcpdump: lo: You don't have permission to capture on that device" >&2; exit 1`,
      /^wsdissect: lo: tcpdump may not capture here; run this with sudo, or once: sudo setcap .*\n$/,
    ],
    [
      'there is no such interface',
      'echo "tcpdump: lo: No such device exists" >&2; exit 1',
      /^wsdissect: lo: there is no such interface; there are: any, .*\n$/,
    ],
    [
      'the filter is wrong',
      `echo "tcpdump: can't parse filter expression: syntax error" >&2; exit 1`,
      /^wsdissect: lo: tcpdump does not capture \(can't parse filter expression: syntax error\); .*\n$/,
    ],
  ];
  for (const [what, script, says] of REFUSALS) {
    test(`says what to do where ${what}`, () => {
      const { PATH } = withTcpdump(script);
      const { exitCode, output, errors } = wsdissect(['live', '-i', 'lo'], { environment: { PATH } });
      assert.deepEqual([exitCode, output], [2, '']);
      assert.match(errors, says);
    });
  }

  const NO_MEMORY = `echo "tcpdump: can't mmap rx ring: Cannot allocate memory" >&2; exit 1`;

  test('asks the system for more room for packets than tcpdump does, and goes on with less where there is no memory', () => {
    const script = `echo "$@" >> "$0.all"\ncase "$*" in *-B*) ${NO_MEMORY};; esac\n${capturing(captureFile)}`;
    const { PATH, folder: place } = withTcpdump(script);
    const { exitCode, output, errors } = wsdissect(['live', '-i', 'lo'], { environment: { PATH } });
    assert.deepEqual([exitCode, errors], [0, CAPTURING]);
    assert.match(output, /2 messages/);
    const runs = readFileSync(join(place, 'tcpdump.all'), 'utf8').trim().split('\n');
    assert.deepEqual(
      runs.map((words) => / -B (\d+) /.exec(words)?.[1]),
      ['65536', undefined],
    );
  });

  test('says so where there is no memory for less either', () => {
    const { PATH: first } = withTcpdump(NO_MEMORY);
    // No dumpcap that may be installed, but what the script and we need.
    const PATH = first.slice(0, first.indexOf(':'));
    const { exitCode, errors } = wsdissect(['live', '-i', 'lo'], { environment: { PATH } });
    assert.equal(exitCode, 2);
    assert.match(errors, /^wsdissect: lo: tcpdump does not capture \(can't mmap rx ring: .*\); it needs more memory/);
  });

  test('says what to install where there is neither tcpdump nor dumpcap', () => {
    const { exitCode, errors } = wsdissect(['live', '-i', 'lo'], { environment: { PATH: folder } });
    assert.equal(exitCode, 2);
    assert.equal(
      errors,
      'wsdissect: lo: neither tcpdump nor dumpcap is installed; install one, such as: apt-get install tcpdump\n',
    );
  });

  test('tells what helps against packets lost where less is captured already', () => {
    const { PATH } = withTcpdump(capturing(captureFile, 'echo "1 packet dropped by kernel" >&2'));
    const { errors } = wsdissect(['live', '-i', 'lo', '--port', '8888'], { environment: { PATH } });
    const advice = 'to have all, save them with `tcpdump -B 65536 -w FILE` and read the file';
    assert.equal(errors, `${CAPTURING}wsdissect: lo: the system had no room for 1 packet; ${advice}\n`);
  });

  test('understands what dumpcap says of packets lost', () => {
    const words =
      "Packets received/dropped on interface 'lo': 1083/295 (pcap:295/dumpcap:0/flushed:0/ps_ifdrop:0) (78.6%)";
    const { PATH } = withTcpdump(capturing(captureFile, `echo "${words}" >&2`));
    const { errors } = wsdissect(['live', '-i', 'lo'], { environment: { PATH } });
    assert.equal(
      errors,
      `${CAPTURING}wsdissect: lo: the system had no room for 295 packets; capture less with --port\n`,
    );
  });

  test('tells why the capture ended by itself, and what the system lost', () => {
    const death = 'echo "7 packets dropped by kernel" >&2; echo "tcpdump: The interface disappeared" >&2; exit 1';
    const { PATH } = withTcpdump(capturing(captureFile, death));
    const { exitCode, output, errors } = wsdissect(['live', '-i', 'lo', '--format', 'ndjson'], {
      environment: { PATH },
    });
    const events = eventsOf(output);
    assert.equal(events.filter(({ type }) => type === 'message').length, 2);
    const reason = 'the capture ended: The interface disappeared; what was read until then is shown';
    const { complete, error } = events.at(-1) as Record<string, unknown>;
    assert.deepEqual([exitCode, complete, error], [3, false, reason]);
    assert.equal(
      errors,
      `${CAPTURING}wsdissect: lo: ${reason}\n` +
        'wsdissect: lo: the system had no room for 7 packets; capture less with --port\n',
    );
  });

  test('loses nothing that came before the tool ended, however late it is read', () => {
    const conversation = new TcpConversation()
      .open()
      .exchange('c2s', upgradeRequest())
      .exchange('s2c', upgradeResponse());
    for (let sent = 0; sent < 500; sent++) conversation.exchange('s2c', frame(1, 'x'.repeat(1000)));
    const long = join(folder, 'long.pcap');
    writeFileSync(long, captureOf(conversation.packets));
    const { PATH } = withTcpdump(capturing(long, 'kill -9 $$'));
    const { exitCode, output } = wsdissect(['live', '-i', 'lo', '--format', 'ndjson'], { environment: { PATH } });
    assert.equal(exitCode, 3);
    assert.equal(eventsOf(output).filter(({ type }) => type === 'message').length, 500);
  });

  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    test(`leaves no tool behind where ${signal} comes before it captures`, async () => {
      const pidFile = join(folder, `pid-${signal}`);
      const { PATH } = withTcpdump(`echo $$ > '${pidFile}.new'; mv '${pidFile}.new' '${pidFile}'\nexec sleep 100`);
      const { child, said, ended } = watched(['live', '-i', 'lo'], { PATH });
      while (!existsSync(pidFile)) await setTimeout(5);
      child.kill(signal);
      assert.equal(await ended(), { SIGINT: 130, SIGTERM: 143, SIGHUP: null }[signal], said.errors);
      assert.throws(() => process.kill(Number(readFileSync(pidFile, 'utf8')), 0), /ESRCH/);
      assert.deepEqual(said, { output: '', errors: '' });
    });
  }

  const withoutProcesses = existsSync('/proc/self/cmdline') ? false : 'needs /proc';
  /** Shells that wait for our end to end the process. */
  const shellsFor = (pid: number) => processesWith(`\0sh\0${pid}\0`);

  test('leaves no tool behind where it is killed', { skip: withoutProcesses }, async () => {
    const [pidFile, endedFile] = [join(folder, 'pid-killed'), join(folder, 'ended')];
    // It says nothing more, as that alone would end it.
    const goingOn = `exec 2> /dev/null; trap "echo > '${endedFile}'; exit" TERM\necho $$ > '${pidFile}'\nfor each in $(seq 400); do sleep 0.05; done`;
    const { PATH } = withTcpdump(capturing(captureFile, goingOn));
    const { child, until, ended } = watched(['live', '-i', 'lo'], { PATH });
    await until(/closed by close frames/);
    const pid = Number(readFileSync(pidFile, 'utf8'));
    assert.equal(shellsFor(pid).length, 1);
    child.kill('SIGKILL');
    assert.equal(await ended(), null);
    await soon(() => existsSync(endedFile) && shellsFor(pid).length === 0);
    assert.deepEqual([existsSync(endedFile), shellsFor(pid)], [true, []]);
  });

  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const) {
    test(`leaves nothing behind that waits for its end where it ended by ${signal}`, {
      skip: withoutProcesses,
    }, async () => {
      const pidFile = join(folder, `pid-awaited-${signal}`);
      const { PATH } = withTcpdump(`echo $$ > '${pidFile}'\n${capturing(captureFile, 'exec sleep 100')}`);
      const { child, until, ended } = watched(['live', '-i', 'lo'], { PATH });
      await until(/closed by close frames/);
      child.kill(signal);
      assert.equal(await ended(), code);
      const shells = () => shellsFor(Number(readFileSync(pidFile, 'utf8')));
      await soon(() => shells().length === 0);
      assert.deepEqual(shells(), []);
    });
  }

  test('a real tcpdump that captures nothing ends where it is killed', {
    skip: withoutTcpdump || withoutProcesses,
  }, async () => {
    // No packet is as long, and no other test asks for the same.
    const none = `greater ${100_000 + process.pid}`;
    const tools = () => processesWith(`(${none})\0`);
    const { child, said, ended } = watched(['live', '-i', 'lo', '--port', '9', '--filter', none]);
    await soon(() => said.errors === CAPTURING);
    assert.equal(tools().length, 1);
    child.kill('SIGKILL');
    await ended();
    await soon(() => tools().length === 0);
    const left = tools();
    for (const pid of left) process.kill(pid);
    assert.deepEqual(left, []);
  });

  test('captures a conversation on the loopback interface', { skip: withoutTcpdump }, async () => {
    const server = await serve({ port: 0, host: '127.0.0.1' });
    const { child, until, ended } = watched(['live', '-i', 'lo', '--port', `${server.port}`, '--format', 'ndjson']);
    // The capture has begun when a conversation is seen; until then others are begun.
    const talking = new AbortController();
    const talk = (async () => {
      while (!talking.signal.aborted) {
        const socket = new WebSocket(`ws://127.0.0.1:${server.port}/connect`);
        await once(socket, 'open').catch(() => undefined);
        socket.close();
        await setTimeout(200);
      }
    })();
    await until(/"type":"handshake"/).finally(() => talking.abort());
    await talk;
    child.kill('SIGINT');
    assert.equal(await ended(), 130);
    await server.close();
  });
});

describe('--tail', () => {
  for (const [what, octets] of [
    ['a capture', capture],
    ['a compressed capture', gzipSync(capture)],
  ] as const) {
    test(`follows ${what} that is still written, and waits where it is not whole`, async () => {
      const path = join(folder, `growing-${octets.length}`);
      writeFileSync(path, octets.subarray(0, 10));
      const { child, said, until, ended } = watched([path, '--tail', '--format', 'ndjson']);
      for (const from of [10, 500, octets.length - 3]) {
        await setTimeout(50);
        appendFileSync(
          path,
          octets.subarray(from, from === 10 ? 500 : from === 500 ? octets.length - 3 : octets.length),
        );
      }
      await until(/"type":"end"/);
      child.kill('SIGINT');
      assert.equal(await ended(), 130);
      const whole = eventsOf(wsdissect([captureFile, '--format', 'ndjson']).output);
      assert.deepEqual(eventsOf(said.output).slice(1, -1), whole.slice(1, -1));
      assert.match(said.errors, /interrupted; what was read until then is shown/);
    });
  }

  test('shows what comes through a pipe as it comes', async () => {
    const { child, said, until, ended } = watched(['-', '--tail']);
    child.stdin.write(capture.subarray(0, 24 + 9 * 16 + 900));
    await until(/00 01 08 96 01/);
    child.stdin.end(capture.subarray(24 + 9 * 16 + 900));
    assert.equal(await ended(), 0);
    assert.match(said.output, /closed by close frames/);
    assert.equal(said.output.split('connection 0').length, 2, 'one heading');
  });

  test('shows what comes through a named pipe, and ends with it', async () => {
    const { path, write } = namedPipe();
    const { said, ended } = watched([path, '--tail']);
    write(captureFile);
    assert.equal(await ended(), 0, said.errors);
    assert.match(said.output, /closed by close frames/);
  });

  test('a named pipe to which nobody writes is waited for until Ctrl-C', async () => {
    const { child, said, ended } = watched([namedPipe().path, '--tail']);
    await setTimeout(500);
    child.kill('SIGINT');
    assert.equal(await ended(), 130, said.errors);
  });

  const CHANGES: [what: string, change: (path: string) => void, says: RegExp][] = [
    [
      'replaced',
      (path) => {
        writeFileSync(`${path}.new`, capture);
        renameSync(`${path}.new`, path);
      },
      /: the file was replaced by another while it was followed; follow it anew\n$/,
    ],
    ['deleted', rmSync, /: the file was moved or deleted while it was followed; follow it anew\n$/],
  ];
  for (const [what, change, says] of CHANGES) {
    test(`ends where the file is ${what}, as nothing of it would come any more`, async () => {
      const path = join(folder, `${what}.pcap`);
      writeFileSync(path, capture);
      const { said, until, ended } = watched([path, '--tail']);
      await until(/closed by close frames/);
      change(path);
      assert.equal(await ended(), 3);
      assert.match(said.errors, says);
    });
  }

  test('ends where the file is cut', async () => {
    const path = join(folder, 'cut.pcap');
    writeFileSync(path, capture);
    const { said, until, ended } = watched([path, '--tail']);
    await until(/closed by close frames/);
    truncateSync(path, 100);
    assert.equal(await ended(), 3);
    assert.match(
      said.errors,
      /cut\.pcap: the file was cut from \d+ to 100 octets while it was followed; follow it anew\n$/,
    );
  });

  test('wants one file, and one that is there', () => {
    assert.match(
      wsdissect(['a.pcap', 'b.pcap', '--tail']).errors,
      /--tail follows one file, and 2 were given; name one/,
    );
    assert.match(wsdissect(['nowhere.pcap', '--tail']).errors, /nowhere.pcap: .*no such file/);
  });
});
