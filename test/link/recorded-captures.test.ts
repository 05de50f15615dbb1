// The same conversation behind every link type, as recorded: each file must give the same TCP payload.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { readCaptureSync } from '../../src/capture/index.ts';
import { LinkDecoder } from '../../src/link/link-decoder.ts';
import { sharedCaptures, withoutSharedCaptures } from '../support/shared-captures.ts';

function payloadOf(path: string): { packets: number; octets: number; sha256: string; skipped: Record<string, number> } {
  const decoder = new LinkDecoder();
  const hash = createHash('sha256');
  let packets = 0;
  let octets = 0;
  readCaptureSync(join(sharedCaptures!, path), {
    onStart: () => undefined,
    onPacket(packet) {
      packets++;
      const segment = decoder.decode(packet);
      if (segment === null) return;
      assert.equal(segment.missing, 0);
      octets += segment.payloadEnd - segment.payloadStart;
      hash.update(segment.buffer.subarray(segment.payloadStart, segment.payloadEnd));
    },
  });
  return { packets, octets, sha256: hash.digest('hex'), skipped: decoder.skipped };
}

/** Every way in which the conversation was captured, but for other containers than pcap. */
const SAME_CONVERSATION =
  sharedCaptures === null
    ? []
    : readdirSync(join(sharedCaptures, 'formats'))
        .filter((name) => name.endsWith('.pcap') && !name.startsWith('rotated-') && name !== 'be.pcap')
        .map((name) => name.replace('.pcap', ''));

describe('recorded captures', { skip: withoutSharedCaptures }, () => {
  it('hold the conversation that the others are compared with', () => {
    const plain = payloadOf('formats/be.pcap');
    assert.ok(plain.octets > 10_000, `${plain.octets} octets`);
    assert.deepEqual(plain.skipped, {});
  });

  for (const name of SAME_CONVERSATION) {
    it(`${name} gives the same TCP payload as plain Ethernet`, () => {
      // In fragments there are more packets.
      const { packets: _, ...found } = payloadOf(`formats/${name}.pcap`);
      const { packets: __, ...plain } = payloadOf('formats/be.pcap');
      assert.deepEqual(found, plain);
    });
  }

  it('of a link type that nobody knows are skipped whole, and told by its number', () => {
    assert.deepEqual(payloadOf('damaged/linktype-147.pcap').skipped, { 'unknown-link-type-147': 16 });
  });
});
