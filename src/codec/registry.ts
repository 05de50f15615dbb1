// A message registry in memory: how the id before a message is framed, and which type each id has. It knows neither the
// files that it was read from nor protobufjs.

import type { MessageTable } from './message-table.ts';

/** Octets that an id may take. 2 is the article's. */
export const NARROWEST_ID = 1;
export const WIDEST_ID = 4;

/** Stands for the article's registry, of which there is no file, where one could be named. */
export const ARTICLE = 'article';

export interface IdFraming {
  /** Octets, 1…4. */
  width: number;
  byteOrder: 'big' | 'little';
}

/** What holds where a registry says nothing: the article's framing. */
export const DEFAULT_FRAMING: Readonly<IdFraming> = { width: 2, byteOrder: 'big' };

export interface Registry {
  readonly framing: Readonly<IdFraming>;
  /** Message types by id. */
  readonly messages: ReadonlyMap<number, MessageTable>;
  /** Any message type of the .proto files by its full name, such as `pb.Ping`. */
  typeNamed(name: string): MessageTable | undefined;
}

/** The highest id that `width` octets hold. */
export function highestId(width: number): number {
  return 256 ** width - 1;
}

/** The id before a message at `octets[start]`; at least `framing.width` octets must be there. */
export function readId(framing: Readonly<IdFraming>, octets: Uint8Array, start: number): number {
  let id = 0;
  const { width } = framing;
  if (framing.byteOrder === 'big') {
    for (let i = 0; i < width; i++) id = (id << 8) | octets[start + i];
  } else {
    for (let i = width - 1; i >= 0; i--) id = (id << 8) | octets[start + i];
  }
  return id >>> 0;
}

/** Writes an id to `octets[start, start + framing.width)`. */
export function writeId(framing: Readonly<IdFraming>, id: number, octets: Uint8Array, start: number): void {
  const { width, byteOrder } = framing;
  for (let i = 0; i < width; i++) {
    octets[byteOrder === 'big' ? start + width - 1 - i : start + i] = (id >>> (8 * i)) & 0xff;
  }
}
