// One direction's octets into frames, RFC 6455 §5.2. A state machine that may be fed in any pieces; it knows neither
// direction nor rules: what a header says is reported as it stands, and the parser goes on where the octets allow it.

import { NOWHERE, Origin } from '../capture/packet.ts';
import { word32 } from '../link/octets.ts';
import { kindOf } from './frame-evidence.ts';

/** Where the parser stands in the stream. */
const IN_HEADER = 0;
const IN_PAYLOAD = 1;
const LOST = 2;

/** Takes frames as they are read. The parser's fields describe the frame in progress. */
export interface FrameSink {
  /** Told of what is there of a header, in `octets[0, length)`, while it is not whole: two octets or more, each time that it is more. */
  onHeaderBegun?(octets: Uint8Array, length: number): void;
  onHeader(frame: FrameParser): void;
  /** A piece of payload, as on the wire, beginning at `phase` of the payload. */
  onPayload(frame: FrameParser, buffer: Uint8Array, start: number, end: number, phase: number): void;
  onFrameEnd(frame: FrameParser): void;
  /**
   * Takes in one call a message of one frame, text or binary, or a control frame, without reserved bits and of a length that is as
   * it should be and below 2^16, whose payload lies at `[start, end)`; the parser's fields do not describe it. Unless it returns
   * true, nothing was done with it.
   */
  onWhole?(opcode: number, masked: boolean, key: number, buffer: Uint8Array, start: number, end: number): boolean;
}

/** First octets of messages of one frame, and of control frames. */
const WHOLE_TEXT = 0x81;
const WHOLE_BINARY = 0x82;
const WHOLE_CLOSE = 0x88;
const WHOLE_PONG = 0x8a;
/** Octets that the shortest form of the length can tell of. */
export const LONGEST_SHORT_LENGTH = 125;

const SHORTEST_HEADER = 2;
/** The longest header: 2 octets, 8 of length, 4 of masking key. */
const LONGEST_HEADER = 14;

export class FrameParser {
  // Hot: what a whole frame asks for stands first, as in `tcp/connection.ts`.
  readonly #sink: FrameSink;
  masked = false;
  /** What `kindOf` says of all frames so far. */
  kinds = 0;
  /** Octets of the longest frame so far, its header counted. */
  longest = 0;
  /** Stream offset of the next octet to be fed, or of the header that lies in several pieces. */
  #position = 0;

  fin = false;
  /** RSV1, RSV2, RSV3 as the bits 4, 2, 1. */
  rsv = 0;
  opcode = 0;
  /** Masking key, its 4 octets big-endian; 0 where unmasked. */
  key = 0;
  /** Payload length in octets; the nearest double where it is greater than 2^53. */
  length = 0;
  headerLength = 0;
  /** Whether a shorter length form would have held the length. */
  lengthNotMinimal = false;
  /** Whether the top bit of a 64-bit length is set, which leaves the length without meaning. */
  lengthTopBit = false;
  /** Offset of the frame's first octet in the stream. */
  offset = 0;
  /** Packet of the octets that are fed next, as the feeder says; the parser only hands it on. */
  origin: Origin = NOWHERE;
  /** Packet of the frame's first octet. */
  firstPacket = 0;
  /** Of the packets that carried the frame's header, the one captured last. */
  headerOrigin: Origin = NOWHERE;
  #state = IN_HEADER;
  #payloadRead = 0;
  /** A header that lies in several pieces; made when there is one. */
  #partial: Uint8Array | null = null;
  #partialLength = 0;
  /** What `headerOrigin` is of such a header. */
  #partialOrigin: Origin | null = null;

  constructor(sink: FrameSink) {
    this.#sink = sink;
  }

  /**
   * Begins a stream, and sets every field that outlives a frame: parsers are used again for other streams.
   * @param position stream offset at which the first frame begins
   */
  begin(position: number): void {
    this.kinds = 0;
    this.longest = 0;
    this.resume(position);
  }

  /** A frame begins at stream offset `position`, whatever was before. */
  resume(position: number): void {
    this.#state = IN_HEADER;
    this.#position = position;
    this.#payloadRead = 0;
    this.#partialLength = 0;
  }

  /** Stream offset of the next octet; within a header of several pieces, of the header. */
  get position(): number {
    return this.#position;
  }

  /** Whether a gap hid a frame's header, so that nothing that follows can be told apart. */
  get lost(): boolean {
    return this.#state === LOST;
  }

  /** Octets of the frame in progress that were read: 0 between frames. */
  get pending(): number {
    return this.#state === IN_PAYLOAD ? this.headerLength + this.#payloadRead : this.#partialLength;
  }

  /** Reads `buffer[start, end)`, the next octets of the stream. */
  feed(buffer: Uint8Array, start: number, end: number): void {
    let at = start;
    while (at < end) {
      if (this.#state === IN_PAYLOAD) {
        at = this.#readPayload(buffer, at, end);
      } else if (this.#state === LOST) {
        this.#position += end - at;
        return;
      } else if (this.#partialLength > 0) {
        at = this.#completeHeader(buffer, at, end);
      } else {
        this.firstPacket = this.origin.number;
        this.headerOrigin = this.origin;
        const length = headerLengthAt(buffer, at, end);
        if (length === 0) {
          this.#partial ??= new Uint8Array(LONGEST_HEADER);
          this.#partial.set(buffer.subarray(at, end));
          this.#partialLength = end - at;
          this.#partialOrigin ??= new Origin();
          this.#partialOrigin.copyFrom(this.origin);
          this.headerOrigin = this.#partialOrigin;
          this.#tellOfPartial();
          return;
        }
        this.#readHeader(buffer, at, length);
        at += length;
        this.#beginFrame();
        if (this.length === 0) this.#endFrame();
        else at = this.#readPayload(buffer, at, end);
      }
    }
  }

  /** Whether the next octet is a frame's first. */
  get isBetween(): boolean {
    return this.#state === IN_HEADER && this.#partialLength === 0;
  }

  /**
   * Reads the frame at the beginning of `buffer[start, end)`, the next octets of the stream, where it lies there whole, and is a
   * message by itself or a control frame, with a length below 2^16. Returns where the next one begins: at `start` where it is not
   * so, or the sink does not take it, and nothing was done. Only between two frames. Hot: no states.
   */
  readWhole(buffer: Uint8Array, start: number, end: number): number {
    if (end - start < SHORTEST_HEADER) return start;
    const first = buffer[start];
    const second = buffer[start + 1];
    if (first !== WHOLE_BINARY && first !== WHOLE_TEXT && (first < WHOLE_CLOSE || first > WHOLE_PONG)) return start;
    const masked = second > 0x7f;
    let length = second & 0x7f;
    let payloadStart = masked ? start + 6 : start + 2;
    if (length > LONGEST_SHORT_LENGTH) {
      if (length !== 126 || first >= WHOLE_CLOSE || end - start < 4) return start;
      length = (buffer[start + 2] << 8) | buffer[start + 3];
      if (length <= LONGEST_SHORT_LENGTH) return start;
      payloadStart += 2;
    }
    const frameEnd = payloadStart + length;
    if (frameEnd > end) return start;
    const key = masked ? word32(buffer, payloadStart - 4) : 0;
    if (!this.#sink.onWhole?.(first & 0x0f, masked, key, buffer, payloadStart, frameEnd)) return start;
    this.kinds |= kindOf(first);
    this.masked = masked;
    if (frameEnd - start > this.longest) this.longest = frameEnd - start;
    this.#position += frameEnd - start;
    return frameEnd;
  }

  /** Octets of the payload in progress still to come. */
  get remaining(): number {
    return this.#state === IN_PAYLOAD ? this.length - this.#payloadRead : 0;
  }

  /** `length` octets of the stream will never come. Up to a payload's end the parser stays in step, behind it is lost. */
  skip(length: number): void {
    this.#position += length;
    const inPayload = Math.min(length, this.remaining);
    if (inPayload > 0) {
      this.#payloadRead += inPayload;
      if (this.#payloadRead === this.length) this.#endFrame();
    }
    if (inPayload === length) return;
    this.#state = LOST;
    this.#position += this.#partialLength;
    this.#partialLength = 0;
  }

  /** A header comes in several pieces: its octets are gathered until it is whole. */
  #completeHeader(buffer: Uint8Array, start: number, end: number): number {
    const partial = this.#partial as Uint8Array;
    if (this.origin.number > this.headerOrigin.number) this.headerOrigin.copyFrom(this.origin);
    let at = start;
    while (at < end) {
      partial[this.#partialLength++] = buffer[at++];
      const length = headerLengthAt(partial, 0, this.#partialLength);
      if (length === 0) {
        this.#tellOfPartial();
        continue;
      }
      this.#partialLength = 0;
      this.#readHeader(partial, 0, length);
      this.#beginFrame();
      if (this.length === 0) this.#endFrame();
      break;
    }
    return at;
  }

  #tellOfPartial(): void {
    if (this.#partialLength >= SHORTEST_HEADER)
      this.#sink.onHeaderBegun?.(this.#partial as Uint8Array, this.#partialLength);
  }

  #readHeader(buffer: Uint8Array, start: number, headerLength: number): void {
    const first = buffer[start];
    const second = buffer[start + 1];
    this.kinds |= kindOf(first);
    this.fin = (first & 0x80) !== 0;
    this.rsv = (first >> 4) & 7;
    this.opcode = first & 0x0f;
    this.masked = (second & 0x80) !== 0;
    this.headerLength = headerLength;
    this.lengthNotMinimal = false;
    this.lengthTopBit = false;
    const form = second & 0x7f;
    if (form < 126) {
      this.length = form;
    } else if (form === 126) {
      this.length = (buffer[start + 2] << 8) | buffer[start + 3];
      this.lengthNotMinimal = this.length < 126;
    } else {
      const high = word32(buffer, start + 2);
      this.length = (high >>> 0) * 0x1_0000_0000 + (word32(buffer, start + 6) >>> 0);
      this.lengthNotMinimal = this.length < 0x1_0000;
      this.lengthTopBit = high < 0;
    }
    if (this.length + headerLength > this.longest) this.longest = this.length + headerLength;
    this.key = this.masked ? word32(buffer, start + headerLength - 4) : 0;
    this.offset = this.#position;
    this.#position += headerLength;
  }

  #beginFrame(): void {
    this.#payloadRead = 0;
    this.#state = IN_PAYLOAD;
    this.#sink.onHeader(this);
  }

  #readPayload(buffer: Uint8Array, start: number, end: number): number {
    const left = this.length - this.#payloadRead;
    const stop = end - start < left ? end : start + left;
    const phase = this.#payloadRead;
    this.#payloadRead += stop - start;
    this.#position += stop - start;
    this.#sink.onPayload(this, buffer, start, stop, phase);
    if (this.#payloadRead === this.length) this.#endFrame();
    return stop;
  }

  #endFrame(): void {
    this.#state = IN_HEADER;
    this.#sink.onFrameEnd(this);
  }
}

/** The header's length in octets, or 0 where `buffer[start, end)` does not hold it whole. */
function headerLengthAt(buffer: Uint8Array, start: number, end: number): number {
  if (end - start < 2) return 0;
  const second = buffer[start + 1];
  const form = second & 0x7f;
  const length = (form < 126 ? 2 : form === 126 ? 4 : 10) + ((second & 0x80) >> 5);
  return end - start < length ? 0 : length;
}
