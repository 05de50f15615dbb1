// Runs packets through the link and TCP layers and keeps what comes out: each connection's two streams, its gaps, findings
// and end. For the tests of this folder; knows nothing of what flows inside.

import assert from 'node:assert/strict';
import { readCaptureSync } from '../../src/capture/index.ts';
import type { Origin, PacketView } from '../../src/capture/packet.ts';
import { LinkDecoder } from '../../src/link/link-decoder.ts';
import type { Connection, Side } from '../../src/tcp/connection.ts';
import { defaultTcpLimits, type TcpLimits } from '../../src/tcp/limits.ts';
import { Reassembler } from '../../src/tcp/reassembler.ts';
import type { StreamSink } from '../../src/tcp/stream-sink.ts';
import { type CaptureOptions, captureOf, type Recordable } from '../support/capture-builder.ts';

/** What one connection said, by side: 0 is the end whose packet was captured first. */
export interface Stream {
  /** Octets as Latin-1 text; a gap stands as `[-N]`. */
  said: [string, string];
  /** Packet of each piece of octets, in the order of delivery. */
  packets: number[];
  gaps: string[];
  findings: string[];
  /** `fin`, `rst`, `capture-end`, `replaced`, and the packet; null while it is open. */
  end: string | null;
  /** Connections opened before it ended, itself counted. */
  openedBeforeEnd: number;
}

export class StreamRecorder implements StreamSink<Stream> {
  readonly streams: Stream[] = [];

  onOpen(connection: Connection<Stream>): void {
    const stream: Stream = { said: ['', ''], packets: [], gaps: [], findings: [], end: null, openedBeforeEnd: 0 };
    connection.upper = stream;
    this.streams.push(stream);
  }

  onOctets(
    connection: Connection<Stream>,
    side: Side,
    buffer: Uint8Array,
    start: number,
    end: number,
    origin: Origin,
  ): void {
    const stream = connection.upper as Stream;
    stream.said[side] += Buffer.from(buffer.buffer, buffer.byteOffset + start, end - start).toString('latin1');
    stream.packets.push(origin.number);
  }

  onGap(connection: Connection<Stream>, side: Side, length: number, reason: string): void {
    const stream = connection.upper as Stream;
    stream.said[side] += `[-${length}]`;
    stream.gaps.push(`${side} ${length} ${reason}`);
  }

  onFinding(connection: Connection<Stream>, _side: Side, code: string): void {
    connection.upper?.findings.push(code);
  }

  onEnd(connection: Connection<Stream>, how: string, origin: Origin): void {
    const stream = connection.upper as Stream;
    stream.end = `${how} ${origin.number}`;
    stream.openedBeforeEnd = this.streams.length;
  }
}

/** Hands the segments of a capture to a reassembler. */
export function reassemble<Upper>(capture: Uint8Array, reassembler: Reassembler<Upper>): void {
  const link = new LinkDecoder();
  let last: Origin | null = null;
  readCaptureSync(capture, {
    onStart: () => {},
    onPacket: (packet: PacketView) => {
      last = packet.origin;
      const segment = link.decode(packet);
      if (segment !== null) reassembler.onSegment(segment, packet.origin);
    },
  });
  if (last !== null) reassembler.finish(last);
}

export interface StreamOptions extends CaptureOptions {
  limits?: Partial<TcpLimits>;
}

/** The streams of packets as they were captured. */
export function streamsOf(packets: readonly Recordable[], options: StreamOptions = {}): Stream[] {
  const recorder = new StreamRecorder();
  reassemble(captureOf(packets, options), new Reassembler(recorder, { ...defaultTcpLimits, ...options.limits }));
  return recorder.streams;
}

/** The one stream that there must be. */
export function only(streams: Stream[]): Stream {
  assert.equal(streams.length, 1);
  return streams[0];
}
