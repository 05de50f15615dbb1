// Plain packets take a short way through the link layer and TCP: read in one go, and predicted. In a VLAN they take the long one. So
// whatever is said over plain Ethernet is said again in a VLAN, and must be found the same.

import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { CaptureError, readCaptureSync } from '../../src/capture/index.ts';
import type { PacketView } from '../../src/capture/packet.ts';
import type { CaptureClock } from '../../src/dissect/clock.ts';
import type { DissectionLimits } from '../../src/dissect/dissector.ts';
import { EventMaker } from '../../src/dissect/event-maker.ts';
import type { WsdissectEvent } from '../../src/dissect/events.ts';
import { runDissectionSync } from '../../src/dissect/run.ts';
import { StatsOutput } from '../../src/output/stats/stats-output.ts';
import { captureOf } from '../support/capture-builder.ts';
import type { Random } from '../support/random.ts';
import { sharedCaptures, withoutSharedCaptures } from '../support/shared-captures.ts';
import { type ConversationOptions, TcpConversation } from '../support/tcp-conversation.ts';
import { frameOctets, peer, type TcpPacket } from '../support/tcp-packet.ts';
import { forSeeds } from '../support/time-box.ts';
import {
  BINARY,
  CLOSE,
  CONTINUATION,
  clientFrame,
  closePayload,
  concat,
  frame,
  PING,
  TEXT,
  upgradeRequest,
  upgradeResponse,
} from '../support/websocket-writer.ts';
import { sayHttp } from './http-talk.ts';

const LINKTYPE_ETHERNET = 1;
const ETHERNET_ADDRESSES = 12;
const WINDOW_AT = 48;
const TAG_LENGTH = 4;

function inVlan(octets: Uint8Array, vlan = 7): Uint8Array {
  const addresses = octets.subarray(0, ETHERNET_ADDRESSES);
  return Uint8Array.from([...addresses, 0x81, 0x00, 0x00, vlan, ...octets.subarray(ETHERNET_ADDRESSES)]);
}

/** None where the capture has another link type. */
function ethernetPackets(path: string): Uint8Array[] {
  const packets: Uint8Array[] = [];
  const onPacket = ({ linkType, buffer, start, end }: PacketView) => {
    if (linkType === LINKTYPE_ETHERNET) packets.push(buffer.slice(start, end));
  };
  try {
    readCaptureSync(path, { onStart: () => {}, onPacket });
  } catch (error) {
    // Of one that is cut, what comes before.
    if (!(error instanceof CaptureError)) throw error;
  }
  return packets;
}

/** What the same ends said before on the same ports: of TLS, of which nothing is wanted, or HTTP; it may go on when it is over. */
function drawOther(random: Random, options: ConversationOptions): TcpPacket[] {
  const talk = new TcpConversation({ ...options, clientSequence: random.word(), serverSequence: random.word() }).open();
  const isTls = random.once(2);
  if (isTls) talk.exchange('c2s', concat(Uint8Array.of(22, 3, 1, 2, 0, 1, 0, 1, 252, 3, 3), random.octets(40)));
  for (let turn = random.between(0, 12); turn > 0; turn--) {
    if (isTls) talk.exchange(random.pick(['c2s', 's2c']), random.octets(random.pick([20, 400])));
    else sayHttp(random, talk);
  }
  const { packets } = random.pick([() => talk.close(), () => talk.reset('s2c'), () => talk])();
  return random.once(4) ? [...packets, ...packets.slice(-random.between(1, 12))] : packets;
}

/** Of text and binary, whole and in pieces, long and short, by the rules and not; with acknowledgments, and without. */
function drawConversation(random: Random, number: number): Uint8Array[] {
  const fields = random.once(4) ? ([['Sec-WebSocket-Extensions', 'permessage-deflate']] as const) : [];
  const options = { client: peer('10.0.0.1', 20_000 + (number >> 1)), segmentSize: random.pick([7, 90, 1448]) };
  const before = random.once(3) ? drawOther(random, options) : [];
  const talk = new TcpConversation({ ...options, clientSequence: random.word(), serverSequence: random.word() }).open();
  if (random.once(4)) sayHttp(random, talk);
  talk.exchange('c2s', upgradeRequest({ fields })).exchange('s2c', upgradeResponse({ fields }));
  for (let turn = random.between(1, random.pick([60, 60, 400])); turn > 0; turn--) {
    const payload = random.octets(random.pick([0, 3, 30, 125, 126, 300]));
    const opcode = random.pick([TEXT, BINARY, BINARY, BINARY, random.pick([PING, CONTINUATION])]);
    const key = random.once(20) ? new Uint8Array(4) : random.octets(4);
    const form = { fin: !random.once(20), rsv: random.once(20) ? 4 : 0 };
    const times = random.pick([1, 1, 1, 3]);
    if (random.once(2)) talk.send('c2s', concat(...Array(times).fill(clientFrame(opcode, payload, { ...form, key }))));
    else talk.send('s2c', concat(...Array(times).fill(frame(opcode, payload, form))));
    if (random.once(3)) talk.acknowledge('c2s').acknowledge('s2c');
  }
  if (random.once(2)) talk.exchange('c2s', clientFrame(CLOSE, closePayload(1000)));
  const { packets } = random.once(2) ? talk.close() : talk.reset('s2c');
  // Every second one has the endpoints of the one before it, in another network.
  return [...before, ...packets].map((packet) =>
    number % 2 === 0 ? frameOctets(packet) : inVlan(frameOctets(packet), 9),
  );
}

function withClosedWindow(packet: Uint8Array): Uint8Array {
  const at = packet[ETHERNET_ADDRESSES] === 0x81 ? WINDOW_AT + TAG_LENGTH : WINDOW_AT;
  return Uint8Array.from(packet.with(at, 0).with(at + 1, 0));
}

/** The conversations through each other; now and then a packet is lost, doubled, late, or says that its window is closed. */
function drawCapture(random: Random): Uint8Array[] {
  const talks = Array.from({ length: random.between(1, 6) }, (_, number) => drawConversation(random, number));
  const packets: Uint8Array[] = [];
  while (talks.some((talk) => talk.length > 0)) {
    const packet = random.pick(talks).shift();
    if (packet === undefined || random.once(50)) continue;
    packets.push(packet);
    if (random.once(50)) packets.push(packet);
    if (random.once(50)) packets.splice(Math.max(0, packets.length - random.between(2, 9)), 0, packets.pop()!);
    if (random.once(50)) packets[packets.length - 1] = withClosedWindow(packet);
  }
  return packets;
}

/** Every event, and the statistics with what TCP did; octets of packets are counted with the tag, so they are left out. */
function foundIn(
  capture: Uint8Array,
  payload: 'always' | 'never',
  frames: boolean,
  limits: Partial<DissectionLimits> = {},
): { told: object[]; counted: object } {
  const told: WsdissectEvent[] = [];
  const onEvent = (event: WsdissectEvent) => told.push(event);
  runDissectionSync(capture, (clock) => new EventMaker({ onEvent }, { frames, payload, codec: null }, clock), {
    limits,
  });
  const outputs: StatsOutput[] = [];
  const makeOutput = (clock: CaptureClock) => {
    outputs.push(new StatsOutput({ codec: null }, clock));
    return outputs[0];
  };
  runDissectionSync(capture, makeOutput, { limits });
  const { summary, ...counted } = outputs[0].report();
  return {
    told: told.map((event) => (event.type === 'summary' ? { ...event, octets: 0 } : event)),
    counted: { ...counted, summary: { ...summary, octets: 0 } },
  };
}

describe('the short way finds what the long way finds', () => {
  it('in drawn captures', () => {
    let messages = 0;
    forSeeds(4000, (random) => {
      const packets = drawCapture(random);
      const payload = random.pick(['always', 'never'] as const);
      const frames = random.once(4);
      const snapLength = random.once(4) ? random.between(60, 200) : 262_144;
      const interval = random.pick([1e6, 1e9]);
      const limits = { rememberedConnections: random.pick([1, 4, 8192]) };
      const short = foundIn(captureOf(packets, { snapLength, interval }), payload, frames, limits);
      const tagged = captureOf(
        packets.map((packet) => inVlan(packet)),
        { snapLength: snapLength + TAG_LENGTH, interval },
      );
      assert.deepEqual(short, foundIn(tagged, payload, frames, limits));
      messages += short.told.filter((event) => (event as WsdissectEvent).type === 'message').length;
    });
    assert.ok(messages > 100, `${messages} messages`);
  });

  describe('in recorded captures', { skip: withoutSharedCaptures }, () => {
    for (const folder of sharedCaptures === null ? [] : ['core', 'lossy']) {
      for (const file of readdirSync(join(sharedCaptures!, folder)).filter((name) => name.endsWith('.pcap'))) {
        const packets = ethernetPackets(join(sharedCaptures!, folder, file));
        if (packets.length === 0) continue;
        it(`${folder}/${file}`, () => {
          const short = foundIn(captureOf(packets), 'always', false);
          assert.deepEqual(short, foundIn(captureOf(packets.map((packet) => inVlan(packet))), 'always', false));
        });
      }
    }
  });
});
