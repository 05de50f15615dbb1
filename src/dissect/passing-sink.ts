// What a sink before another sink hands on as it came: everything, so that whoever stands there says only what it changes, and
// nothing that is optional is lost on the way.

import type { DissectionSink } from './sink.ts';

/** All of a sink; one that is made for a sink behind it must not forget what is optional. */
export type PassingSink = Required<DissectionSink>;

/** A sink that passes all on to `sink`, and needs what it needs; to be spread into one that changes something. */
export function passingTo(sink: DissectionSink): PassingSink {
  return {
    needs: sink.needs,
    onConnection: (connection, segment) => sink.onConnection?.(connection, segment),
    onTransport: (connection, c2s, s2c, roundTrip) => sink.onTransport?.(connection, c2s, s2c, roundTrip),
    onEvent: (event) => sink.onEvent(event),
    onHandshake: (handshake) => sink.onHandshake(handshake),
    onMidstream: (midstream) => sink.onMidstream(midstream),
    onFrame: (frame) => sink.onFrame(frame),
    onMessage: (message) => sink.onMessage(message),
    onControl: (control) => sink.onControl(control),
    onEnd: (end) => sink.onEnd(end),
  };
}
