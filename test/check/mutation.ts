// Alters, drops and moves single messages of a capture, and counts how many of these changes strict expectations notice. The
// whole of it is `npm run test:mutations`; the tests take a sample.

import { readCaptureSync } from '../../src/capture/index.ts';
import type { PacketView } from '../../src/capture/packet.ts';
import { type CaptureLog, CaptureLogger, type ConnectionLog } from '../../src/check/capture-log.ts';
import { parseExpectations } from '../../src/check/expectations-file.ts';
import { writeExpectations } from '../../src/check/expectations-writer.ts';
import { type JudgeableExpectations, judge } from '../../src/check/judge.ts';
import { type RecordMode, recordExpectations } from '../../src/check/record.ts';
import type { PayloadCodec } from '../../src/codec/codec.ts';
import { dissectSync } from '../../src/dissect/dissect.ts';
import type { SaidEvent } from '../../src/dissect/said-event.ts';
import { LinkDecoder } from '../../src/link/link-decoder.ts';

export interface Tally {
  tried: number;
  caught: number;
  /** What went unnoticed. */
  missed: string[];
}

export function logOfCapture(capture: Uint8Array | string, codec: PayloadCodec | null): CaptureLog {
  const logger = new CaptureLogger('capture');
  for (const event of dissectSync(capture, { payload: 'always', codec })) logger.onEvent(event);
  return logger.log();
}

/** Expectations recorded from the log, by way of the text of a file. */
export async function recorded(log: CaptureLog, mode: RecordMode): Promise<JudgeableExpectations> {
  const text = await writeExpectations(recordExpectations(log, mode), { capture: 'capture', mode, registry: null });
  return parseExpectations('recorded.yaml', text);
}

export async function holds(expectations: JudgeableExpectations, log: CaptureLog): Promise<boolean> {
  const { verdicts } = await judge(expectations, log);
  return verdicts.every(({ held }) => held);
}

/** A change to what is said on a connection; null where none is to be made. */
type Mutation = (said: readonly SaidEvent[], index: number) => SaidEvent[] | null;

const MUTATIONS: Readonly<Record<string, Mutation>> = {
  altered: (said, index) => said.with(index, altered(said[index])),
  dropped: (said, index) => said.toSpliced(index, 1),
  moved: (said, index) => {
    // To move a message past one of the same content is no change.
    const to = said.findIndex((other, place) => place > index && contentOf(other) !== contentOf(said[index]));
    return to < 0 ? null : said.toSpliced(index, 1).toSpliced(to, 0, said[index]);
  },
};

/** @param every of so many messages one is changed */
export async function mutateEvents(log: CaptureLog, every = 1): Promise<Tally> {
  const expectations = await recorded(log, 'strict');
  const tally: Tally = { tried: 0, caught: 0, missed: [] };
  let counter = 0;
  for (const connection of log.connections) {
    for (let index = 0; index < connection.said.length; index++) {
      if (counter++ % every !== 0) continue;
      for (const [name, mutate] of Object.entries(MUTATIONS)) {
        const said = mutate(connection.said, index);
        if (said === null) continue;
        const caught = !(await holds(await only(expectations, connection, log), withSaid(log, connection, said)));
        count(tally, caught, `${name} packet ${connection.said[index].packet}`);
      }
    }
  }
  return tally;
}

/** The expectations on one connection: those on the others cannot notice anything, and would only take time. */
async function only(
  all: JudgeableExpectations,
  connection: ConnectionLog,
  log: CaptureLog,
): Promise<JudgeableExpectations> {
  const index = log.connections.indexOf(connection);
  return {
    ...all,
    placeOf: () => ({ file: '' }),
    list: all.list.filter((each) => (each.index === null || each.index === index) && each.concerns(connection)),
  };
}

/** Flips one bit of the last octet of packets behind the handshakes, in the capture itself. */
export async function mutateOctets(capture: Uint8Array, codec: PayloadCodec | null, every = 1): Promise<Tally> {
  const log = logOfCapture(capture, codec);
  const expectations = await recorded(log, 'strict');
  const tally: Tally = { tried: 0, caught: 0, missed: [] };
  const packets = new Set(log.connections.flatMap(({ said }) => said.map(({ packet }) => packet)));
  let counter = 0;
  for (const { packet, offset } of lastOctets(capture, packets)) {
    if (counter++ % every !== 0) continue;
    const changed = capture.slice();
    changed[offset] ^= 0x01;
    count(tally, !(await holds(expectations, logOfCapture(changed, codec))), `bit in packet ${packet}`);
  }
  return tally;
}

function count(tally: Tally, caught: boolean, what: string): void {
  tally.tried++;
  if (caught) tally.caught++;
  else tally.missed.push(what);
}

function lastOctets(capture: Uint8Array, wanted: ReadonlySet<number>): { packet: number; offset: number }[] {
  const link = new LinkDecoder();
  const found: { packet: number; offset: number }[] = [];
  readCaptureSync(capture, {
    onStart: () => {},
    onPacket: (packet: PacketView) => {
      const segment = wanted.has(packet.origin.number) ? link.decode(packet) : null;
      if (segment === null || segment.payloadEnd <= segment.payloadStart) return;
      const offset = segment.buffer.byteOffset - capture.byteOffset + segment.payloadEnd - 1;
      if (segment.buffer.buffer === capture.buffer) found.push({ packet: packet.origin.number, offset });
    },
  });
  return found;
}

function withSaid(log: CaptureLog, connection: ConnectionLog, said: SaidEvent[]): CaptureLog {
  const connections = log.connections.map((each) => (each === connection ? { ...each, said } : each));
  return { ...log, connections };
}

function contentOf(said: SaidEvent): string {
  const { packet: _p, time: _t, elapsed: _e, ...rest } = said;
  return JSON.stringify({ ...rest, index: 0, firstPacket: 0 });
}

/** The message with one thing different in what it says. */
function altered(said: SaidEvent): SaidEvent {
  if (said.type === 'control') {
    if (said.opcode === 'close' && said.code) return { ...said, code: said.code + 1, data: flipped(said.data) };
    return { ...said, data: flipped(said.data), length: Math.max(1, said.length) };
  }
  if (said.decoded !== undefined) {
    const data = said.data === undefined ? {} : { data: flipped(said.data) };
    return { ...said, ...data, decoded: { ...said.decoded, value: otherValue(said.decoded.value) } };
  }
  if (said.text !== undefined) return { ...said, text: otherText(said.text) };
  if (said.data !== undefined) return { ...said, data: flipped(said.data) };
  return { ...said, wireLength: said.wireLength + 1 };
}

function flipped(base64: string): string {
  const octets = Buffer.from(base64, 'base64');
  if (octets.length === 0) return Buffer.from('!').toString('base64');
  octets[octets.length - 1] ^= 1;
  return octets.toString('base64');
}

function otherText(text: string): string {
  const last = text.at(-1) ?? '';
  return last === 'x' ? `${text.slice(0, -1)}y` : `${text.slice(0, Math.max(0, text.length - 1))}x`;
}

/** Another value of the same shape: the last scalar in it is another. */
function otherValue(value: unknown): unknown {
  // The largest floats stay what they are if 1 is added.
  if (typeof value === 'number') return value === 0 ? 1 : -value;
  if (typeof value === 'string') return otherText(value);
  if (typeof value === 'boolean') return !value;
  if (Array.isArray(value)) return value.length === 0 ? [1] : value.with(-1, otherValue(value.at(-1)));
  if (typeof value !== 'object' || value === null) return 1;
  const entries = Object.entries(value);
  const [key, member] = entries.at(-1) ?? ['seq', 0];
  return { ...value, [key]: otherValue(member) };
}
