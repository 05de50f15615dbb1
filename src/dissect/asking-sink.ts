// A sink before another sink that asks a question of every message and control frame, and passes on those that it fits. For
// questions that need the whole event, which is made for that; what numbers can answer is `selection.ts`.

import type { PayloadCodec } from '../codec/codec.ts';
import type { CaptureClock } from './clock.ts';
import { EventMaker } from './event-maker.ts';
import type { WsdissectEvent } from './events.ts';
import { passingTo } from './passing-sink.ts';
import type { SaidEvent } from './said-event.ts';
import type { DissectionSink } from './sink.ts';

export type Question = (said: SaidEvent) => boolean;

export function askingSink(
  sink: DissectionSink,
  question: Question,
  codec: PayloadCodec | null,
  clock: CaptureClock,
): DissectionSink {
  let made: WsdissectEvent | null = null;
  const keep = {
    onEvent: (event: WsdissectEvent) => {
      made = event;
    },
  };
  const maker = new EventMaker(keep, { frames: false, payload: 'always', codec }, clock);
  const fits = () => made !== null && question(made as SaidEvent);
  return {
    ...passingTo(sink),
    needs: { ...sink.needs, payloads: true },
    /** A frame by itself says nothing, so that no question fits it. */
    onFrame() {},
    onMessage(message) {
      maker.onMessage(message);
      if (fits()) sink.onMessage(message);
    },
    onControl(control) {
      maker.onControl(control);
      if (fits()) sink.onControl(control);
    },
  };
}
