// The whole of the mutation test: `npm run test:mutations [FOLDER…]` records strict expectations of every capture below the
// folders (by default the shared ones), alters, drops and moves each message in turn, and says how much was noticed.

import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { loadRegistry, ProtobufCodec } from '../src/codec/index.ts';
import { holds, logOfCapture, mutateEvents, recorded } from '../test/check/mutation.ts';

const DEFAULT = ['core', 'deflate', 'violations', 'formats', 'lossy'].map((name) => `../shared/captures/${name}`);
/** Captures of more messages are sampled, as each change takes a whole judgment. */
const CHANGES = 400;

const folders = process.argv.length > 2 ? process.argv.slice(2) : DEFAULT;
let tried = 0;
let caught = 0;
let failed = 0;
for (const folder of folders) {
  const registry = join(folder, 'demo.registry.yaml');
  const codec = existsSync(registry) ? new ProtobufCodec(await loadRegistry(registry)) : null;
  for (const name of readdirSync(folder).filter((each) => /\.(pcap|pcapng|cap)(\.gz|\.zst)?$/.test(each))) {
    const log = logOfCapture(join(folder, name), codec);
    const messages = log.connections.reduce((sum, { said }) => sum + said.length, 0);
    for (const mode of ['strict', 'loose'] as const) {
      if (await holds(await recorded(log, mode), log)) continue;
      console.log(`${folder}/${name}: ${mode} expectations do not hold of their own capture`);
      failed++;
    }
    const tally = await mutateEvents(log, Math.max(1, Math.ceil((messages * 3) / CHANGES)));
    tried += tally.tried;
    caught += tally.caught;
    const percent = tally.tried === 0 ? '–' : `${((tally.caught / tally.tried) * 100).toFixed(1)} %`;
    console.log(
      `${folder}/${name}: ${tally.caught} of ${tally.tried} (${percent}) ${tally.missed.slice(0, 3).join(', ')}`,
    );
  }
}
console.log(`in all ${caught} of ${tried} changes noticed (${((caught / tried) * 100).toFixed(2)} %)`);
if (failed > 0 || caught < tried * 0.95) process.exitCode = 1;
