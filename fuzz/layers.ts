// The layers that are fuzzed, from a capture's octets to what people read: one line each.

import type { Layer } from './layer.ts';
import { captures } from './layers/captures.ts';
import { commands } from './layers/commands.ts';
import { compressed } from './layers/compressed.ts';
import { conditions } from './layers/conditions.ts';
import { expectations } from './layers/expectations.ts';
import { frames } from './layers/frames.ts';
import { heads } from './layers/heads.ts';
import { outputs } from './layers/outputs.ts';
import { packets } from './layers/packets.ts';
import { protobuf } from './layers/protobuf.ts';
import { protos } from './layers/protos.ts';
import { recordings } from './layers/recordings.ts';
import { registries } from './layers/registries.ts';
import { scenarios } from './layers/scenarios.ts';
import { segments } from './layers/segments.ts';
import { sets } from './layers/sets.ts';

export const layers: readonly Layer[] = [
  packets,
  segments,
  frames,
  heads,
  protobuf,
  compressed,
  captures,
  sets,
  outputs,
  recordings,
  registries,
  protos,
  scenarios,
  expectations,
  conditions,
  commands,
];
