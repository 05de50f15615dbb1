// Feeds the octets of one direction to the frame parser and the assembler, in any pieces, and keeps what they hand on as
// plain values. For the tests of this folder; knows no connection.

import { Origin } from '../../src/capture/packet.ts';
import { Pool } from '../../src/tcp/pool.ts';
import { Allowance } from '../../src/ws/allowance.ts';
import type { DirectionExtensions } from '../../src/ws/extensions.ts';
import { FrameParser } from '../../src/ws/frame-parser.ts';
import { Inflaters } from '../../src/ws/inflaters.ts';
import { type AssemblerOptions, MessageAssembler, type MessageSink } from '../../src/ws/message-assembler.ts';
import { opcodeName } from '../../src/ws/opcodes.ts';
import { Payload } from '../../src/ws/payload.ts';

/** permessage-deflate with nothing said of it. */
export const DEFLATE: DirectionExtensions = {
  deflate: { windowBits: 15, takeover: true, assumed: false },
  unknown: false,
};

export interface FrameRead {
  opcode: string;
  fin: boolean;
  rsv: number;
  masked: boolean;
  length: number;
  headerLength: number;
  offset: number;
}

export interface PayloadRead {
  opcode: string;
  /** -1 where compressed payload was not inflated. */
  length: number;
  frames: number;
  /** Latin-1, so one character an octet; null where it is not at hand. */
  octets: string | null;
}

export interface Located extends PayloadRead {
  firstPacket: number;
  packet: number;
}

export type ReadingOptions = Partial<AssemblerOptions> & {
  fromClient?: boolean;
  extensions?: DirectionExtensions;
};

/** What came of a stream. Packets are numbered by the pieces in which it was fed, from 1. */
export class Reading implements MessageSink {
  readonly frames: FrameRead[] = [];
  readonly messages: PayloadRead[] = [];
  readonly controls: PayloadRead[] = [];
  readonly findings: string[] = [];
  /** How a masking key was repeated; null where none was. */
  repeatsKey: string | null = null;
  /** What completes the words of each finding. */
  readonly details: string[] = [];
  /** Messages and control frames with their packets, which differ by the pieces. */
  readonly located: Located[] = [];
  /** Messages as `opcode octets` and findings as `! code: detail`, in the order in which they were told. */
  readonly order: string[] = [];
  readonly parser: FrameParser;
  readonly #assembler: MessageAssembler;
  readonly #origin = new Origin();

  constructor(options: ReadingOptions = {}) {
    const allowance = new Allowance(1 << 27);
    this.#assembler = new MessageAssembler(this, {
      inflaters: new Inflaters({ inflated: 1 << 26, ratio: 250, windows: 1 << 26 }),
      keepPayloads: true,
      reportFrames: true,
      messageLimit: 1 << 26,
      allowance,
      payloads: new Pool(() => new Payload(options.allowance ?? allowance)),
      whole: new Payload(options.allowance ?? allowance),
      ...options,
    });
    this.#assembler.begin(options.fromClient ?? true, options.extensions ?? { deflate: null, unknown: false });
    this.parser = new FrameParser(this.#assembler);
  }

  /** @param packet where the piece was captured, where that is not the order of the stream */
  feed(octets: Uint8Array, packet = this.#origin.number + 1): this {
    this.#origin.number = packet;
    this.#assembler.origin = this.#origin;
    this.parser.origin = this.#origin;
    // In the middle of a larger buffer that is read over afterwards, as a block of the file is.
    const block = new Uint8Array(octets.length + 5).fill(0x55);
    block.set(octets, 3);
    this.parser.feed(block, 3, 3 + octets.length);
    block.fill(0xaa);
    return this;
  }

  lose(length: number): this {
    const inPayload = Math.min(length, this.parser.remaining);
    if (inPayload > 0) this.#assembler.onHole(inPayload);
    this.parser.skip(length);
    if (this.parser.lost) this.#assembler.abandon();
    return this;
  }

  /** Frames are found again, the next octets begin with one. */
  resume(): this {
    this.parser.resume(this.parser.position);
    this.#assembler.resume(false);
    return this;
  }

  end(): this {
    this.#assembler.end(this.parser.pending);
    return this;
  }

  /** All but what the pieces change. */
  get outcome(): Pick<Reading, 'frames' | 'messages' | 'controls' | 'findings'> {
    const { frames, messages, controls, findings } = this;
    return { frames, messages, controls, findings };
  }

  onFrame(frame: FrameParser): void {
    const { fin, rsv, masked, length, headerLength, offset } = frame;
    this.frames.push({ opcode: opcodeName(frame.opcode), fin, rsv, masked, length, headerLength, offset });
  }

  onMessage(message: Payload): void {
    const read = payloadOf(message);
    this.messages.push(read);
    this.order.push(`${read.opcode} ${read.octets}`);
    this.located.push({ ...read, firstPacket: message.firstPacket, packet: message.origin.number });
  }

  onControl(control: Payload): void {
    const read = payloadOf(control);
    this.controls.push(read);
    this.located.push({ ...read, firstPacket: control.firstPacket, packet: control.origin.number });
  }

  onIncomplete(): void {
    this.findings.push('message-incomplete');
  }

  onFinding(code: string, detail: string): void {
    // The frames of tests are masked with one key where it does not matter.
    if (code === 'masking-key-repeated') {
      this.repeatsKey = detail;
      return;
    }
    this.findings.push(code);
    this.order.push(`! ${code}: ${detail}`);
    this.details.push(detail);
  }
}

function payloadOf(payload: Payload): PayloadRead {
  const { opcode, length, frames, readable } = payload;
  let octets: string | null = null;
  if (readable) {
    payload.read();
    octets = Buffer.from(payload.octets.subarray(payload.start, payload.end)).toString('latin1');
  }
  return { opcode: opcodeName(opcode), length, frames, octets };
}

/** The reading of octets fed at once. */
export function read(octets: Uint8Array, options: ReadingOptions = {}): Reading {
  return new Reading(options).feed(octets).end();
}

/** The reading of octets fed in the pieces that `lengths` draws. */
export function readInPieces(octets: Uint8Array, nextLength: () => number, options: ReadingOptions = {}): Reading {
  const reading = new Reading(options);
  for (let at = 0; at < octets.length; ) {
    const end = Math.min(octets.length, at + nextLength());
    reading.feed(octets.subarray(at, end));
    at = end;
  }
  return reading.end();
}
