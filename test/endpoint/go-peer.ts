// The Go programs of test/endpoint/go, built once and run as a user would. Where Go or Debian's packages of gorilla/websocket
// and protobuf are missing, it says so, and the tests that need them are skipped.

import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { TellingProgram } from './telling-program.ts';

const SOURCES = fileURLToPath(new URL('./go', import.meta.url));
/** Where Debian's golang-*-dev packages lie. */
const GOPATH = '/usr/share/gocode';
const PACKAGES = [
  ['github.com/gorilla/websocket', 'golang-github-gorilla-websocket-dev'],
  ['google.golang.org/protobuf', 'golang-google-protobuf-dev'],
] as const;

/** Why there can be no Go peer; null where there can. */
export function whyNoGo(): string | null {
  if (spawnSync('go', ['version']).status !== 0) return 'Go is not installed (apt-get install golang-go)';
  const missing = PACKAGES.find(([path]) => !existsSync(join(GOPATH, 'src', path)));
  return missing === undefined ? null : `${missing[0]} is not installed (apt-get install ${missing[1]})`;
}

export class GoPeer {
  readonly #folder = mkdtempSync(join(tmpdir(), 'wsdissect-go-'));
  readonly #path = join(this.#folder, 'peer');

  /** @throws where the programs cannot be built */
  build(): void {
    const environment = { ...process.env, GO111MODULE: 'off', GOPATH, GOFLAGS: '-trimpath' };
    if (!process.env.HOME && !process.env.GOCACHE) Object.assign(environment, { GOCACHE: join(this.#folder, 'cache') });
    const build = spawnSync('go', ['build', '-o', this.#path, '.'], {
      cwd: SOURCES,
      env: environment,
      encoding: 'utf8',
    });
    if (build.status !== 0) throw new Error(build.stderr);
  }

  async serve(...words: string[]): Promise<{ program: TellingProgram; port: number; url: string }> {
    const program = new TellingProgram(this.#path, ['serve', ...words]);
    const port = Number((await program.next('listening')).split(':').at(-1));
    return { program, port, url: `ws://127.0.0.1:${port}/connect` };
  }

  connect(url: string, ...words: string[]): TellingProgram {
    return new TellingProgram(this.#path, ['connect', ...words, url]);
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true });
  }
}
