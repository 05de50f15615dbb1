// A sink before another sink that asks a question of every message and control frame, and passes on those that it fits. For
// questions that need the whole event, which is made for that; what numbers can answer is `selection.ts`.

import type { PayloadCodec } from '../codec/codec.ts';
import type { Segment } from '../link/segment.ts';
import type { DirectionFacts } from '../tcp/transport-facts.ts';
import type { CaptureClock } from './clock.ts';
import { EventMaker } from './event-maker.ts';
import type { ControlEvent, MessageEvent, WsdissectEvent } from './events.ts';
import type {
  ControlView,
  DissectionSink,
  EndView,
  HandshakeView,
  MessageView,
  MidstreamView,
  RareEvent,
  SinkNeeds,
} from './sink.ts';

export type Question = (said: MessageEvent | ControlEvent) => boolean;

export class AskingSink implements DissectionSink {
  readonly needs: SinkNeeds;
  readonly #sink: DissectionSink;
  readonly #question: Question;
  readonly #maker: EventMaker;
  #made: WsdissectEvent | null = null;

  constructor(sink: DissectionSink, question: Question, codec: PayloadCodec | null, clock: CaptureClock) {
    this.#sink = sink;
    this.#question = question;
    this.#maker = new EventMaker(
      {
        onEvent: (event) => {
          this.#made = event;
        },
      },
      { frames: false, payload: 'always', codec },
      clock,
    );
    this.needs = { ...sink.needs, payloads: true };
  }

  onTransport(connection: number, c2s: DirectionFacts, s2c: DirectionFacts, roundTrip: number): void {
    this.#sink.onTransport?.(connection, c2s, s2c, roundTrip);
  }

  onConnection(connection: number, segment: Segment): void {
    this.#sink.onConnection?.(connection, segment);
  }

  onEvent(event: RareEvent): void {
    this.#sink.onEvent(event);
  }

  onHandshake(handshake: HandshakeView): void {
    this.#sink.onHandshake(handshake);
  }

  onMidstream(midstream: MidstreamView): void {
    this.#sink.onMidstream(midstream);
  }

  /** A frame by itself says nothing, so that no question fits it. */
  onFrame(): void {}

  onMessage(message: MessageView): void {
    this.#maker.onMessage(message);
    if (this.#fits()) this.#sink.onMessage(message);
  }

  onControl(control: ControlView): void {
    this.#maker.onControl(control);
    if (this.#fits()) this.#sink.onControl(control);
  }

  onEnd(end: EndView): void {
    this.#sink.onEnd(end);
  }

  #fits(): boolean {
    return this.#made !== null && this.#question(this.#made as MessageEvent | ControlEvent);
  }
}
