// What captures say beside their packets, gathered for the summary: names of addresses, packets that the capturing
// system lost, keys for decryption. Keeps no key, only that there are some.

import type { AddressNames, CaptureAnnex } from '../capture/packet.ts';
import { formatAddress } from '../link/address.ts';
import { word32 } from '../link/octets.ts';
import type { SummaryEvent } from './events.ts';

/** Addresses whose names are kept, and names of one. */
const ADDRESSES = 1000;
const NAMES_AN_ADDRESS = 10;

export class CaptureNotes {
  readonly #names = new Map<string, Set<string>>();
  readonly #secrets = new Map<string, number>();
  /** By interface: each report of one counts from its beginning. */
  readonly #dropped = new Map<number, number>();

  add(annex: CaptureAnnex): void {
    if (annex.kind === 'names') this.#addNames(annex);
    else if (annex.kind === 'drops') this.#dropped.set(annex.interface, annex.dropped);
    else this.#secrets.set(annex.type, (this.#secrets.get(annex.type) ?? 0) + annex.length);
  }

  /** The fields of the summary; each only where there is something. */
  summary(): Pick<SummaryEvent, 'dropped' | 'names' | 'secrets'> {
    let dropped = 0;
    for (const count of this.#dropped.values()) dropped += count;
    return {
      ...(this.#dropped.size === 0 ? {} : { dropped }),
      ...(this.#names.size === 0
        ? {}
        : { names: [...this.#names].map(([address, names]) => ({ address, names: [...names] })) }),
      ...(this.#secrets.size === 0 ? {} : { secrets: [...this.#secrets].map(([type, octets]) => ({ type, octets })) }),
    };
  }

  #addNames({ address, names }: AddressNames): void {
    const text =
      address.length === 4
        ? formatAddress(4, 0, 0, 0, word32(address, 0))
        : formatAddress(6, word32(address, 0), word32(address, 4), word32(address, 8), word32(address, 12));
    let known = this.#names.get(text);
    if (known === undefined) {
      if (this.#names.size >= ADDRESSES) return;
      known = new Set();
      this.#names.set(text, known);
    }
    for (const name of names) if (known.size < NAMES_AN_ADDRESS) known.add(name);
  }
}
