// What one side said to the other, of the events: messages and control frames, however many frames a message had. No part of the
// contract, which names the two by themselves.

import type { ControlEvent, MessageEvent } from './events.ts';

export type SaidEvent = MessageEvent | ControlEvent;
