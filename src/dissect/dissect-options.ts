// What `dissect` and `dissectSync` may be told, as tables that the compiler holds to the types. Does not know what is done with it.

import { HIGHEST_PORT } from '../link/segment.ts';
import {
  checkOptions,
  checkValue,
  FLAG,
  FUNCTION,
  isObject,
  listOf,
  numberFrom,
  OPTIONS,
  oneOf,
  orNull,
  SIGNAL,
  TEXT,
  type Wanted,
  wholeFrom,
  withMethods,
} from '../option-checks.ts';
import type { DissectOptions, DissectSyncOptions } from './dissect.ts';
import { defaultLimits } from './dissector.ts';
import { PAYLOAD_OPTIONS } from './payload-option.ts';

const SYNC_OPTIONS: Readonly<Record<keyof DissectSyncOptions, Wanted>> = {
  codec: orNull(withMethods('a codec, such as new ProtobufCodec(registry)', ['write', 'typeOf'])),
  frames: FLAG,
  payload: oneOf(PAYLOAD_OPTIONS),
  name: TEXT,
  namesFile: FLAG,
  limits: OPTIONS,
  webSocketPorts: listOf(wholeFrom(1, HIGHEST_PORT)),
  signal: SIGNAL,
  onProgress: FUNCTION,
};

export const DISSECT_OPTIONS: Readonly<Record<keyof DissectOptions, Wanted>> = {
  registry: { ...TEXT, words: 'the path of a registry' },
  ...SYNC_OPTIONS,
};

const LIMITS = Object.fromEntries(Object.keys(defaultLimits).map((limit) => [limit, numberFrom(0)]));

const SOURCE: Wanted = {
  fits: (value) => isSource(value) || (Array.isArray(value) && value.every(isSetSource)),
  words: 'a path, octets, a stream, or a list of paths and streams',
};

/** Of the web's streams too, of which one alone can be read. */
function isSource(value: unknown): boolean {
  return isSetSource(value) || ArrayBuffer.isView(value) || (isObject(value) && typeof value.getReader === 'function');
}

function isSetSource(value: unknown): boolean {
  return typeof value === 'string' || (isObject(value) && typeof value.pipe === 'function');
}

/** @throws {TypeError} of what is not as it must be */
export function checkDissect(source: unknown, options: unknown): void {
  checkValue('the source', source, SOURCE);
  checkGiven(options, DISSECT_OPTIONS);
  const { registry, codec } = options as DissectOptions;
  if (registry !== undefined && codec) throw new TypeError('give a registry or a codec, not both');
}

/** @throws {TypeError} of what is not as it must be; of the source where it is read */
export function checkDissectSync(options: unknown): void {
  if (isObject(options) && options.registry !== undefined) {
    const instead = 'give codec: new ProtobufCodec(await loadRegistry(path))';
    throw new TypeError(`dissectSync cannot wait for a registry; ${instead}`);
  }
  checkGiven(options, SYNC_OPTIONS);
}

function checkGiven(options: unknown, table: Readonly<Record<string, Wanted>>): void {
  checkOptions(options, table);
  checkOptions((options as DissectOptions).limits ?? {}, LIMITS, 'limits');
}
