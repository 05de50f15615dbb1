// The TCP packets of a recorded capture as plain records, so that a test cuts, reorders and drops them as it does those of its
// own scripts. Knows nothing of what they say.

import { readFileSync } from 'node:fs';
import type { CaptureSink } from '../../src/capture/capture-parser.ts';
import { readCaptureSync } from '../../src/capture/index.ts';
import { LinkDecoder } from '../../src/link/link-decoder.ts';
import type { TcpPacket } from '../support/tcp-packet.ts';

/** The packets of a recorded capture as plain records. */
export function packetsOf(capture: string): TcpPacket[] {
  const packets: TcpPacket[] = [];
  const link = new LinkDecoder();
  const words = (...all: number[]) =>
    Uint8Array.from(all.flatMap((word) => [word >>> 24, word >>> 16, word >>> 8, word]));
  const sink: CaptureSink = {
    onStart: () => {},
    onPacket: (packet) => {
      const segment = link.decode(packet);
      if (segment === null) return;
      const four = segment.family === 4;
      const { source0, source1, source2, source3, destination0, destination1, destination2, destination3 } = segment;
      const source = four ? words(source3) : words(source0, source1, source2, source3);
      const destination = four ? words(destination3) : words(destination0, destination1, destination2, destination3);
      packets.push({
        source: { address: source, port: segment.sourcePort },
        destination: { address: destination, port: segment.destinationPort },
        sequence: segment.sequence >>> 0,
        acknowledgment: segment.acknowledgment >>> 0,
        flags: segment.flags,
        window: segment.window,
        options: new Uint8Array(0),
        payload: segment.buffer.slice(segment.payloadStart, segment.payloadEnd),
      });
    },
  };
  readCaptureSync(readFileSync(capture), sink);
  return packets;
}
