// The Go programs of test/endpoint/go, built once and run as a user would. Where Go or Debian's packages of gorilla/websocket
// and protobuf are missing, it says so, and the tests that need them are skipped.

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

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

export interface GoEvent {
  event: string;
  words: string;
}

/** A running Go program, by what it tells. */
export class GoProgram {
  readonly child: ChildProcess;
  readonly events: GoEvent[] = [];
  readonly ended: Promise<void>;
  #changed: () => void = () => {};
  #over = false;
  #line = '';

  constructor(path: string, words: readonly string[]) {
    this.child = spawn(path, words, { stdio: ['ignore', 'pipe', 'inherit'] });
    this.child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      const lines = (this.#line + text).split('\n');
      this.#line = lines.pop() ?? '';
      for (const line of lines) {
        const [event, ...words] = line.split(' ');
        this.events.push({ event, words: words.join(' ') });
      }
      this.#changed();
    });
    this.ended = new Promise((done) => {
      this.child.on('close', () => {
        this.#over = true;
        this.#changed();
        done();
      });
    });
  }

  /** The next event of a kind, taken off the list. */
  async next(kind: string): Promise<string> {
    for (;;) {
      const at = this.events.findIndex(({ event }) => event === kind);
      if (at >= 0) return this.events.splice(at, 1)[0].words;
      if (this.#over) throw new Error(`it ended without telling ${kind}: ${JSON.stringify(this.events)}`);
      await new Promise<void>((changed) => {
        this.#changed = changed;
      });
    }
  }

  async stop(): Promise<void> {
    this.child.kill();
    await this.ended;
  }
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

  async serve(...words: string[]): Promise<{ program: GoProgram; port: number; url: string }> {
    const program = new GoProgram(this.#path, ['serve', ...words]);
    const port = Number((await program.next('listening')).split(':').at(-1));
    return { program, port, url: `ws://127.0.0.1:${port}/connect` };
  }

  connect(url: string, ...words: string[]): GoProgram {
    return new GoProgram(this.#path, ['connect', ...words, url]);
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true });
  }
}
