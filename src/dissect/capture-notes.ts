// What captures say beside their packets, gathered for the summary: names of addresses, packets that the capturing
// system lost, keys for decryption. Keeps no key, only that there are some.

import type { AddressNames, CaptureAnnex, DecryptionSecrets } from '../capture/packet.ts';
import { formatAddressAt } from '../link/address.ts';
import type { SummaryEvent } from './events.ts';

/** Addresses whose names are kept, and names of one. */
const ADDRESSES = 1000;
const NAMES_AN_ADDRESS = 10;
/** Kinds of secrets that are told apart; any 32 bits are one. */
const KINDS_OF_SECRETS = 100;
const OTHER_SECRETS = 'other';

export class CaptureNotes {
  readonly #names = new Map<string, Set<string>>();
  readonly #secrets = new Map<string, number>();
  /** Null where nothing is told of them. */
  #dropped: number | null = null;

  add(annex: CaptureAnnex): void {
    if (annex.kind === 'names') this.#addNames(annex);
    else if (annex.kind === 'drops') this.#dropped = (this.#dropped ?? 0) + annex.dropped;
    else this.#addSecrets(annex);
  }

  /** The fields of the summary; each only where there is something. */
  summary(): Pick<SummaryEvent, 'dropped' | 'names' | 'secrets'> {
    const dropped = this.#dropped;
    return {
      ...(dropped === null ? {} : { dropped }),
      ...(this.#names.size === 0
        ? {}
        : { names: [...this.#names].map(([address, names]) => ({ address, names: [...names] })) }),
      ...(this.#secrets.size === 0 ? {} : { secrets: [...this.#secrets].map(([type, octets]) => ({ type, octets })) }),
    };
  }

  #addSecrets({ type, length }: DecryptionSecrets): void {
    const isToldApart = this.#secrets.has(type) || this.#secrets.size < KINDS_OF_SECRETS;
    const kind = isToldApart ? type : OTHER_SECRETS;
    this.#secrets.set(kind, (this.#secrets.get(kind) ?? 0) + length);
  }

  #addNames({ address, names }: AddressNames): void {
    const text = formatAddressAt(address, 0, address.length);
    let known = this.#names.get(text);
    if (known === undefined) {
      if (this.#names.size >= ADDRESSES) return;
      known = new Set();
      this.#names.set(text, known);
    }
    for (const name of names) if (known.size < NAMES_AN_ADDRESS) known.add(name);
  }
}
