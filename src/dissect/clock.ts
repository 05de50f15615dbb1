// The capture's clock: what an `Origin` is called in events. Knows the time of the first packet and the resolution.

import type { Origin } from '../capture/packet.ts';
import type { Located } from './events.ts';

export class CaptureClock {
  #firstSeconds = 0;
  #firstNanoseconds = 0;
  #started = false;
  /** Digits of the second: 6 or 9. */
  resolution = 6;
  /** Names of a set's files. */
  files: readonly string[] = [];
  /** What events call the file where there is no set; null where they do not name it. */
  file: string | null = null;
  #formattedSecond = Number.NaN;
  #formatted = '';

  /** The first packet's time is the zero of `elapsed`. */
  start(origin: Origin): void {
    if (this.#started) return;
    this.#started = true;
    this.#firstSeconds = origin.seconds;
    this.#firstNanoseconds = origin.nanoseconds;
  }

  /** `2026-11-24T03:44:00`, the part of the time that seldom changes: cached, as formatting a date costs a microsecond. */
  second(origin: Origin): string {
    if (origin.seconds !== this.#formattedSecond) {
      this.#formattedSecond = origin.seconds;
      this.#formatted = new Date(origin.seconds * 1000).toISOString().slice(0, -5);
    }
    return this.#formatted;
  }

  /** RFC 3339 in UTC, with the capture's own resolution. */
  time(origin: Origin): string {
    // A leading 1 keeps the zeros behind it; padding takes longer.
    const fraction = String(1e9 + origin.nanoseconds).slice(1, 1 + this.resolution);
    return `${this.second(origin)}.${fraction}Z`;
  }

  /** Where an event was: the fields that all of them have. */
  locate(connection: number, origin: Origin): Located {
    const located: Located = {
      connection,
      packet: origin.number,
      time: this.time(origin),
      elapsed: this.elapsed(origin),
    };
    if (origin.file >= 0) {
      located.file = this.files[origin.file];
      located.filePacket = origin.numberInFile;
    } else if (this.file !== null) {
      located.file = this.file;
      located.filePacket = origin.number;
    }
    return located;
  }

  /** What an event about the capture as a whole says of its file: nothing, of a set. */
  get ownFile(): { file?: string } {
    return this.file === null || this.files.length > 0 ? {} : { file: this.file };
  }

  /** Units of the resolution since the first packet; an integer, negative where the capture's clock went back. */
  elapsedUnits(origin: Origin): number {
    const nanosecondsAUnit = this.resolution === 6 ? 1000 : 1;
    const unitsASecond = this.resolution === 6 ? 1e6 : 1e9;
    const seconds = origin.seconds - this.#firstSeconds;
    return seconds * unitsASecond + Math.trunc((origin.nanoseconds - this.#firstNanoseconds) / nanosecondsAUnit);
  }

  /** Seconds since the first packet: one division, so that the number prints with the digits of the capture. */
  elapsed(origin: Origin): number {
    return this.elapsedUnits(origin) / (this.resolution === 6 ? 1e6 : 1e9);
  }
}
