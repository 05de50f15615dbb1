// The two ends of a connection: addresses and ports as numbers, made text only where somebody asks; and which of them is the client,
// as far as the SYN and the ports say. Does not know what they said.

import { formatAddress } from '../link/address.ts';
import { ACK, type Segment, SYN } from '../link/segment.ts';
import type { Side } from '../tcp/connection.ts';
import type { Endpoint } from './events.ts';

/** Texts of the IPv4 addresses seen last, by their last octets: a capture has few, and each connection would hold its own. */
const KEPT = 256;
const keptWords = new Int32Array(KEPT);
const keptTexts: string[] = new Array(KEPT).fill('');

function addressText(family: number, word0: number, word1: number, word2: number, word3: number): string {
  if (family !== 4) return formatAddress(family, word0, word1, word2, word3);
  const place = (word3 ^ (word3 >>> 8)) & (KEPT - 1);
  if (keptWords[place] !== word3 || keptTexts[place] === '') {
    keptWords[place] = word3;
    keptTexts[place] = formatAddress(family, word0, word1, word2, word3);
  }
  return keptTexts[place];
}

export class Parties {
  /** Ports of side 0 and 1. */
  port0 = 0;
  port1 = 0;
  /** The end that opened the connection; null where that was not captured. */
  opener: Side | null = null;
  /** Address words of both sides (see `Segment`). */
  #family = 4;
  #source0 = 0;
  #source1 = 0;
  #source2 = 0;
  #source3 = 0;
  #destination0 = 0;
  #destination1 = 0;
  #destination2 = 0;
  #destination3 = 0;
  #endpoint0: Endpoint | null = null;
  #endpoint1: Endpoint | null = null;

  /** @param first the connection's first segment captured: its source is side 0 */
  begin(first: Segment): void {
    this.port0 = first.sourcePort;
    this.port1 = first.destinationPort;
    this.opener = (first.flags & SYN) === 0 ? null : (first.flags & ACK) === 0 ? 0 : 1;
    this.#family = first.family;
    this.#source0 = first.source0;
    this.#source1 = first.source1;
    this.#source2 = first.source2;
    this.#source3 = first.source3;
    this.#destination0 = first.destination0;
    this.#destination1 = first.destination1;
    this.#destination2 = first.destination2;
    this.#destination3 = first.destination3;
    this.#endpoint0 = null;
    this.#endpoint1 = null;
  }

  /**
   * The end that opened the connection, else the one with the higher port: servers' are those that are known or chosen, clients' the
   * system's next (RFC 6335 §6).
   */
  get likelyClient(): Side {
    return this.opener ?? (this.port0 >= this.port1 ? 0 : 1);
  }

  /** @param speaker the end that speaks as a client does; null where neither does */
  clientOf(speaker: Side | null): Side {
    return this.opener ?? speaker ?? this.likelyClient;
  }

  /** The server's port, where `speaker` is as for `clientOf`. */
  serverPortOf(speaker: Side | null): number {
    return this.clientOf(speaker) === 0 ? this.port1 : this.port0;
  }

  /** The end whose port is one of these; null where neither's is. */
  serverAmong(ports: ReadonlySet<number>): Side | null {
    if (ports.has(this.port1)) return 1;
    return ports.has(this.port0) ? 0 : null;
  }

  endpoint(side: Side): Endpoint {
    if (side === 0) {
      this.#endpoint0 ??= {
        address: addressText(this.#family, this.#source0, this.#source1, this.#source2, this.#source3),
        port: this.port0,
      };
      return this.#endpoint0;
    }
    this.#endpoint1 ??= {
      address: addressText(
        this.#family,
        this.#destination0,
        this.#destination1,
        this.#destination2,
        this.#destination3,
      ),
      port: this.port1,
    };
    return this.#endpoint1;
  }
}
