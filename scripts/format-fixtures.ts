// One short conversation in every container that is read: pcap and pcapng in their variants, compressed, and in several
// files.

import { gzipSync } from 'node:zlib';
import { captureOf } from '../test/support/capture-builder.ts';
import { concatOctets, PcapngBuilder } from '../test/support/pcapng-builder.ts';
import { datagramOctets, frameOctets, type TcpPacket } from '../test/support/tcp-packet.ts';
import { zstdOf } from '../test/support/zstd-writer.ts';
import type { FixtureFamily } from './fixture-family.ts';
import { sampleConversation } from './sample-conversation.ts';

const START = 1_700_000_000n;
const RAW = 101;

/** Ticks of a clock of 10^-9 s, a millisecond from a packet to the next. */
const nanoseconds = (index: number): bigint => (START * 1000n + BigInt(index)) * 1_000_000n;
const microseconds = (index: number): bigint => nanoseconds(index) / 1000n;

type Put = (builder: PcapngBuilder, packet: TcpPacket, index: number) => void;

const enhanced: Put = (builder, packet, index) => {
  builder.enhanced({ ticks: microseconds(index), octets: frameOctets(packet) });
};

function pcapng(packets: readonly TcpPacket[], begin: (builder: PcapngBuilder) => void, put: Put, byteOrder?: 'big') {
  const builder = new PcapngBuilder(byteOrder).section();
  begin(builder);
  packets.forEach((packet, index) => {
    put(builder, packet, index);
  });
  return builder.octets();
}

const oneInterface = (builder: PcapngBuilder): void => void builder.interface();

/** Each packet by the interface that it came on: Ethernet with microseconds, raw IP with 2^-20 s and an offset. */
function interfaces(packets: readonly TcpPacket[]): Uint8Array {
  return pcapng(
    packets,
    (builder) => void builder.interface({ name: 'eth0' }).interface({ linkType: RAW, resolution: 0x94, offset: START }),
    (builder, packet, index) => {
      if (index % 2 === 0) enhanced(builder, packet, index);
      else {
        const ticks = (BigInt(index) << 20n) / 1000n + 1n;
        builder.enhanced({ interface: 1, ticks, octets: datagramOctets(packet) });
      }
    },
  );
}

function everyBlock(packets: readonly TcpPacket[]): Uint8Array {
  return pcapng(
    packets,
    (builder) => {
      builder.interface({ resolution: 9, fcsLength: 4 }).secrets(0x544c534b, 'CLIENT_RANDOM 00 00\n');
      builder.names([Uint8Array.of(10, 0, 0, 1), 'client.example'], [Uint8Array.of(10, 0, 0, 2), 'server.example']);
    },
    (builder, packet, index) => {
      const comments = index === 7 ? ['the first message'] : [];
      const octets = concatOctets([frameOctets(packet), new Uint8Array(4)]);
      builder
        .enhanced({ ticks: nanoseconds(index), octets, comments })
        .custom()
        .statistics(0, { 4: 1n, 5: 0n });
    },
  );
}

export function formatFamily(): FixtureFamily {
  const conversation = sampleConversation(4);
  const { packets } = conversation.tcp;
  const pcap = captureOf(packets);
  const half = packets.length / 2;
  const [first, second] = [packets.slice(0, half), packets.slice(half)];
  const later = { start: Number(START), interval: 1_000_000 };
  const ng = pcapng(packets, oneInterface, enhanced);
  return {
    name: 'formats',
    what: 'One short conversation in every container: pcap and pcapng in their variants, compressed, in several files.',
    captures: {
      'little-endian.pcap': pcap,
      'big-endian.pcap': captureOf(packets, { byteOrder: 'big' }),
      'nanoseconds.pcap': captureOf(packets, { resolution: 9 }),
      'little-endian.pcapng': ng,
      'big-endian.pcapng': pcapng(packets, oneInterface, enhanced, 'big'),
      'sections.pcapng': concatOctets([
        pcapng(first, oneInterface, enhanced),
        pcapng(second, oneInterface, (builder, packet, index) => enhanced(builder, packet, index + half), 'big'),
      ]),
      'interfaces.pcapng': interfaces(packets),
      'simple-packets.pcapng': pcapng(packets, oneInterface, (builder, packet) => {
        builder.simple({ octets: frameOctets(packet) });
      }),
      'obsolete-packets.pcapng': pcapng(packets, oneInterface, (builder, packet, index) => {
        builder.obsolete({ ticks: microseconds(index), octets: frameOctets(packet) });
      }),
      'every-block.pcapng': everyBlock(packets),
      'gzip.pcap.gz': gzipSync(pcap),
      'gzip-members.pcapng.gz': concatOctets([gzipSync(ng.subarray(0, 700)), gzipSync(ng.subarray(700))]),
      'zstd.pcap.zst': zstdOf(pcap, 500),
    },
    sets: [
      {
        files: {
          'rotated-1.pcap': captureOf(first, later),
          'rotated-2.pcapng.gz': gzipSync(
            pcapng(second, oneInterface, (builder, packet, index) => enhanced(builder, packet, index + half)),
          ),
        },
      },
    ],
    connections: [conversation.expected],
  };
}
