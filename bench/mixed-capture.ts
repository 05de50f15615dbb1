// A capture of everything, as large as is asked for, written to standard output as it is made: large and small messages, short
// connections, ports that are knocked at, connections that stay open, segments that were not captured. For what a capture
// larger than any memory takes (`memory.ts`).
//
//   node --import tsx bench/mixed-capture.ts GIGABYTES | wsdissect stats -

import { Random } from '../test/support/random.ts';
import { BINARY, frame } from '../test/support/websocket-writer.ts';
import { CaptureWriter } from './capture-writer.ts';
import { ping, pong, sendAcknowledged, shortTalk, talkOf, upgrade } from './captures.ts';

const STANDARD_OUTPUT = 1;
const INTERVAL = 20;
const LARGE_A_ROUND = 80_000_000;
/** Of so many messages one is not captured, or what was before it. */
const SMALL_A_LOSS = 5000;
const LARGE_A_LOSS = 10;

const [word = ''] = process.argv.slice(2);
const octets = Number(word) * 1e9;
if (!(octets > 0)) {
  console.error('usage: node --import tsx bench/mixed-capture.ts GIGABYTES > FILE');
  process.exit(2);
}

const random = new Random(8);
const pool = random.octets(4 * 1024 * 1024);
const out = new CaptureWriter(STANDARD_OUTPUT, INTERVAL);
let connections = 0;

const begin = () => upgrade(talkOf(connections++, random), random);

function writeLargeMessages(): void {
  const talks = Array.from({ length: 10 }, begin);
  for (const end = out.length + LARGE_A_ROUND; out.length < end && out.length < octets; ) {
    const length = random.between(64 * 1024, 1024 * 1024);
    const at = random.between(0, pool.length - length);
    const talk = random.pick(talks);
    if (random.once(LARGE_A_LOSS)) talk.skip('s2c', 1448);
    sendAcknowledged(out, talk, 's2c', frame(BINARY, pool.subarray(at, at + length)));
  }
  for (const talk of talks) out.drain(talk.close());
}

function writeSmallMessages(): void {
  // They stay open, round by round: a capture of days has many of those.
  const talks = Array.from({ length: 50 }, begin);
  for (let pair = 0; pair < 20_000; pair++) {
    const talk = random.pick(talks);
    if (random.once(SMALL_A_LOSS)) talk.send('c2s', ping(random)).packets.length = 0;
    out.drain(talk.send('c2s', ping(random)).exchange('s2c', pong(random)));
  }
}

function writeConnections(): void {
  for (let count = 0; count < 2000; count++) {
    out.drain(shortTalk(connections++, random));
    const [syn] = talkOf(connections++, random).open().packets;
    out.put(syn);
  }
}

while (out.length < octets) {
  writeLargeMessages();
  writeSmallMessages();
  writeConnections();
}
out.close();
