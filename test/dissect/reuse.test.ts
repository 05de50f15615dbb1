// What reads a connection is used again for the next. Connections that break off anywhere say in one capture, one after the
// other, what each says alone: nothing of one is left in what reads the next. And the memory of packets is used again for the
// next: they say the same where it is.

import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { CaptureSink } from '../../src/capture/capture-parser.ts';
import { readCaptureSync } from '../../src/capture/index.ts';
import type { PacketView } from '../../src/capture/packet.ts';
import { CaptureClock } from '../../src/dissect/clock.ts';
import { Dissector } from '../../src/dissect/dissector.ts';
import { EventMaker } from '../../src/dissect/event-maker.ts';
import type { WsdissectEvent } from '../../src/dissect/events.ts';
import { captureOf } from '../support/capture-builder.ts';
import type { Random } from '../support/random.ts';
import { TcpConversation } from '../support/tcp-conversation.ts';
import { peer, type TcpPacket } from '../support/tcp-packet.ts';
import { forSeeds } from '../support/time-box.ts';
import {
  BINARY,
  CLOSE,
  CONTINUATION,
  clientFrame,
  closePayload,
  concat,
  frame,
  head,
  PING,
  TEXT,
  upgradeRequest,
  upgradeResponse,
} from '../support/websocket-writer.ts';
import { dissectionOf } from './dissection.ts';

const DEFLATE = [['Sec-WebSocket-Extensions', 'permessage-deflate']] as const;
const REFUSAL = concat(head('HTTP/1.1 403 Forbidden', [['Content-Length', '6']]), new TextEncoder().encode('go off'));

/** A connection of any kind, reset at its end, that has lost one of its packets or all from one on. */
function drawConnection(random: Random, number: number): TcpPacket[] {
  const talk = new TcpConversation({
    client: peer('10.0.0.1', 20_000 + number),
    segmentSize: random.pick([7, 90, 1448]),
  });
  const fields = random.once(3) ? DEFLATE : [];
  talk.open();
  if (random.once(6)) talk.exchange('c2s', random.octets(20));
  talk.exchange('c2s', upgradeRequest({ fields }));
  if (random.once(4)) talk.exchange('s2c', REFUSAL);
  else talk.exchange('s2c', upgradeResponse({ fields }));
  for (let turn = random.between(0, 7); turn > 0; turn--) {
    const payload = random.octets(random.pick([0, 3, 130, 200]));
    talk.send('c2s', clientFrame(random.pick([TEXT, BINARY, CONTINUATION]), payload, { fin: !random.once(3) }));
    talk.exchange(
      's2c',
      frame(random.pick([TEXT, BINARY, PING, CLOSE, CLOSE]), closePayload(1000), { rsv: random.pick([0, 4]) }),
    );
  }
  const { packets } = talk;
  const cut = random.between(3, packets.length);
  if (random.once(2)) packets.splice(cut, 1);
  else packets.length = cut;
  return talk.reset('s2c').packets;
}

/** An event without what must differ: times, and numbers of packets and of the connection but for their order. */
function comparable(event: WsdissectEvent, firstPacket: number): object {
  const { connection, packet, time, elapsed, ...rest } = { packet: 0, connection: 0, time: '', elapsed: 0, ...event };
  if (rest.type === 'diagnostic' && rest.incomplete !== undefined) {
    return { ...rest, incomplete: { ...rest.incomplete, firstPacket: rest.incomplete.firstPacket - firstPacket } };
  }
  if (rest.type !== 'message') return rest;
  return { ...rest, packet: packet - firstPacket, firstPacket: rest.firstPacket - firstPacket };
}

it('what reads a connection keeps nothing of the connection before', () => {
  let messages = 0;
  forSeeds(300, (random) => {
    const connections = Array.from({ length: 12 }, (_, number) => drawConnection(random, number));
    // A second a packet: resets are over ten seconds later, and what read them is taken by the connections after.
    const together = dissectionOf(connections.flat(), { frames: true, interval: 1e9 });
    let before = 0;
    for (const [number, packets] of connections.entries()) {
      const alone = dissectionOf(packets, { frames: true, interval: 1e9 });
      const isOf = (event: WsdissectEvent, wanted: number) => 'connection' in event && event.connection === wanted;
      // That a key was used before is remembered on purpose.
      const isTold = (event: WsdissectEvent) => event.type !== 'diagnostic' || event.code !== 'key-repeated';
      const said = together.events
        .filter((event) => isOf(event, number) && isTold(event))
        .map((event) => comparable(event, before));
      const expected = alone.events.filter((event) => isOf(event, 0)).map((event) => comparable(event, 0));
      assert.deepEqual(said, expected, `connection ${number}`);
      before += packets.length;
      messages += alone.of('message').length;
    }
  });
  assert.ok(messages > 10, `${messages} messages`);
});

/** Hands each packet on in the same memory, in which nothing of it is left afterwards. */
class ReadOver implements CaptureSink {
  readonly #sink: Dissector;
  readonly #memory = new Uint8Array(4096);
  #start = 0;

  constructor(sink: Dissector) {
    this.#sink = sink;
  }

  onStart(...given: Parameters<Dissector['onStart']>): void {
    this.#sink.onStart(...given);
  }

  onAnnex(...given: Parameters<Dissector['onAnnex']>): void {
    this.#sink.onAnnex(...given);
  }

  onPacket(packet: PacketView): void {
    const { buffer, start, end } = packet;
    this.#start = (this.#start + 5) % 64;
    this.#memory.set(buffer.subarray(start, end), this.#start);
    packet.buffer = this.#memory;
    packet.start = this.#start;
    packet.end = this.#start + end - start;
    this.#sink.onPacket(packet);
    this.#memory.fill(0x0a);
    packet.buffer = buffer;
    packet.start = start;
    packet.end = end;
  }
}

it('what is read keeps nothing of the memory that packets lie in', () => {
  let told = 0;
  forSeeds(300, (random) => {
    const packets = drawConnection(random, 0);
    // Of some connections the beginning is not there: what is made of them then is told later.
    packets.splice(0, random.pick([0, 0, 3, 4, 5, 6]));
    const capture = captureOf(packets);
    const events: WsdissectEvent[] = [];
    const clock = new CaptureClock();
    const options = { frames: false, payload: 'always', codec: null } as const;
    const maker = new EventMaker({ onEvent: (event) => events.push(event) }, options, clock);
    const dissector = new Dissector(maker, clock, ['-']);
    readCaptureSync(capture, new ReadOver(dissector), {});
    dissector.finish();
    const expected = dissectionOf(packets);
    assert.deepEqual(events.slice(1), expected.events.slice(1));
    told += expected.of('midstream').filter(({ response }) => response !== undefined).length;
  });
  assert.ok(told > 0, 'no answer without its request was told');
});
