// The fields that say where an event was, as octets: connection, packet, time, elapsed. The formatted second is kept, as it
// changes seldom; digits are written by division, without a string.

import type { Origin } from '../capture/packet.ts';
import { ConstantText } from '../codec/constant-text.ts';
import { jsonText } from '../codec/json-text.ts';
import type { OctetWriter } from '../codec/octet-writer.ts';
import type { CaptureClock } from '../dissect/clock.ts';

const PACKET = new ConstantText(',"packet":');
const ELAPSED = new ConstantText('Z","elapsed":');
/** Units up to which each number of them makes another number of seconds, in nanoseconds as in microseconds. */
const MOST_EXACT = 2 ** 52;
const POINT = 0x2e;

/** Writes them from behind `"connection":` on. */
export class LocationWriter {
  readonly #clock: CaptureClock;
  /** By the numbers of a set's files. */
  readonly #files: ConstantText[] = [];
  #second = Number.NaN;
  #secondText = new ConstantText('');

  constructor(clock: CaptureClock) {
    this.#clock = clock;
  }

  write(out: OctetWriter, connection: number, origin: Origin): void {
    out.integer(connection);
    out.constant(PACKET);
    out.integer(origin.number);
    if (origin.seconds !== this.#second) {
      this.#second = origin.seconds;
      this.#secondText = new ConstantText(`,"time":"${this.#clock.second(origin)}.`);
    }
    out.constant(this.#secondText);
    const micro = this.#clock.resolution === 6;
    out.padded(micro ? (origin.nanoseconds / 1000) | 0 : origin.nanoseconds, micro ? 6 : 9);
    out.constant(ELAPSED);
    this.#writeElapsed(out, origin, micro);
    if (origin.file >= 0) this.#writeFile(out, origin.file, this.#clock.files[origin.file], origin.numberInFile);
    else if (this.#clock.file !== null) this.#writeFile(out, 0, this.#clock.file, origin.number);
  }

  #writeFile(out: OctetWriter, number: number, name: string, packet: number): void {
    this.#files[number] ??= new ConstantText(`,"file":${jsonText(name)},"filePacket":`);
    out.constant(this.#files[number]);
    out.integer(packet);
  }

  /** Digits as JSON.stringify gives them for the same number of seconds; it takes over where it would use an exponent. */
  #writeElapsed(out: OctetWriter, origin: Origin, micro: boolean): void {
    const units = this.#clock.elapsedUnits(origin);
    if (units < 1000 || units > MOST_EXACT) {
      out.ascii(JSON.stringify(this.#clock.elapsed(origin)));
      return;
    }
    const unitsASecond = micro ? 1e6 : 1e9;
    const whole = Math.floor(units / unitsASecond);
    out.integer(whole);
    let fraction = units - whole * unitsASecond;
    if (fraction === 0) return;
    let digits = micro ? 6 : 9;
    while (fraction % 10 === 0) {
      fraction /= 10;
      digits--;
    }
    out.octet(POINT);
    out.padded(fraction, digits);
  }
}
