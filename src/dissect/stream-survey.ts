// Every TCP connection of a capture, WebSocket or not: packets in, one record a connection out. Joins link and TCP as a
// dissection does, without what is behind. The records stay until the capture ends, as late packets still count: they are the list.

import type { CaptureSink } from '../capture/capture-parser.ts';
import { type CaptureError, readCapture } from '../capture/index.ts';
import { Origin, type PacketView } from '../capture/packet.ts';
import { LinkDecoder } from '../link/link-decoder.ts';
import type { Segment } from '../link/segment.ts';
import type { Connection, GapReason, Side } from '../tcp/connection.ts';
import { Pool } from '../tcp/pool.ts';
import { Reassembler } from '../tcp/reassembler.ts';
import type { SidesTold, StreamSink } from '../tcp/stream-sink.ts';
import { Allowance } from '../ws/allowance.ts';
import { type DissectionLimits, defaultLimits } from './dissector.ts';
import { beginsAnotherConversation } from './next-conversation.ts';
import { Opening } from './opening.ts';
import { type CaptureSource, countingReads, damageOf, type OnProgress } from './run.ts';
import { SurveyedStream, type TcpStream } from './surveyed-stream.ts';

/** Takes the octets of each connection as they are found, in the order of their stream; valid during the call. */
export type StreamOctets = (stream: SurveyedStream, connection: number, side: Side, octets: Uint8Array) => void;

export interface SurveyOptions {
  limits?: Partial<DissectionLimits> | undefined;
  onOctets?: StreamOctets | undefined;
  /** Ends the reading early; what was read is told. */
  signal?: AbortSignal | undefined;
  onProgress?: OnProgress | undefined;
}

export interface Survey {
  streams: TcpStream[];
  /** Whether the capture was read to its end. */
  complete: boolean;
  /** Why it was not; null also where the caller ended it. */
  error: CaptureError | null;
}

type Surveyed = Connection<SurveyedStream>;

class StreamSurvey implements CaptureSink, StreamSink<SurveyedStream> {
  /** By number of the connection: its packets so far, and what is told of it, null before it is over. */
  readonly #packets: number[] = [];
  readonly #streams: (TcpStream | null)[] = [];
  readonly #link: LinkDecoder;
  readonly #tcp: Reassembler<SurveyedStream>;
  readonly #last = new Origin();
  readonly #openings: Pool<Opening>;
  readonly #onStreamOctets: StreamOctets | undefined;

  constructor(limits: DissectionLimits, onOctets: StreamOctets | undefined) {
    this.#link = new LinkDecoder(limits.fragments);
    this.#tcp = new Reassembler<SurveyedStream>(this, limits);
    const allowance = new Allowance(limits.held);
    this.#openings = new Pool(() => new Opening(allowance, false));
    this.#onStreamOctets = onOctets;
  }

  /** TCP connections seen so far. */
  get connections(): number {
    return this.#packets.length;
  }

  onStart(): void {}

  onAnnex(): void {}

  onPacket(packet: PacketView): void {
    this.#last.copyFrom(packet.origin);
    const segment = this.#link.decode(packet);
    if (segment === null) return;
    this.#tcp.onSegment(segment, packet.origin);
    const connection = this.#tcp.connectionOf(segment);
    if (connection !== null) this.#packets[connection]++;
  }

  finish(): TcpStream[] {
    this.#tcp.finish(this.#last);
    const streams = this.#streams.filter((stream) => stream !== null);
    for (const stream of streams) stream.packets = this.#packets[stream.connection];
    return streams;
  }

  onOpen(connection: Surveyed, segment: Segment): void {
    connection.upper = new SurveyedStream(connection, segment, this.#openings);
    this.#packets.push(0);
    this.#streams.push(null);
  }

  onOctets(connection: Surveyed, side: Side, buffer: Uint8Array, start: number, end: number, origin: Origin): void {
    const stream = connection.upper;
    if (stream === null) return;
    stream.take(side, buffer, start, end, origin);
    this.#onStreamOctets?.(stream, connection.number, side, buffer.subarray(start, end));
  }

  onGap(connection: Surveyed, side: Side, length: number, reason: GapReason, origin: Origin): void {
    connection.upper?.lose(side, length, reason, origin);
  }

  takeBack({ upper }: Surveyed): SidesTold | null {
    return this.#onStreamOctets === undefined ? (upper?.takeBack() ?? null) : null;
  }

  beginsAnother(connection: Surveyed, side: Side, segment: Segment, octetsApart: number): boolean {
    return beginsAnotherConversation(connection, side, segment, octetsApart);
  }

  onFinding(): void {}

  onEnd(connection: Surveyed): void {
    if (connection.upper !== null) this.#streams[connection.number] = connection.upper.end();
  }
}

/**
 * Lists every TCP connection of a capture, in order of their first packet.
 *
 * @throws {CaptureError} of kind `unreadable` where there is nothing to read
 */
export async function surveyStreams(source: CaptureSource, options: SurveyOptions = {}): Promise<Survey> {
  const survey = new StreamSurvey({ ...defaultLimits, ...options.limits }, options.onOctets);
  try {
    const onRead = countingReads(options.onProgress, () => survey.connections);
    await readCapture(source, survey, { signal: options.signal, onRead });
  } catch (error) {
    const damage = damageOf(error, options.signal);
    return { streams: survey.finish(), complete: false, error: damage };
  }
  return { streams: survey.finish(), complete: true, error: null };
}
