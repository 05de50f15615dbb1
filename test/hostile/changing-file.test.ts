// A capture file that somebody cuts, extends, writes over or replaces while it is read: what was read is told, what is wrong is
// said in one line, and nothing is thrown but that.

import assert from 'node:assert/strict';
import { appendFileSync, mkdtempSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, beforeEach, describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { CaptureError } from '../../src/capture/index.ts';
import { EventMaker } from '../../src/dissect/event-maker.ts';
import type { WsdissectEvent } from '../../src/dissect/events.ts';
import { type RunResult, runDissection } from '../../src/dissect/run.ts';
import { surveyStreams } from '../../src/dissect/stream-survey.ts';
import { NoConversationError, walkthrough } from '../../src/output/walkthrough/index.ts';
import { Dissection, upgraded } from '../dissect/dissection.ts';
import { captureOf } from '../support/capture-builder.ts';
import { Random } from '../support/random.ts';
import { peer } from '../support/tcp-packet.ts';
import { frame } from '../support/websocket-writer.ts';

const folder = mkdtempSync(join(tmpdir(), 'wsdissect-changing-'));
after(() => rmSync(folder, { recursive: true }));
const PATH = join(folder, 'changing.pcap');
const HEADER = 24;

/** Of a client of its own for each seed. */
function conversation(messages: number, seed: number): Uint8Array {
  const random = new Random(seed);
  const talk = upgraded({ client: peer('10.0.0.1', 40_000 + seed) });
  for (let count = 0; count < messages; count++) talk.exchange('s2c', frame(2, random.octets(1000)));
  return captureOf(talk.close().packets);
}

/** Of several blocks, as files are read in blocks of a mebibyte. */
const capture = conversation(4000, 1);
const other = conversation(4000, 2);

/** Reads the file, and does something to it behind each block but the first `before`. */
async function readingWhile(
  change: (block: number) => void,
  path = PATH,
): Promise<{ run: RunResult; found: Dissection }> {
  const events: WsdissectEvent[] = [];
  let block = 0;
  const run = await runDissection(
    path,
    (clock) =>
      new EventMaker(
        { onEvent: (event) => events.push(event) },
        { frames: false, payload: 'never', codec: null },
        clock,
      ),
    {
      pause: () => {
        change(++block);
        return undefined;
      },
    },
  );
  return { run, found: new Dissection(events) };
}

describe('a capture that changes while it is read', () => {
  beforeEach(() => writeFileSync(PATH, capture));

  it('is read to its end where nothing happens', async () => {
    const { run, found } = await readingWhile(() => {});
    assert.equal(run.complete, true);
    assert.equal(found.summary.messages, 4000);
  });

  it('and is cut, is read up to the cut, which is told', async () => {
    const { run, found } = await readingWhile((block) => block === 1 && truncateSync(PATH, 3_000_001));
    assert.equal(run.complete, false);
    assert.equal(run.error?.kind, 'cut');
    assert.equal(found.summary.complete, false);
    assert.ok(found.summary.messages > 2000 && found.summary.messages < 3000, `${found.summary.messages}`);
  });

  it('and is emptied, is read as far as it was at hand', async () => {
    const { run, found } = await readingWhile((block) => block === 1 && truncateSync(PATH, 0));
    assert.equal(run.complete, false);
    assert.ok(found.summary.messages > 0);
  });

  it('and grows, is read with what came, and told to be cut where a record is not whole', async () => {
    const more = other.subarray(HEADER);
    const { run, found } = await readingWhile((block) => block === 2 && appendFileSync(PATH, more));
    assert.equal(run.complete, true);
    assert.equal(found.summary.messages, 8000);
    writeFileSync(PATH, capture);
    const partly = await readingWhile((block) => block === 2 && appendFileSync(PATH, more.subarray(0, 100)));
    assert.equal(partly.run.error?.kind, 'cut');
    assert.equal(partly.found.summary.messages, 4000);
  });

  it('and grows as it is read, ends where that does', async () => {
    const more = (block: number) => appendFileSync(PATH, conversation(500, 100 + block).subarray(HEADER));
    const { run, found } = await readingWhile((block) => block < 10 && more(block));
    assert.equal(run.complete, true);
    assert.equal(found.summary.messages, 4000 + 9 * 500);
  });

  it('and is replaced, is read as it was when it was opened', async () => {
    const next = join(folder, 'next.pcap');
    const { run, found } = await readingWhile((block) => {
      if (block !== 1) return;
      writeFileSync(next, conversation(3, 3));
      renameSync(next, PATH);
    });
    assert.equal(run.complete, true);
    assert.equal(found.summary.messages, 4000);
  });

  it('and is written over, is read as what it is: another conversation, or damage', async () => {
    const { found } = await readingWhile((block) => block === 1 && writeFileSync(PATH, other));
    assert.equal(found.summary.packets > 5000, true);
    const noise = new Random(9).octets(capture.length);
    writeFileSync(PATH, capture);
    const { run } = await readingWhile((block) => block === 1 && writeFileSync(PATH, noise));
    assert.equal(run.complete, false);
    assert.ok(run.error instanceof CaptureError && !run.error.message.includes('\n'));
  });

  it('and is compressed, is read up to the cut', async () => {
    const path = join(folder, 'changing.pcap.gz');
    writeFileSync(path, gzipSync(capture, { level: 0 }));
    const { run, found } = await readingWhile((block) => block === 1 && truncateSync(path, 3_000_000), path);
    assert.equal(run.error?.kind, 'cut');
    assert.ok(found.summary.messages > 2000);
  });

  it('and is gone between two readings, is told so', async () => {
    // A walkthrough reads a capture twice.
    const captures = [conversation(3, 4), captureOf([]), conversation(1, 5).subarray(0, 300), new Uint8Array(0)];
    const random = new Random(6);
    let told = 0;
    let refused = 0;
    for (let time = 0; time < 60; time++) {
      writeFileSync(PATH, captures[0]);
      const reading = Promise.allSettled([walkthrough(PATH, { format: 'text', codec: null }), surveyStreams(PATH)]);
      const change = () =>
        random.once(5) ? rmSync(PATH, { force: true }) : writeFileSync(PATH, random.pick(captures));
      for (let turn = random.between(0, 12); turn > 0; turn--) await new Promise((resolve) => setImmediate(resolve));
      change();
      for (const outcome of await reading) {
        if (outcome.status === 'fulfilled') told++;
        else {
          refused++;
          const { reason } = outcome;
          assert.ok(reason instanceof NoConversationError || reason instanceof CaptureError, String(reason.stack));
        }
      }
    }
    assert.equal(told + refused, 120);
    assert.ok(told > 0 && refused > 0, `${told} told, ${refused} refused`);
  });
});
