// Packets of every link type through the link layer: whatever lengths, options and tunnels say, a segment lies in its packet.

import { readCaptureSync } from '../../src/capture/index.ts';
import { PacketView } from '../../src/capture/packet.ts';
import { LinkDecoder } from '../../src/link/link-decoder.ts';
import type { Segment } from '../../src/link/segment.ts';
import { SKIP } from '../../src/link/skip-reason.ts';
import type { Random } from '../../test/support/random.ts';
import { captureFiles } from '../corpus.ts';
import { type Layer, mustHold } from '../layer.ts';
import { mutated } from '../mutate.ts';

/** Of a case: link type, octets of frame check sequence, octets that the snaplen cut. */
const PREFIX = 4;
/** Of each packet its captured octets follow their number. */
const LENGTH = 2;
const PACKETS = 6;
const LONGEST = 1600;

/** Some packets of each capture, one case a link type and capture. */
function packetsOf(capture: Uint8Array): Uint8Array | null {
  const pieces: Uint8Array[] = [];
  let linkType = 0;
  try {
    readCaptureSync(capture, {
      onStart: () => {},
      onPacket: (packet) => {
        const octets = packet.buffer.slice(packet.start, Math.min(packet.end, packet.start + LONGEST));
        if (pieces.length < PACKETS) pieces.push(Uint8Array.of(octets.length >> 8, octets.length), octets);
        linkType = packet.linkType;
      },
    });
  } catch {
    // What came before is enough.
  }
  if (pieces.length === 0) return null;
  return new Uint8Array(Buffer.concat([Uint8Array.of(linkType >> 8, linkType, 0, 0), ...pieces]));
}

const REASONS = new Set(Object.keys(SKIP));

export const packets: Layer = {
  name: 'packets',
  about: 'packets of every link type: a segment lies in its packet, anything else is counted by a known reason',
  share: 800,
  corpus: captureFiles().flatMap((capture) => packetsOf(capture) ?? []),
  draw: (random, corpus) => mutated(random, corpus),
  run(input: Uint8Array, dice: Random): void {
    if (input.length < PREFIX) return;
    const decoder = new LinkDecoder(dice.once(4) ? 500 : undefined);
    const packet = new PacketView();
    packet.linkType = (input[0] << 8) | input[1];
    packet.fcsLength = input[2] & 7;
    packet.buffer = input;
    let taken = 0;
    let seen = 0;
    for (let at = PREFIX; at + LENGTH <= input.length; seen++) {
      packet.start = at + LENGTH;
      packet.end = Math.min(input.length, packet.start + ((input[at] << 8) | input[at + 1]));
      packet.originalLength = packet.end - packet.start + input[3];
      packet.origin.number++;
      packet.origin.seconds += dice.between(0, 20);
      at = packet.end;
      const segment = decoder.decode(packet);
      if (segment === null) continue;
      taken++;
      checkSegment(segment, packet);
    }
    const skipped = decoder.skipped;
    const known = (name: string) => REASONS.has(name) || name.startsWith('unknown-link-type-');
    mustHold(Object.keys(skipped).every(known), () => `reasons ${Object.keys(skipped)}`);
    const count = Object.values(skipped).reduce((sum, each) => sum + each, 0);
    mustHold(taken <= seen && count <= seen + taken, () => `${taken} taken and ${count} skipped of ${seen}`);
  },
};

function checkSegment(segment: Segment, packet: PacketView): void {
  const { buffer, ipStart, tcpStart, payloadStart, payloadEnd, missing } = segment;
  const end = buffer === packet.buffer ? packet.end : buffer.length;
  const start = buffer === packet.buffer ? packet.start : 0;
  const inOrder = start <= ipStart && ipStart < tcpStart && tcpStart + 20 <= payloadStart && payloadStart <= payloadEnd;
  mustHold(
    inOrder && payloadEnd <= end,
    () => `IP ${ipStart} TCP ${tcpStart} payload ${payloadStart}…${payloadEnd} in ${start}…${end}`,
  );
  mustHold(missing >= 0 && Number.isInteger(missing) && missing < 2 ** 25, () => `missing ${missing}`);
  const { sourcePort, destinationPort, sequence, acknowledgment, window } = segment;
  for (const port of [sourcePort, destinationPort, window])
    mustHold(port >= 0 && port <= 0xffff, () => `16 bits: ${port}`);
  for (const word of [sequence, acknowledgment]) mustHold((word | 0) === word, () => `32 bits: ${word}`);
}
