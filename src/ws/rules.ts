// What may be wrong with frames, messages and conversations, one row a rule, in files by what they are about. `peerWords` are
// those of the reader of gorilla/websocket, without the `websocket: ` before them.

import { compressionRules } from './rules-of-compression.ts';
import { controlRules } from './rules-of-control.ts';
import { frameRules } from './rules-of-frames.ts';
import { messageRules } from './rules-of-messages.ts';

export const webSocketRules = [...frameRules, ...messageRules, ...controlRules, ...compressionRules] as const;

export type WebSocketRuleCode = (typeof webSocketRules)[number]['code'];
