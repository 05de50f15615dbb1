// The name of its file in an event that is about a capture as a whole, for outputs that several captures share. Events of packets
// have it from the dissection. Knows no format.

import type { WsdissectEvent } from '../dissect/events.ts';

/** @param file undefined where the output is of this capture alone */
export function namedEvent(event: WsdissectEvent, file: string | undefined): WsdissectEvent & { file?: string } {
  const isOfCapture = event.type === 'capture' || event.type === 'summary';
  return file === undefined || !isOfCapture ? event : { ...event, file };
}
