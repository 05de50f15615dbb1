// Runs the built program as a user does: words, standard input and environment in; both outputs and the exit code back.

import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export const program = fileURLToPath(new URL('../../bin/wsdissect.js', import.meta.url));
/** Examples of help are run here. */
export const exampleFolder = fileURLToPath(new URL('../../fixtures/walkthrough', import.meta.url));

export interface RunOptions {
  input?: Uint8Array | string;
  directory?: string;
  environment?: Record<string, string>;
  /** Run by somebody whom the rights of files bind, which the superuser is not. */
  isBound?: boolean;
}

const NOBODY = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};

export interface Run {
  exitCode: number | null;
  output: string;
  errors: string;
}

function environmentOf(changes: Record<string, string> = {}): NodeJS.ProcessEnv {
  const environment = { ...process.env, ...changes };
  // What the terminal or the runner of whoever runs the tests says must not matter.
  for (const name of ['NO_COLOR', 'FORCE_COLOR', 'DEBUG', 'GITHUB_ACTIONS'])
    if (!(name in changes)) delete environment[name];
  return environment;
}

export function wsdissect(words: readonly string[], options: RunOptions = {}): Run {
  const run = spawnSync(process.execPath, [program, ...words], {
    cwd: options.directory ?? exampleFolder,
    env: environmentOf(options.environment),
    input: options.input ?? '',
    encoding: 'utf8',
    timeout: 60_000,
    maxBuffer: 1 << 28,
    ...(options.isBound ? NOBODY : {}),
  });
  return { exitCode: run.status, output: run.stdout, errors: run.stderr };
}

/** Why a test of rights is left out; false where it is not. */
export function withoutRights(): string | false {
  if (process.platform === 'win32') return 'rights are others there';
  return wsdissect(['--version'], { isBound: true }).exitCode === 0 ? false : 'the program is not readable by all';
}

/** The same, running, for tests that talk to it. */
export function startWsdissect(
  words: readonly string[],
  environment: Record<string, string> = {},
): ChildProcessWithoutNullStreams {
  return spawn(process.execPath, [program, ...words], { cwd: exampleFolder, env: environmentOf(environment) });
}

/** The events of `--format ndjson` or of the library. */
export function eventsOf(output: string): Record<string, unknown>[] {
  return output
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}
