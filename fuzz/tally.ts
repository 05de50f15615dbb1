// What was run and found, by layer: counted, and told as a table or a record.

import type { FoundFault, Range, RangeDone } from './worker.ts';

export interface LayerTally {
  cases: number;
  octets: number;
  milliseconds: number;
  faults: number;
}

const COLUMNS = ['layer', 'cases', 'MiB', 'seconds', 'cases/s', 'faults'];

export class Tally {
  readonly #layers = new Map<string, LayerTally>();
  readonly #kinds: Set<string>;
  readonly #knownBefore: number;
  readonly #begun = Date.now();

  /** @param before whose kinds of faults are known */
  constructor(before?: Tally) {
    this.#kinds = before === undefined ? new Set() : before.#kinds;
    this.#knownBefore = this.#kinds.size;
  }

  get cases(): number {
    return this.#sum('cases');
  }

  get faults(): number {
    return this.#sum('faults');
  }

  /** Whether no fault of the kind was seen; it is from now on. */
  isNew({ layer, kind }: FoundFault): boolean {
    const size = this.#kinds.size;
    return this.#kinds.add(`${layer} ${kind}`).size > size;
  }

  add({ layer, from, to }: Range, { octets, milliseconds, faults, more }: RangeDone): void {
    this.#add(layer, { cases: to - from, octets, milliseconds, faults: faults.length + more });
  }

  join(other: Tally): void {
    for (const [layer, tally] of other.#layers) this.#add(layer, tally);
  }

  record(): { cases: number; faults: number; layers: Record<string, LayerTally> } {
    return { cases: this.cases, faults: this.faults, layers: Object.fromEntries(this.#layers) };
  }

  summary(): string {
    const seconds = (Date.now() - this.#begun) / 1000;
    const faults =
      this.faults === 0
        ? 'no fault'
        : `${this.faults} cases broke a promise, in ${this.#kinds.size - this.#knownBefore} new ways`;
    return `${this.cases.toLocaleString('en')} cases in ${seconds.toFixed(0)} s: ${faults}`;
  }

  table(): string {
    const rows = [...this.#layers].map(([layer, { cases, octets, milliseconds, faults }]) => [
      layer,
      cases.toLocaleString('en'),
      (octets / 1024 ** 2).toFixed(1),
      (milliseconds / 1000).toFixed(1),
      milliseconds === 0 ? '-' : Math.round((cases * 1000) / milliseconds).toLocaleString('en'),
      String(faults),
    ]);
    const widths = COLUMNS.map((name, at) => Math.max(name.length, ...rows.map((row) => row[at].length)));
    const line = (row: readonly string[]) =>
      row.map((cell, at) => (at === 0 ? cell.padEnd(widths[at]) : cell.padStart(widths[at]))).join('  ');
    return [COLUMNS, ...rows].map(line).join('\n');
  }

  #add(layer: string, { cases, octets, milliseconds, faults }: LayerTally): void {
    const known = this.#layers.get(layer) ?? { cases: 0, octets: 0, milliseconds: 0, faults: 0 };
    this.#layers.set(layer, {
      cases: known.cases + cases,
      octets: known.octets + octets,
      milliseconds: known.milliseconds + milliseconds,
      faults: known.faults + faults,
    });
  }

  #sum(field: 'cases' | 'faults'): number {
    return [...this.#layers.values()].reduce((sum, each) => sum + each[field], 0);
  }
}
