// What compression with context takeover costs where many connections are open at once: memory, time, and the messages that
// are not shown for want of memory. Makes captures of its own in the folder for temporary files, reads each under several
// limits by the built program (`npm run build`), and prints a table. No part of `run.ts`, as a reader of none but ours can do it.
//
//   node --import tsx bench/contexts.ts 500 1000 2000 5000       connections at once; four minutes, 300 MB

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Random } from '../test/support/random.ts';
import { frame, TEXT, utf8 } from '../test/support/websocket-writer.ts';
import { Deflater } from '../test/ws/deflater.ts';
import { CaptureWriter } from './capture-writer.ts';
import { talkOf, upgrade } from './captures.ts';

/** Messages of each side, some 400 octets each: a window is full after eighty of them. */
const MESSAGES = 120;
const LIMITS = ['64M', '256M', '1G'];
const COMPRESSED = { rsv: 4 };

function quote(random: Random): string {
  const symbols = ['XBT/EUR', 'ETH/EUR', 'XBT/USD', 'SOL/USD'];
  const rows = Array.from({ length: 5 }, () => {
    return { symbol: random.pick(symbols), price: random.word() / 1e5, size: random.word() / 1e7, at: random.word() };
  });
  return JSON.stringify({ type: 'quotes', sequence: random.word(), rows });
}

/** All connections say the same, message by message in turn: one deflater a direction will do, and yet each needs a window. */
function write(path: string, connections: number): void {
  const random = new Random(connections);
  const out = new CaptureWriter(path, 10);
  const fields = [['Sec-WebSocket-Extensions', 'permessage-deflate']] as const;
  const talks = Array.from({ length: connections }, (_, number) => {
    return upgrade(talkOf(number, random), random, fields);
  });
  const [fromClient, fromServer] = [new Deflater(true), new Deflater(true)];
  for (let number = 0; number < MESSAGES; number++) {
    const said = frame(TEXT, fromServer.message(utf8(quote(random))), COMPRESSED);
    const answer = frame(TEXT, fromClient.message(utf8(quote(random))), { ...COMPRESSED, key: random.octets(4) });
    for (const talk of talks) {
      talk.send('s2c', said).send('c2s', answer);
      out.drain(talk);
    }
  }
  for (const talk of talks) out.drain(talk.close());
  out.close();
}

function measure(path: string, limit: string): string[] {
  const command = [process.execPath, 'bin/wsdissect.js', path, '--format', 'ndjson', '--max-contexts', limit];
  const script = `/usr/bin/time -f '%e %U %M' ${command.join(' ')} | grep -c '"inflated":false'`;
  const { stdout, stderr } = spawnSync('sh', ['-c', script], { encoding: 'utf8' });
  const [seconds, user, kibibytes] = stderr.trim().split('\n').at(-1)?.split(' ') ?? [];
  return [limit, seconds ?? '', user ?? '', `${Math.round(Number(kibibytes) / 1024)} MB`, stdout.trim()];
}

process.stdout.write('| connections | messages | `--max-contexts` | seconds | of processors | memory | not shown |\n');
process.stdout.write(`|${' --- |'.repeat(7)}\n`);
const directory = mkdtempSync(join(tmpdir(), 'contexts-'));
try {
  for (const connections of process.argv.slice(2).map(Number)) {
    const path = join(directory, `${connections}.pcap`);
    write(path, connections);
    const messages = connections * MESSAGES * 2;
    for (const limit of LIMITS) {
      process.stdout.write(`| ${[connections, messages, ...measure(path, limit)].join(' | ')} |\n`);
    }
    rmSync(path);
  }
} finally {
  rmSync(directory, { recursive: true });
}
