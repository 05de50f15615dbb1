// The conversation of the fixture `walkthrough`, for layers that ask something of one: its codec and what was said.

import { join } from 'node:path';
import { loadRegistry, ProtobufCodec } from '../src/codec/index.ts';
import { logOfCapture } from '../test/check/mutation.ts';
import { ROOT } from './corpus.ts';

const folder = join(ROOT, 'fixtures/walkthrough');

/** pb.Ping is 1, pb.Pong is 2. */
export const codec = new ProtobufCodec(await loadRegistry(join(folder, 'walkthrough.registry.yaml')));
export const log = logOfCapture(join(folder, 'walkthrough.pcap'), codec);
