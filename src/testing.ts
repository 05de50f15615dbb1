// What `import … from 'wsdissect/testing'` gives: in tests of node:test, Vitest or Jest, record what is really said on the
// wire, and hold it against expectations. Throws ordinary errors, as each of these shows them.

import { writeFile } from 'node:fs/promises';
import { CaptureError } from './capture/capture-error.ts';
import { CaptureLogger, type GivenLimits } from './check/capture-log.ts';
import { prepareExpectations } from './check/expectations.ts';
import { type JudgeableExpectations, judge } from './check/judge.ts';
import { codecNamed } from './check/named-registry.ts';
import { refuseUnknownTypes } from './check/named-types.ts';
import { readExpectations } from './check/read-expectations.ts';
import { textReport } from './check/reports/text.ts';
import type { CaptureVerdict } from './check/verdict.ts';
import { type DissectOptions, dissect } from './dissect/dissect.ts';
import { DISSECT_OPTIONS } from './dissect/dissect-options.ts';
import type { CaptureSource } from './dissect/run.ts';
import type { CaptureOutput } from './endpoint/capture/capture-output.ts';
import { RECORD_OPTIONS } from './endpoint/option-tables.ts';
import { type RecordOptions as EndpointRecordOptions, record as recordTo } from './endpoint/scenario/record.ts';
import type { SocketTap } from './endpoint/socket-tap.ts';
import { checkOptions, checkValue, FUNCTION, numberFrom, OPTIONS, TEXT, type Wanted } from './option-checks.ts';
import { WorkflowCommandBreaker } from './output/workflow-commands.ts';
import { version } from './version.ts';

export type { GivenLimits } from './check/capture-log.ts';
export type { CaptureVerdict, Miss, Verdict } from './check/verdict.ts';
export type { SocketRole, SocketTap } from './endpoint/socket-tap.ts';

/** An expectation as in a file (docs/check.md): `{ message: { type: 'pb.Ping' } }`. */
export type Expectation = Readonly<Record<string, unknown>>;

/** Path of a file, or the expectations themselves. */
export type Expectations = string | readonly Expectation[] | { registry?: string; expect: readonly Expectation[] };

export interface ExpectOptions extends Pick<DissectOptions, 'codec' | 'limits' | 'registry'> {
  /** What messages call the capture. */
  name?: string | undefined;
  /** What is kept of the capture at most, as events (1,000,000) and octets of memory (512 MiB); more is an error. */
  kept?: GivenLimits | undefined;
}

const { codec: CODEC, limits: LIMITS, registry: REGISTRY, name: NAME } = DISSECT_OPTIONS;
const EXPECT_OPTIONS: Readonly<Record<keyof ExpectOptions, Wanted>> = {
  codec: CODEC,
  limits: LIMITS,
  registry: REGISTRY,
  name: NAME,
  kept: OPTIONS,
};
const KEPT: Readonly<Record<keyof GivenLimits, Wanted>> = { events: numberFrom(1), octets: numberFrom(1) };

/** What was expected is not what was said; the message tells what was, with the conversation around it. */
export class ExpectationsMissed extends Error {
  override readonly name = 'ExpectationsMissed';
  readonly verdict: CaptureVerdict;

  constructor(verdict: CaptureVerdict) {
    const report = textReport([verdict], { width: null, colour: false, version }).trimEnd();
    // Test runners print it into the logs of workflows, where nothing captured may give commands.
    super(new WorkflowCommandBreaker('text').broken(`the capture is not as expected\n\n${report}`));
    this.verdict = verdict;
    // They print members too, which the message says better.
    Object.defineProperty(this, 'verdict', { enumerable: false });
  }
}

/**
 * Holds a capture against expectations.
 *
 * ```ts
 * await expectCapture(capture, [
 *   { handshake: { status: 101, target: '/chat' } },
 *   { answered: { request: { type: 'pb.Ping' }, answer: { type: 'pb.Pong' }, within: '50ms' } },
 * ], { registry: 'demo.registry.yaml' });
 * ```
 *
 * @throws {ExpectationsMissed} where any does not hold, or the capture is damaged
 * @throws {CaptureError} where there is nothing to read
 * @throws {TypeError} where the capture is none, or an option is not as it must be
 * @throws {Error} with a place or path where the expectations are none
 */
export async function expectCapture(
  capture: CaptureSource,
  expectations: Expectations,
  options: ExpectOptions = {},
): Promise<CaptureVerdict> {
  checkOptions(options, EXPECT_OPTIONS);
  checkOptions(options.kept ?? {}, KEPT, 'kept');
  const { limits, registry } = options;
  const prepared = await prepare(expectations);
  const isNamed = prepared.registry !== null && registry === undefined && !options.codec;
  const codec = isNamed ? await codecNamed(prepared.file, prepared.registry as string) : options.codec;
  refuseUnknownTypes(prepared, codec?.typeNames?.());
  const name = options.name ?? (typeof capture === 'string' ? capture : 'capture');
  const logger = new CaptureLogger(name, options.kept);
  try {
    for await (const event of dissect(capture, { payload: 'always', codec, limits, registry, name }))
      logger.onEvent(event);
  } catch (error) {
    if (!(error instanceof CaptureError)) throw error;
    const { kind, message, offset, packet, file } = error;
    throw new CaptureError(kind, `${file ?? name}: ${message}`, { offset, packet, file: file ?? name, cause: error });
  }
  const verdict = await judge(prepared, logger.log());
  if (verdict.damage !== null || verdict.verdicts.some(({ held }) => !held)) throw new ExpectationsMissed(verdict);
  return verdict;
}

interface Prepared extends JudgeableExpectations {
  /** Which names the registry; empty where none does. */
  file: string;
  registry: string | null;
}

async function prepare(given: Expectations): Promise<Prepared> {
  if (typeof given === 'string') {
    const { expectations } = await readExpectations(given);
    return expectations;
  }
  const document = Array.isArray(given) ? { expect: given } : given;
  const { list, registry } = await prepareExpectations(document);
  return { file: '', list, registry, placeOf: (path) => ({ file: path.join('.') }) };
}

export interface RecordOptions extends Omit<EndpointRecordOptions, 'output' | 'run'> {
  /** Writes the capture to this file too, for a look at it later, also where `run` fails. */
  output?: string | undefined;
}

const { run: _, ...RECORDING } = RECORD_OPTIONS;

/**
 * Records what `run` says, by a tap on the sockets of this process: hand it every socket before it is used, of one end of
 * each connection. Returns the capture.
 *
 * ```ts
 * const capture = await record(async (tap) => {
 *   server.on('connection', (socket) => tap.attach(socket, 'server'));
 *   …
 * });
 * ```
 *
 * @throws {TypeError} of an option that is not as it must be
 * @throws what `run` throws
 */
export async function record(run: (tap: SocketTap) => Promise<void>, options: RecordOptions = {}): Promise<Buffer> {
  checkValue('run', run, FUNCTION);
  checkOptions(options, { ...RECORDING, output: { ...TEXT, words: 'a path' } });
  const { output: file, ...others } = options;
  const pieces: Uint8Array[] = [];
  const output: CaptureOutput = {
    name: file ?? 'recording.pcap',
    write: (octets) => pieces.push(octets.slice()),
    close: () => {},
  };
  try {
    await recordTo({ ...others, output, run });
  } finally {
    // Whoever looks for why it failed needs it most.
    if (file !== undefined) await writeFile(file, Buffer.concat(pieces));
  }
  return Buffer.concat(pieces);
}
