// The kinds of expectations: a new one is a file beside this one and a line here.

import type { Kind } from '../kind.ts';
import { answered } from './answered.ts';
import { capture } from './capture.ts';
import { cel } from './cel.ts';
import { close } from './close.ts';
import { connections } from './connections.ts';
import { conversation } from './conversation.ts';
import { diagnostics } from './diagnostics.ts';
import { handshake } from './handshake.ts';
import { latency } from './latency.ts';
import { message } from './message.ts';
import { nothing } from './nothing.ts';
import { sequence } from './sequence.ts';
import { sizes } from './sizes.ts';

export const KINDS: readonly Kind[] = [
  message,
  sizes,
  sequence,
  answered,
  latency,
  nothing,
  handshake,
  close,
  diagnostics,
  connections,
  conversation,
  cel,
  capture,
];
