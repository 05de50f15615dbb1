// A sink that keeps what it is given, as plain values to compare; and which recorded captures there are.

import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import type { CaptureSink } from '../../src/capture/capture-parser.ts';
import type { CaptureAnnex, CaptureDescription, PacketView } from '../../src/capture/packet.ts';
import { sharedCaptures } from '../support/shared-captures.ts';

export interface KeptPacket {
  number: number;
  seconds: number;
  nanoseconds: number;
  originalLength: number;
  linkType: number;
  fcsLength: number;
  length: number;
  sha256: string;
  comments: readonly string[];
}

/** An annex with its address as hex digits. */
type KeptAnnex = Exclude<CaptureAnnex, { kind: 'names' }> | { kind: 'names'; address: string; names: string[] };

export class PacketList implements CaptureSink {
  readonly descriptions: CaptureDescription[] = [];
  readonly packets: KeptPacket[] = [];
  readonly annexes: KeptAnnex[] = [];

  onStart(description: CaptureDescription): void {
    this.descriptions.push(description);
  }

  onPacket({ origin, buffer, start, end, originalLength, linkType, fcsLength, comments }: PacketView): void {
    const { number, seconds, nanoseconds } = origin;
    const sha256 = createHash('sha256').update(buffer.subarray(start, end)).digest('hex');
    this.packets.push({
      number,
      seconds,
      nanoseconds,
      originalLength,
      linkType,
      fcsLength,
      length: end - start,
      sha256,
      comments,
    });
  }

  onAnnex(annex: CaptureAnnex): void {
    this.annexes.push(
      annex.kind === 'names' ? { ...annex, address: Buffer.from(annex.address).toString('hex') } : annex,
    );
  }
}

/** Paths below the recorded captures. */
export function recordedPcaps(): string[] {
  if (sharedCaptures === null) return [];
  return readdirSync(sharedCaptures, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.pcap'))
    .sort();
}
