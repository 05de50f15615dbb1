// Remembers the gravest diagnostic that passes to another sink, for `--fail-on`. Changes nothing.

import { SEVERITIES, type Severity } from '../dissect/events.ts';
import type {
  ControlView,
  DissectionSink,
  EndView,
  FrameView,
  HandshakeView,
  MessageView,
  MidstreamView,
  RareEvent,
  SinkNeeds,
} from '../dissect/sink.ts';
import type { Segment } from '../link/segment.ts';
import type { DirectionFacts } from '../tcp/transport-facts.ts';

export class SeverityWatch implements DissectionSink {
  readonly needs: SinkNeeds;
  readonly #sink: DissectionSink;
  #gravest = -1;

  constructor(sink: DissectionSink) {
    this.#sink = sink;
    this.needs = { ...sink.needs, connectionDiagnostics: true, heads: true };
  }

  /** Whether a diagnostic of this severity or a graver one passed. */
  reached(severity: Severity): boolean {
    return this.#gravest >= SEVERITIES.indexOf(severity);
  }

  onEvent(event: RareEvent): void {
    if (event.type === 'diagnostic') this.#gravest = Math.max(this.#gravest, SEVERITIES.indexOf(event.severity));
    this.#sink.onEvent(event);
  }

  onTransport(connection: number, c2s: DirectionFacts, s2c: DirectionFacts, roundTrip: number): void {
    this.#sink.onTransport?.(connection, c2s, s2c, roundTrip);
  }

  onConnection(connection: number, segment: Segment): void {
    this.#sink.onConnection?.(connection, segment);
  }

  onHandshake(handshake: HandshakeView): void {
    this.#sink.onHandshake(handshake);
  }

  onMidstream(midstream: MidstreamView): void {
    this.#sink.onMidstream(midstream);
  }

  onFrame(frame: FrameView): void {
    this.#sink.onFrame(frame);
  }

  onMessage(message: MessageView): void {
    this.#sink.onMessage(message);
  }

  onControl(control: ControlView): void {
    this.#sink.onControl(control);
  }

  onEnd(end: EndView): void {
    this.#sink.onEnd(end);
  }
}
