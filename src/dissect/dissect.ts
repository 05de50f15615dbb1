// The library's way in: a capture as an iterable of events.

import { destroyStreams } from '../capture/index.ts';
import type { PayloadCodec } from '../codec/codec.ts';
import { checkDissect, checkDissectSync } from './dissect-options.ts';
import { EventMaker, type EventOptions } from './event-maker.ts';
import type { WsdissectEvent } from './events.ts';
import type { PayloadOption } from './payload-option.ts';
import { type CaptureSource, type RunOptions, runDissection, runDissectionSync } from './run.ts';

export interface DissectOptions extends Omit<RunOptions, 'pause'> {
  /** A registry file (docs/registry.md) by which binary messages are decoded. */
  registry?: string | undefined;
  /** Decodes binary messages, instead of a registry file: `new ProtobufCodec(await loadRegistry(path))`, or your own. */
  codec?: PayloadCodec | null | undefined;
  /** Whether there are `frame` events; default false. */
  frames?: boolean | undefined;
  /** Where `text` or `data` stand in message events; default `undecoded`. */
  payload?: PayloadOption | undefined;
}

/** Reading a registry waits for files, so that only a codec at hand will do; the capture itself is read without waiting. */
export type DissectSyncOptions = Omit<DissectOptions, 'registry'>;

function eventOptions(options: DissectSyncOptions, codec = options.codec ?? null): EventOptions {
  return {
    frames: options.frames ?? false,
    payload: options.payload ?? 'undecoded',
    codec,
  };
}

async function codecOf({ codec, registry }: DissectOptions): Promise<PayloadCodec | null> {
  if (registry === undefined) return codec ?? null;
  const { loadCodec } = await import('../codec/index.ts');
  return loadCodec(registry);
}

/** The codec, where all that was given can be used; else a stream is let go as it is where it was read. */
async function codecFor(source: CaptureSource, options: DissectOptions): Promise<PayloadCodec | null> {
  try {
    checkDissect(source, options);
    return await codecOf(options);
  } catch (error) {
    destroyStreams(source);
    throw error;
  }
}

/**
 * Reads a capture and yields its events as they are found; the file is read no faster than they are taken. A damaged
 * capture yields all that came before, and a `summary` whose `complete` is false.
 *
 * ```ts
 * for await (const event of dissect('capture.pcap', { registry: 'demo.registry.yaml' })) {
 *   if (event.type === 'message') console.log(event.direction, event.decoded ?? event.text);
 * }
 * ```
 *
 * @throws {CaptureError} of kind `unreadable` where there is nothing to read
 * @throws {DocumentError} where the registry is not one
 * @throws {TypeError} where both a registry and a codec are given, or the source or an option is not as it must be
 */
export async function* dissect(
  source: CaptureSource,
  options: DissectOptions = {},
): AsyncGenerator<WsdissectEvent, void, undefined> {
  const codec = await codecFor(source, options);
  const found: WsdissectEvent[] = [];
  const stop = new AbortController();
  const signal = options.signal ? AbortSignal.any([options.signal, stop.signal]) : stop.signal;
  let resume: (() => void) | null = null;
  let announce: () => void = () => {};
  let announced = new Promise<void>((resolve) => {
    announce = resolve;
  });
  const pause = () => {
    if (found.length === 0) return undefined;
    announce();
    return new Promise<void>((resolve) => {
      resume = resolve;
    });
  };
  let ended = false;
  const running = runDissection(
    source,
    (clock) => new EventMaker({ onEvent: (event) => found.push(event) }, eventOptions(options, codec), clock),
    { ...options, signal, pause },
  ).finally(() => {
    ended = true;
    announce();
  });
  // A failure is thrown where the run is awaited below; until then it must not count as unhandled.
  running.catch(() => {});
  try {
    for (;;) {
      await announced;
      const batch = found.splice(0);
      yield* batch;
      if (ended && found.length === 0) break;
      announced = new Promise<void>((resolve) => {
        announce = resolve;
      });
      if (ended) continue;
      (resume as (() => void) | null)?.();
      resume = null;
    }
    await running;
  } finally {
    stop.abort();
    (resume as (() => void) | null)?.();
    await running.catch(() => {});
  }
}

/**
 * All events of a capture at once, for a path or octets at hand. Takes no `registry`, as that would have to wait for
 * files: load it beforehand. A `signal` is heeded between two blocks, where `onProgress` may have aborted it.
 *
 * ```ts
 * const codec = new ProtobufCodec(await loadRegistry('demo.registry.yaml'));
 * const messages = dissectSync(octets, { codec }).filter((event) => event.type === 'message');
 * ```
 *
 * @throws {CaptureError} of kind `unreadable` where there is nothing to read
 * @throws {TypeError} where a registry is given, or the source or an option is not as it must be
 */
export function dissectSync(source: string | Uint8Array, options: DissectSyncOptions = {}): WsdissectEvent[] {
  checkDissectSync(options);
  const found: WsdissectEvent[] = [];
  runDissectionSync(
    source,
    (clock) => new EventMaker({ onEvent: (event) => found.push(event) }, eventOptions(options), clock),
    options,
  );
  return found;
}
