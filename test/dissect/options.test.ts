// What `dissect` and `dissectSync` may be told: what does not fit is refused in one line, where it would be silently taken for
// something else.

import assert from 'node:assert/strict';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { type DissectOptions, dissect, dissectSync } from '../../src/dissect/dissect.ts';

const capture = join(fileURLToPath(new URL('../../fixtures/walkthrough/', import.meta.url)), 'walkthrough.pcap');

const REFUSED: [options: object, message: RegExp][] = [
  [{ payload: 'alway' }, /^payload must be "undecoded", "always" or "never", not "alway"$/],
  [{ frames: 'yes' }, /^frames must be true or false, not "yes"$/],
  [{ limits: { message: Number.NaN } }, /^message must be a number from 0 on, not NaN$/],
  [{ limits: { openConnections: -1 } }, /^openConnections must be a number from 0 on, not -1$/],
  [{ limits: { held: '64M' } }, /^held must be a number from 0 on, not "64M"$/],
];
for (const [options, message] of REFUSED) {
  test(`${Object.keys(options)} is refused where it is ${JSON.stringify(Object.values(options)[0])}`, async () => {
    const refusal = { name: 'TypeError', message };
    assert.throws(() => dissectSync(capture, options as DissectOptions), refusal);
    await assert.rejects(dissect(capture, options as DissectOptions).next(), refusal);
  });
}

test('dissectSync, which cannot wait for a registry, says how it is given one', () => {
  assert.throws(() => dissectSync(capture, { registry: 'a.yaml' } as DissectOptions), {
    name: 'TypeError',
    message: /give codec: new ProtobufCodec\(await loadRegistry\(path\)\)$/,
  });
});

test('a stream is destroyed also where the signal was aborted before it was read', async () => {
  const streams = [createReadStream(capture), createReadStream(capture)];
  for (const source of [streams[0], [capture, streams[1]]]) {
    const events: string[] = [];
    for await (const { type } of dissect(source, { signal: AbortSignal.abort() })) events.push(type);
    assert.deepEqual(events, ['capture', 'summary']);
  }
  assert.deepEqual(
    streams.map(({ destroyed }) => destroyed),
    [true, true],
  );
});
