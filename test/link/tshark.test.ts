// tshark beside every link type and tunnel: the fixtures merged into one pcapng of many interfaces, read by both.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { readCaptureSync } from '../../src/capture/index.ts';
import { LinkDecoder } from '../../src/link/link-decoder.ts';

const LINKS = fileURLToPath(new URL('../../fixtures/links/', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'wsdissect-tshark-'));
after(() => rmSync(folder, { recursive: true }));

const missing = ['tshark', 'mergecap'].filter((tool) => spawnSync(tool, ['--version']).error !== undefined);
const skip = missing.length > 0 && `${missing.join(' and ')} not installed`;

/** What tshark 4.0 does not read by itself. */
const UNREAD: Record<string, string> = {
  'mpls-ethernet.pcap': 'it takes the payload of a label for Ethernet only where it is told so',
  'nflog-big-endian.pcap': 'it takes the byte order of its own host',
  'ppp-pppd.pcap': 'mergecap cannot write the link type',
};

it('finds TCP where tshark finds it, behind every link type and in every tunnel', { skip }, () => {
  const files = readdirSync(LINKS).filter((file) => file.endsWith('.pcap') && !(file in UNREAD));
  const merged = join(folder, 'merged.pcapng');
  const merging = spawnSync('mergecap', ['-w', merged, ...files.map((file) => join(LINKS, file))], {
    encoding: 'utf8',
  });
  assert.equal(merging.status, 0, merging.stderr);
  const fields = ['frame.interface_id', 'tcp.seq_raw', 'tcp.len'].flatMap((field) => ['-e', field]);
  const words = ['-r', merged, '-T', 'fields', '-E', 'occurrence=l', '-E', 'separator=,', ...fields];
  const theirs = spawnSync('tshark', words, { encoding: 'utf8', maxBuffer: 1 << 26 })
    .stdout.trimEnd()
    .split('\n');

  const ours: string[] = [];
  const decoder = new LinkDecoder();
  readCaptureSync(merged, {
    onStart: () => {},
    onPacket: (packet) => {
      const segment = decoder.decode(packet);
      ours.push(segment !== null ? `${segment.sequence >>> 0},${segment.payloadEnd - segment.payloadStart}` : ',');
    },
  });
  assert.equal(ours.length, theirs.length);
  assert.ok(ours.filter((segment) => segment !== ',').length > 18 * 40);
  theirs.forEach((line, index) => {
    const [number, ...found] = line.split(',');
    assert.equal(ours[index], found.join(','), `packet ${index + 1}, of ${files[Number(number)]}`);
  });
});
