// What `dissect` and `dissectSync` may be told: what does not fit is refused in one line, where it would be silently taken for
// something else.

import assert from 'node:assert/strict';
import { createReadStream, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { inspect } from 'node:util';
import { runInNewContext } from 'node:vm';
import { type DissectOptions, dissect, dissectSync } from '../../src/dissect/dissect.ts';

const capture = join(fileURLToPath(new URL('../../fixtures/walkthrough/', import.meta.url)), 'walkthrough.pcap');

const REFUSED: [options: unknown, message: RegExp][] = [
  [{ payload: 'alway' }, /^payload must be "undecoded", "always" or "never", not "alway"$/],
  [{ frames: 'yes' }, /^frames must be true or false, not "yes"$/],
  [{ limits: { message: Number.NaN } }, /^limits\.message must be a number from 0 on, not NaN$/],
  [{ limits: { openConnections: -1 } }, /^limits\.openConnections must be a number from 0 on, not -1$/],
  [{ limits: { held: '64M' } }, /^limits\.held must be a number from 0 on, not "64M"$/],
  [{ limits: null }, /^limits must be an object of options, not null$/],
  [{ webSocketPorts: 8888 }, /^webSocketPorts must be a list, each of it a whole number from 1 to 65535, not 8888$/],
  [{ webSocketPorts: ['8888'] }, /^webSocketPorts must be a list, each of it .*, not \["8888"\]$/],
  [{ codec: {} }, /^codec must be a codec, such as new ProtobufCodec\(registry\), or null, not an object$/],
  [{ signal: 5 }, /^signal must be an AbortSignal, not 5$/],
  [{ onProgress: 'x' }, /^onProgress must be a function, not "x"$/],
  [{ name: Symbol('x') }, /^name must be a text, not Symbol\(x\)$/],
  [{ payloads: 'always' }, /^there is no option "payloads"; did you mean payload\?$/],
  [{ colour: 'red' }, /^there is no option "colour"; known here: (registry, )?codec, frames, .*, onProgress$/],
  [{ limits: { mesage: 3 } }, /^there is no option "limits\.mesage"; did you mean limits\.message\?$/],
  [{ limits: { '\u001b[31m': 3 } }, /^there is no option "limits\.\\u001b\[31m"; known here: .*message/],
  [null, /^options must be an object of options, not null$/],
  ['capture.pcap', /^options must be an object of options, not "capture.pcap"$/],
];
for (const [options, message] of REFUSED) {
  test(`${inspect(options, { breakLength: Number.POSITIVE_INFINITY })} is refused`, async () => {
    const refusal = { name: 'TypeError', message };
    assert.throws(() => dissectSync(capture, options as DissectOptions), refusal);
    await assert.rejects(dissect(capture, options as DissectOptions).next(), refusal);
  });
}

const NO_SOURCES: [source: unknown, given: RegExp][] = [
  [42, /not 42$/],
  [undefined, /not undefined$/],
  [null, /not null$/],
  [{}, /not an object$/],
  [new URL('file:///capture.pcap'), /not an instance of URL$/],
  [(async function* () {})(), /not an instance of AsyncGenerator$/],
  [[Buffer.alloc(1), 'capture.pcap'], /not \[an instance of Buffer, "capture.pcap"\]$/],
];
for (const [source, given] of NO_SOURCES) {
  test(`${inspect(source)} is refused as a source, in words that say what is one`, async () => {
    const wanted = /^the source must be a path, octets, a stream, or a list of paths and streams, not /;
    const refused = (error: Error) =>
      error.name === 'TypeError' && wanted.test(error.message) && given.test(error.message);
    await assert.rejects(dissect(source as string).next(), refused);
  });
}

test('octets of another realm, as test runners have one for each file, are octets', async () => {
  const octets = readFileSync(capture);
  const foreign: Uint8Array = runInNewContext(`new Uint8Array(${octets.length})`);
  foreign.set(octets);
  assert.equal(foreign instanceof Uint8Array, false);
  const types: string[] = [];
  for await (const { type } of dissect(foreign)) types.push(type);
  assert.deepEqual(
    types,
    dissectSync(octets).map(({ type }) => type),
  );
});

test('a slip in the name of the registry is not taken for no registry', async () => {
  const options = { regsitry: 'r.yaml' } as DissectOptions;
  const message = 'there is no option "regsitry"; did you mean registry?';
  await assert.rejects(dissect(capture, options).next(), { name: 'TypeError', message });
});

test('an option that there is not says nothing where it is undefined, and options may be inherited', () => {
  assert.ok(dissectSync(capture, { ...{ colour: undefined }, frames: true }).some(({ type }) => type === 'frame'));
  class Own {
    get frames() {
      return true;
    }
  }
  assert.ok(dissectSync(capture, new Own()).some(({ type }) => type === 'frame'));
});

test('dissectSync, which cannot wait for a registry, says how it is given one', () => {
  assert.throws(() => dissectSync(capture, { registry: 'a.yaml' } as DissectOptions), {
    name: 'TypeError',
    message: /give codec: new ProtobufCodec\(await loadRegistry\(path\)\)$/,
  });
});

test('a stream is destroyed also where the registry is none, or an option is wrong', async () => {
  for (const options of [{ registry: join(capture, 'none.yaml') }, { payload: 'alway' }]) {
    const streams = [createReadStream(capture), createReadStream(capture)];
    for (const source of [streams[0], [capture, streams[1]]]) {
      await assert.rejects(dissect(source, options as DissectOptions).next());
    }
    assert.deepEqual(
      streams.map(({ destroyed }) => destroyed),
      [true, true],
    );
  }
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
