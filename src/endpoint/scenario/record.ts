// A conversation performed while a capture runs: a scenario, or a function of the caller that speaks as it likes. However it
// ends, the capture holds what was said until then.

import { checkOptions } from '../../option-checks.ts';
import { type CaptureOptions, startCapture } from '../capture/running-capture.ts';
import type { PacketFilter } from '../capture/tcpdump.ts';
import { RECORD_OPTIONS } from '../option-tables.ts';
import type { SocketTap } from '../socket-tap.ts';
import { openStage, type ScenarioStage } from './run-scenario.ts';
import type { Scenario } from './scenario.ts';
import { loadScenario } from './scenario-file.ts';

export interface RecordOptions extends CaptureOptions {
  /** Name of a scenario that comes with the package, path of a file, or several of them; for one capture. */
  scenario?: string | Scenario | readonly (string | Scenario)[] | undefined;
  /**
   * Speaks while the capture runs: hand `tap` to `serve` or to `connect` as their `socketTap`, or attach sockets to it; to one
   * end of a connection only, as it would be written twice.
   */
  run?: ((tap: SocketTap) => Promise<void>) | undefined;
  /** Of a scenario's server; default 127.0.0.1 and a port that is free. */
  host?: string | undefined;
  port?: number | undefined;
  /** Ends it early; its reason is thrown, and the capture is whole. */
  signal?: AbortSignal | undefined;
}

export interface Recording {
  /** Packets in the capture. */
  packets: number;
  /** Packets that the system had no room for, by way of tcpdump. */
  dropped: number;
  /** Ports of the scenarios' servers, in order. */
  ports: number[];
}

const LOOPBACK = '127.0.0.1';

/**
 * Records a conversation.
 *
 * @throws {TypeError} of an option that is not as it must be, before anything is opened
 * @throws {DocumentError} where a scenario's file is none
 * @throws {ScenarioError} where a step cannot be taken
 * @throws {TcpdumpError} with the remedy, by way of tcpdump
 * @throws {CaptureWriteError}
 */
export async function record(options: RecordOptions): Promise<Recording> {
  checkOptions(options, RECORD_OPTIONS);
  const { scenario, run, signal } = options;
  const given = scenario === undefined ? [] : Array.isArray(scenario) ? scenario : [scenario as string | Scenario];
  const scenarios = await Promise.all(given.map((each) => (typeof each === 'string' ? loadScenario(each) : each)));
  if (scenarios.length === 0 && run === undefined) throw new TypeError('record needs a scenario, or a function to run');
  signal?.throwIfAborted();
  return scenarios.length === 0 ? recordRun(options) : recordScenarios(scenarios, options);
}

async function recordRun(options: RecordOptions): Promise<Recording> {
  const { host = LOOPBACK, port } = options;
  return capturing(options, port === undefined ? undefined : { host, port }, async (tap) => {
    options.signal?.throwIfAborted();
    await Promise.race([options.run?.(tap), aborted(options.signal)]);
    return [];
  });
}

/** Rejected with the signal's reason, and never fulfilled. */
function aborted(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_, reject) => {
    if (signal?.aborted) reject(signal.reason);
    else signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}

/** All servers listen before the capture begins, as tcpdump must know their ports. */
async function recordScenarios(scenarios: readonly Scenario[], options: RecordOptions): Promise<Recording> {
  const { host = LOOPBACK, port, signal } = options;
  const stages: ScenarioStage[] = [];
  try {
    for (const scenario of scenarios) stages.push(await openStage(scenario, host, stages.length === 0 ? port : 0));
    const ports = stages.map((stage) => stage.port);
    return await capturing(options, { host, port: ports }, async (tap) => {
      for (const stage of stages) await stage.perform(tap, signal);
      await options.run?.(tap);
      return ports;
    });
  } finally {
    for (const stage of stages) await stage.close();
  }
}

async function capturing(
  { output, format, resolution, via }: CaptureOptions,
  filter: PacketFilter | undefined,
  speak: (tap: SocketTap) => Promise<number[]>,
): Promise<Recording> {
  const capture = await startCapture({ output, format, resolution, via }, filter);
  let ports: number[];
  try {
    ports = await speak(capture.tap);
  } catch (error) {
    // The fault is told; that of the file, if there is one too, comes second.
    await capture.stop().catch(() => {});
    throw error;
  }
  await capture.stop();
  return { packets: capture.packets, dropped: capture.dropped, ports };
}
