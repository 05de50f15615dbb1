// What the bench runs on a capture: ourselves in three ways, the bare record walk, and tshark. A row a program.

import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';
import { streamsPath } from './captures.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const wsdissect = [process.execPath, `${root}bin/wsdissect.js`];
const walk = `${root}bench/captures/record-walk.mjs`;
const inflateAlone = `${root}bench/captures/inflate-alone.mjs`;
const proto = `${root}fixtures/walkthrough/demo.proto`;
export const registry = ['--proto', proto, '--id', '1=pb.Ping', '--id', '2=pb.Pong'];
export const walkthrough = `${root}fixtures/walkthrough/walkthrough.pcap`;

export const PROGRAMS = ['walk', 'zlib', 'stats', 'ndjson', 'table', 'tshark-fields', 'tshark-ek'] as const;
export type ProgramName = (typeof PROGRAMS)[number];

const FIELDS = ['-Y', 'websocket', '-T', 'fields', '-e', 'frame.number', '-e', 'websocket.payload'];
const commands: Record<ProgramName, (capture: string) => string[]> = {
  walk: (capture) => [process.execPath, walk, capture],
  zlib: (capture) => [process.execPath, inflateAlone, streamsPath(capture)],
  stats: (capture) => [...wsdissect, 'stats', capture],
  ndjson: (capture) => [...wsdissect, capture, '--format', 'ndjson', ...registry],
  table: (capture) => [...wsdissect, capture, '--format', 'table'],
  'tshark-fields': (capture) => ['tshark', '-r', capture, ...FIELDS],
  'tshark-ek': (capture) => ['tshark', '-r', capture, '-Y', 'websocket', '-T', 'ek'],
};

export function commandOf(program: ProgramName, capture: string): string[] {
  return commands[program](capture);
}

/** So slow that it begins amid the rounds (`run.ts`). */
export function isSlow(program: ProgramName): boolean {
  return program === 'table' || isTshark(program);
}

export function isTshark(program: ProgramName): boolean {
  return program === 'tshark-fields' || program === 'tshark-ek';
}

/** What is started once and does nothing else, each beside `node -e 0`. */
export const startUps: Record<string, string[]> = {
  'node -e 0': [process.execPath, '-e', '0'],
  '--version': [...wsdissect, '--version'],
  'a small capture': [...wsdissect, walkthrough],
  'a small capture with a registry': [...wsdissect, walkthrough, ...registry],
};

/** What we are measured against, as JavaScript, as it would be installed: types are stripped before it is measured. */
export function buildReferences(): void {
  buildSync({ entryPoints: [`${root}bench/record-walk.ts`], outfile: walk, format: 'esm', logLevel: 'warning' });
  buildSync({
    entryPoints: [`${root}bench/inflate-alone.ts`],
    outfile: inflateAlone,
    format: 'esm',
    logLevel: 'warning',
  });
}

/** The first line of `tshark --version`, or null where it is not there. */
export function tsharkVersion(): string | null {
  const run = spawnSync('tshark', ['--version'], { encoding: 'utf8' });
  return run.status === 0 ? (run.stdout.split('\n')[0] ?? null) : null;
}
