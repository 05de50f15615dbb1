// Several files as one capture, merged by time: rotated sets in any order, captures of several hosts, formats and link
// types mixed. Each is opened for its first packet, closed, and opened again when its time comes, so that of a rotated set
// one or two are open at once. Knows no format.

import type { Readable } from 'node:stream';
import { CaptureError, errorOfFile } from './capture-error.ts';
import type { CaptureSink, ReadOptions } from './capture-parser.ts';
import { type CaptureAnnex, type CaptureDescription, PacketView, UNKNOWN_CAPTURE } from './packet.ts';
import { SetMember } from './set-member.ts';

/** Files that may overlap in time: each takes a handle and some 200 KB. */
const OPEN_AT_ONCE = 256;

/** A path, or a stream. */
export type SetSource = string | Readable;

class CaptureSet {
  readonly #sink: CaptureSink;
  readonly #options: ReadOptions;
  /** Those still to be opened, the first at the end. */
  readonly #waiting: SetMember[] = [];
  /** Those whose packets are merged, the next packet of each in its batch. */
  #open: SetMember[] = [];
  readonly #view = new PacketView();
  readonly #faults: { error: CaptureError; member: SetMember }[] = [];

  constructor(sink: CaptureSink, options: ReadOptions) {
    this.#sink = sink;
    this.#options = options;
  }

  async read(members: readonly SetMember[]): Promise<CaptureDescription> {
    try {
      const description = await this.#begin(members);
      this.#sink.onStart(description);
      for (;;) {
        this.#options.signal?.throwIfAborted();
        await this.#openDue();
        if (this.#open.length === 0) break;
        const emptied = this.#merge();
        if (emptied === null) continue;
        await this.#refill(emptied);
        await this.#options.pause?.();
      }
      this.#throwFaults(members.length);
      return description;
    } finally {
      await Promise.all(members.map((member) => member.close()));
    }
  }

  /** Looks at the first packet of each, and so finds their order. */
  async #begin(members: readonly SetMember[]): Promise<CaptureDescription> {
    const withPackets: SetMember[] = [];
    const without: SetMember[] = [];
    const descriptions: CaptureDescription[] = [];
    for (const member of members) {
      this.#options.signal?.throwIfAborted();
      // Of a file the annexes come when it is read again.
      member.begin(member.isStream ? this.#giveAnnex : () => {});
      await this.#fill(member);
      if (member.batch.description !== null) descriptions.push(member.batch.description);
      (member.batch.isEmpty ? without : withPackets).push(member);
      await member.rest();
    }
    // Files of a rotated set that begin in the same microsecond are told apart by the numbers in their names.
    withPackets.sort(
      (one, other) =>
        one.seconds - other.seconds ||
        one.nanoseconds - other.nanoseconds ||
        one.name.localeCompare(other.name, 'en', { numeric: true }),
    );
    for (const [rank, member] of withPackets.entries()) member.rank = rank;
    this.#waiting.push(...[...withPackets].reverse());
    return {
      format: [...new Set(descriptions.map(({ format }) => format))].join(', ') || UNKNOWN_CAPTURE.format,
      linkTypes: [...new Set(descriptions.flatMap(({ linkTypes }) => linkTypes))],
      resolution: Math.max(6, ...descriptions.map(({ resolution }) => resolution)),
      files: [...withPackets, ...without].map((member) => member.name),
    };
  }

  /** Hands on packets until a member has none at hand, which is returned, or until the next one is due. */
  #merge(): SetMember | null {
    const next = this.#waiting.at(-1);
    for (;;) {
      let first: SetMember | undefined;
      let rival: SetMember | undefined;
      for (const member of this.#open) {
        if (first === undefined || precedes(member, first)) {
          rival = first;
          first = member;
        } else if (rival === undefined || precedes(member, rival)) rival = member;
      }
      if (first === undefined) return null;
      do {
        if (next !== undefined && !precedes(first, next)) return null;
        this.#give(first);
        if (first.batch.isEmpty) return first;
      } while (rival === undefined || precedes(first, rival));
    }
  }

  /** Opens those whose first packet is not after the next packet of all that are open. */
  async #openDue(): Promise<void> {
    for (let next = this.#waiting.at(-1); next !== undefined; next = this.#waiting.at(-1)) {
      const due: SetMember = next;
      if (this.#open.some((member) => precedes(member, due))) return;
      this.#waiting.pop();
      if (this.#open.length === OPEN_AT_ONCE) {
        const advice = 'merge some of them first: mergecap -w merged.pcapng FILES';
        throw new CaptureError('unreadable', `more than ${OPEN_AT_ONCE} of the files overlap in time; ${advice}`);
      }
      if (due.isClosed) {
        due.begin(this.#giveAnnex);
        await this.#fill(due);
      }
      if (!due.batch.isEmpty) this.#open.push(due);
    }
  }

  readonly #giveAnnex = (annex: CaptureAnnex): void => {
    this.#sink.onAnnex?.(annex);
  };

  #give(member: SetMember): void {
    const view = this.#view;
    member.batch.take(view);
    view.origin.number++;
    view.origin.file = member.rank;
    this.#sink.onPacket(view);
  }

  async #refill(member: SetMember): Promise<void> {
    await this.#fill(member);
    if (!member.batch.isEmpty) return;
    this.#open = this.#open.filter((each) => each !== member);
    await member.close();
  }

  /** Of a damaged member all before the damage is read, and then the others go on. */
  async #fill(member: SetMember): Promise<void> {
    if (member.ended) return;
    try {
      await member.fill();
    } catch (error) {
      if (!(error instanceof CaptureError)) throw error;
      if (error.kind === 'unreadable') throw errorOfFile(error, member.name);
      member.ended = true;
      if (!this.#faults.some((fault) => fault.member === member)) this.#faults.push({ error, member });
    }
  }

  #throwFaults(members: number): void {
    const [first, ...others] = this.#faults;
    if (first === undefined) return;
    const names = others.map(({ member }) => member.name).join(', ');
    const more = others.length === 0 ? '' : `; of the ${members} files these are damaged too: ${names}`;
    throw errorOfFile(first.error, first.member.name, more);
  }
}

/** A packet with an earlier time than the one before it, as clocks that are set leave it, comes right behind that one. */
function precedes(one: SetMember, other: SetMember): boolean {
  const seconds = one.seconds - other.seconds;
  if (seconds !== 0) return seconds < 0;
  const nanoseconds = one.nanoseconds - other.nanoseconds;
  return nanoseconds !== 0 ? nanoseconds < 0 : one.rank < other.rank;
}

/**
 * @param nameOf what a stream is called
 * @throws {CaptureError} `unreadable` before anything was read; the others after all that could be read of all files
 */
export async function readCaptureSet(
  sources: readonly SetSource[],
  nameOf: (source: SetSource) => string,
  sink: CaptureSink,
  options: ReadOptions,
): Promise<CaptureDescription> {
  const members = sources.map((source) => new SetMember(source, nameOf(source), options));
  return new CaptureSet(sink, options).read(members);
}
