// The `ws` package as a witness: what its sender writes is read here, and where its receiver objects, so do we. Its two
// classes are not in its types, so what is used of them is written down here.

import assert from 'node:assert/strict';
import type { Writable } from 'node:stream';
import { it } from 'node:test';
import * as ws from 'ws';
import { webSocketRules } from '../../src/ws/rules.ts';
import { Random } from '../support/random.ts';
import { forSeeds } from '../support/time-box.ts';
import { CLOSE, clientFrame, closePayload, concat, frame, TEXT } from '../support/websocket-writer.ts';
import { readInPieces } from './readings.ts';

interface Sender {
  send(data: Buffer, options: { binary: boolean; fin: boolean; mask: boolean; compress: boolean }): void;
  ping(data: Buffer, mask: boolean): void;
  pong(data: Buffer, mask: boolean): void;
  close(code: number | undefined, data: Buffer | undefined, mask: boolean): void;
}

interface Witness {
  Sender: new (socket: { cork(): void; uncork(): void; write(chunk: Uint8Array): void }) => Sender;
  Receiver: new (options: { isServer: boolean }) => Writable;
}

const { Sender, Receiver } = ws as unknown as Witness;

/** `opcode octets`, in order; text for control frames too. */
type Said = string[];

const latin1 = (octets: Uint8Array) => Buffer.from(octets).toString('latin1');
const said = (opcode: string, octets: Uint8Array) => `${opcode} ${latin1(octets)}`;

/** What a sender of `ws` writes for a few messages and control frames, and what they were. */
function sent(random: Random, mask: boolean): { octets: Uint8Array; messages: Said; controls: Said } {
  const written: Uint8Array[] = [];
  const sender = new Sender({
    cork: () => {},
    uncork: () => {},
    write: (chunk) => written.push(Uint8Array.from(chunk)),
  });
  const messages: Said = [];
  const controls: Said = [];
  for (let count = random.between(1, 8); count > 0; count--) {
    const binary = random.once(2);
    const parts = Array.from({ length: random.pick([1, 1, 2, 4]) }, () => {
      const part = Buffer.from(random.octets(random.pick([0, 1, 5, 125, 126, 1000, 65_535, 65_536])));
      return binary ? part : part.map((octet) => octet & 0x7f);
    });
    messages.push(said(binary ? 'binary' : 'text', concat(...parts)));
    parts.forEach((part, at) => {
      sender.send(Buffer.from(part), { binary, fin: at === parts.length - 1, mask, compress: false });
      if (!random.once(3)) return;
      const data = Buffer.from(random.octets(random.pick([0, 1, 125])));
      const opcode = random.pick(['ping', 'pong'] as const);
      controls.push(said(opcode, data));
      sender[opcode](data, mask);
    });
  }
  if (random.once(2)) {
    const code = random.pick([undefined, 1000, 4999]);
    const reason = code === undefined ? undefined : Buffer.from('because €');
    controls.push(said('close', code === undefined ? new Uint8Array(0) : closePayload(code, 'because €')));
    sender.close(code, reason, mask);
  }
  return { octets: concat(...written), messages, controls };
}

it('reads what the sender of ws writes, masked and unmasked, without a complaint', () => {
  forSeeds(1500, (random) => {
    const fromClient = random.once(2);
    const { octets, messages, controls } = sent(random, fromClient);
    const reading = readInPieces(octets, () => random.between(1, 70_000), { fromClient });
    const saidOf = (payload: { opcode: string; octets: string | null }) => `${payload.opcode} ${payload.octets}`;
    assert.deepEqual(reading.messages.map(saidOf), messages);
    assert.deepEqual(reading.controls.map(saidOf), controls);
    assert.deepEqual(reading.findings, []);
  });
});

/** Messages until the first error of a receiver of `ws`. */
async function received(octets: Uint8Array): Promise<{ messages: Said; objects: boolean }> {
  const receiver = new Receiver({ isServer: true });
  const messages: Said = [];
  let objects = false;
  receiver.on('message', (data: Buffer, binary: boolean) => messages.push(said(binary ? 'binary' : 'text', data)));
  await new Promise<void>((resolve) => {
    receiver.on('close', resolve);
    receiver.on('error', () => {
      objects = true;
    });
    receiver.end(Buffer.from(octets));
  });
  return { messages, objects };
}

const errors = new Set<string>(webSocketRules.filter((rule) => rule.severity === 'error').map((rule) => rule.code));
/** What `ws` lets pass, RFC 6455 notwithstanding. */
const passed = new Set(['length-not-minimal', 'data-after-close']);

it('objects where the receiver of ws does, and nowhere else but where ws is known to be lenient', async () => {
  const random = new Random(17);
  const end = performance.now() + 1500;
  for (let trial = 0; trial < 300 || performance.now() < end; trial++) {
    const opcode = random.between(0, 16);
    const strange = frame(opcode, random.octets(random.pick([0, 1, 2, 3, 125, 126])), {
      fin: !random.once(4),
      rsv: random.once(4) ? random.between(0, 8) : 0,
      ...(random.once(8) ? {} : { key: random.octets(4) }),
      // Of data frames only, where `ws` lets a length that is not minimal pass.
      ...(opcode < 8 && random.once(8) ? { lengthBits: 16 as const } : {}),
    });
    const before = Array.from({ length: random.between(0, 3) }, () =>
      clientFrame(TEXT, 'ok', { fin: !random.once(4) }),
    );
    const octets = concat(...before, strange);
    const { messages, objects } = await received(octets);
    const reading = readInPieces(octets, () => random.between(1, 200));
    const unfinished = reading.findings.includes('message-unfinished');
    const found = reading.findings.filter((code) => {
      // `ws` judges text at its end; RFC 6455 §8.1 lets who finds the fault fail at once.
      return errors.has(code) && !passed.has(code) && !(unfinished && code === 'invalid-utf8-text');
    });
    assert.equal(found.length > 0, objects, `${Buffer.from(octets).toString('hex')}: ${reading.findings}`);
    if (!objects)
      assert.deepEqual(
        reading.messages.map((message) => `${message.opcode} ${message.octets}`),
        messages,
      );
  }
});

it('reads no further than ws does where a close frame ends the conversation, and says that more follows', async () => {
  const octets = concat(clientFrame(CLOSE, closePayload(1000)), clientFrame(TEXT, 'late'));
  assert.deepEqual((await received(octets)).messages, []);
  assert.deepEqual(readInPieces(octets, () => 1).findings, ['data-after-close']);
});
