// The same conversation behind every link type, as recorded: each file must give the same TCP payload.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { readCaptureSync } from '../../src/capture/index.ts';
import { LinkDecoder } from '../../src/link/link-decoder.ts';
import { Segment } from '../../src/link/segment.ts';

const CAPTURES = fileURLToPath(new URL('../../../shared/captures/', import.meta.url));
const skip = existsSync(CAPTURES) ? false : 'the recorded captures of ../shared are not here';

function payloadOf(path: string): { packets: number; octets: number; sha256: string; skipped: Record<string, number> } {
  const decoder = new LinkDecoder();
  const segment = new Segment();
  const hash = createHash('sha256');
  let packets = 0;
  let octets = 0;
  readCaptureSync(join(CAPTURES, path), {
    onStart: () => undefined,
    onPacket(packet) {
      packets++;
      if (!decoder.decode(packet, segment)) return;
      assert.equal(segment.missing, 0);
      octets += segment.payloadEnd - segment.payloadStart;
      hash.update(segment.buffer.subarray(segment.payloadStart, segment.payloadEnd));
    },
  });
  return { packets, octets, sha256: hash.digest('hex'), skipped: decoder.skipped };
}

const SAME_CONVERSATION = [
  'nano-be',
  'nano-le',
  'modified',
  'link-fcs',
  'link-ipv4-228',
  'link-ipv4-options',
  'link-ipv4-total-0',
  'link-ipv6-229',
  'link-ipv6-extensions',
  'link-loop',
  'link-null-be',
  'link-null-le',
  'link-padding',
  'link-qinq',
  'link-raw-12',
  'link-raw-14',
  'link-raw-101',
  'link-sll',
  'link-sll2',
  'link-vlan',
];

describe('recorded captures', { skip }, () => {
  it('hold the conversation that the others are compared with', () => {
    const plain = payloadOf('formats/be.pcap');
    assert.ok(plain.octets > 10_000, `${plain.octets} octets`);
    assert.deepEqual(plain.skipped, {});
  });

  for (const name of SAME_CONVERSATION) {
    it(`${name} gives the same TCP payload as plain Ethernet`, () => {
      assert.deepEqual(payloadOf(`formats/${name}.pcap`), payloadOf('formats/be.pcap'));
    });
  }

  it('of a link type that nobody knows are skipped whole, and told by its number', () => {
    assert.deepEqual(payloadOf('damaged/linktype-147.pcap').skipped, { 'unknown-link-type-147': 16 });
  });

  it('in fragments are told as fragments', () => {
    assert.ok(payloadOf('formats/link-ipv4-fragments.pcap').skipped['ipv4-fragment'] > 0);
    assert.ok(payloadOf('formats/link-ipv6-fragments.pcap').skipped['ipv6-fragment'] > 0);
  });
});
