// The same capture in other containers, made by other programs (editcap, mergecap, gzip, zstd): the same events, but for what
// names the container.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { readCaptureSync } from '../../src/capture/index.ts';
import { dissect } from '../../src/dissect/dissect.ts';
import type { WsdissectEvent } from '../../src/dissect/events.ts';

const FIXTURES = fileURLToPath(new URL('../../fixtures/', import.meta.url));
const CHAT = join(FIXTURES, 'chat/chat.pcap');
const folder = mkdtempSync(join(tmpdir(), 'wsdissect-containers-'));
after(() => rmSync(folder, { recursive: true }));

function without(...tools: string[]): string | false {
  const missing = tools.filter((tool) => spawnSync(tool, ['--version']).error !== undefined);
  return missing.length > 0 && `${missing.join(' and ')} not installed`;
}

function run(command: string, words: readonly string[]): void {
  const { status, stderr } = spawnSync(command, words, { encoding: 'utf8' });
  assert.equal(status, 0, stderr);
}

const inFolder = (name: string) => join(folder, name);

/** Without the `capture` event, and without what only one clock or one set of files has. */
async function said(source: string | string[]): Promise<object[]> {
  const events: WsdissectEvent[] = [];
  for await (const event of dissect(source)) if (event.type !== 'capture') events.push(event);
  return events.map((event) => {
    const { file: _, filePacket: __, ...rest } = event as WsdissectEvent & { file?: string; filePacket?: number };
    return 'time' in rest ? { ...rest, time: rest.time.replace(/0*Z$/, 'Z') } : rest;
  });
}

describe('what other programs write', () => {
  for (const format of ['pcapng', 'nsecpcap', 'modpcap', 'pcap']) {
    it(`editcap: ${format}`, { skip: without('editcap') }, async () => {
      const path = inFolder(`chat.${format}`);
      run('editcap', ['-F', format, CHAT, path]);
      assert.deepEqual(await said(path), await said(CHAT));
    });
  }

  it('editcap, from our pcapng to pcap', { skip: without('editcap') }, async () => {
    for (const name of ['sections', 'obsolete-packets', 'big-endian']) {
      const ours = join(FIXTURES, `formats/${name}.pcapng`);
      const path = inFolder(`${name}.pcap`);
      run('editcap', ['-F', 'nsecpcap', ours, path]);
      const theirs = await said(path);
      assert.deepEqual(await said(ours), theirs, name);
    }
  });

  it('editcap, from our pcapng to its own', { skip: without('editcap') }, async () => {
    // Not of `interfaces`: it makes its times anew in a clock of 2^-20 s, a tick too early.
    for (const name of ['sections', 'every-block']) {
      const ours = join(FIXTURES, `formats/${name}.pcapng`);
      const path = inFolder(`${name}.pcapng`);
      run('editcap', ['-F', 'pcapng', ours, path]);
      // It leaves out names, and what interfaces dropped.
      const kept = (events: object[]) =>
        events.map((event) => ({ ...event, ...('packets' in event ? { dropped: null, names: null } : {}) }));
      assert.deepEqual(kept(await said(path)), kept(await said(ours)), name);
    }
  });

  it('tshark tells the same times of clocks in powers of two, with an offset', { skip: without('tshark') }, () => {
    const path = join(FIXTURES, 'formats/interfaces.pcapng');
    const { stdout } = spawnSync('tshark', ['-r', path, '-T', 'fields', '-e', 'frame.time_epoch'], {
      encoding: 'utf8',
    });
    const times: string[] = [];
    readCaptureSync(path, {
      onStart: () => {},
      onPacket: ({ origin }) => times.push(`${origin.seconds}.${String(origin.nanoseconds).padStart(9, '0')}`),
    });
    assert.deepEqual(times, stdout.trimEnd().split('\n'));
  });

  it('editcap: comments and keys', { skip: without('editcap') }, async () => {
    const keys = inFolder('keys.txt');
    writeFileSync(keys, `CLIENT_RANDOM ${'0'.repeat(64)} ${'1'.repeat(96)}\n`);
    const path = inFolder('commented.pcapng');
    run('editcap', ['-F', 'pcapng', '--inject-secrets', `tls,${keys}`, '-a', '8:schön: the first', CHAT, path]);
    const events = await said(path);
    assert.deepEqual(
      events.flatMap((event) => ('comment' in event ? [event.comment] : [])),
      ['schön: the first'],
    );
    assert.deepEqual((events.at(-1) as { secrets: object[] }).secrets, [{ type: 'tls-key-log', octets: 176 }]);
  });

  it('editcap in parts, and mergecap of them', { skip: without('editcap', 'mergecap') }, async () => {
    run('editcap', ['-F', 'pcapng', '-c', '10', CHAT, inFolder('part.pcapng')]);
    const parts = readdirSync(folder)
      .filter((name) => name.startsWith('part_'))
      .map(inFolder);
    assert.ok(parts.length > 2);
    run('mergecap', ['-w', inFolder('merged.pcapng'), ...parts]);
    const whole = await said(CHAT);
    assert.deepEqual(await said([...parts].reverse()), whole);
    assert.deepEqual(await said(inFolder('merged.pcapng')), whole);
  });

  for (const [tool, words] of [
    ['gzip', ['-9', '-k']],
    ['zstd', ['-19', '-k', '-q']],
    ['zstd', ['-1', '-k', '-q', '-f', '--no-check']],
  ] as const) {
    it(`${[tool, ...words].join(' ')}`, { skip: without(tool) }, async () => {
      const path = inFolder('compressed.pcap');
      run('cp', [CHAT, path]);
      run(tool, [...words, path]);
      assert.deepEqual(await said(`${path}.${tool === 'gzip' ? 'gz' : 'zst'}`), await said(CHAT));
    });
  }
});
