// What is counted of each type of message in each direction. Knows nothing of registries: a type is its name.

import type { Origin } from '../../capture/packet.ts';
import { Histogram } from './histogram.ts';

/** Types that are told apart in a direction; a registry may hold 65,535. */
const MAX_TYPES = 500;
const OTHER_TYPES = 'other types';

export class MessageType {
  readonly name: string;
  readonly sizes = new Histogram();
  /** Times from a message of this type to the server's next, by the type of that. */
  readonly answers = new Map<MessageType, Histogram>();
  /** Of the earliest message and the latest: of a connection that began before the capture they are not told in the order of time. */
  firstSeconds = Number.POSITIVE_INFINITY;
  firstNanoseconds = 0;
  lastSeconds = Number.NEGATIVE_INFINITY;
  lastNanoseconds = 0;

  constructor(name: string) {
    this.name = name;
  }

  record(size: number, { seconds, nanoseconds }: Origin): void {
    if (seconds < this.firstSeconds || (seconds === this.firstSeconds && nanoseconds < this.firstNanoseconds)) {
      this.firstSeconds = seconds;
      this.firstNanoseconds = nanoseconds;
    }
    if (seconds > this.lastSeconds || (seconds === this.lastSeconds && nanoseconds > this.lastNanoseconds)) {
      this.lastSeconds = seconds;
      this.lastNanoseconds = nanoseconds;
    }
    this.sizes.record(size);
  }

  /** Messages a second from the first to the last; null where they are less than two, or at one moment. */
  get rate(): number | null {
    const seconds = this.lastSeconds - this.firstSeconds + (this.lastNanoseconds - this.firstNanoseconds) / 1e9;
    const { count } = this.sizes;
    return count > 1 && seconds > 0 ? (count - 1) / seconds : null;
  }
}

/** The types of one direction. */
export class MessageTypes {
  readonly #byName = new Map<string, MessageType>();
  /** Most messages are of the type of the one before. */
  #last: MessageType | null = null;

  #text: MessageType | null = null;
  #binary: MessageType | null = null;

  get text(): MessageType {
    this.#text ??= this.#find('text');
    return this.#text;
  }

  /** Where no registry tells them apart. */
  get binary(): MessageType {
    this.#binary ??= this.#find('binary');
    return this.#binary;
  }

  get(name: string): MessageType {
    if (this.#last !== null && this.#last.name === name) return this.#last;
    this.#last = this.#find(name);
    return this.#last;
  }

  #find(name: string): MessageType {
    const known = this.#byName.get(name);
    if (known !== undefined) return known;
    if (this.#byName.size >= MAX_TYPES && name !== OTHER_TYPES) return this.#find(OTHER_TYPES);
    const type = new MessageType(name);
    this.#byName.set(name, type);
    return type;
  }

  /** The most frequent first. */
  list(): MessageType[] {
    return [...this.#byName.values()].sort((one, other) => other.sizes.count - one.sizes.count);
  }
}
