// Headless Chromium as a client: it opens a page of the test's own, whose script says what it saw. Where Chromium is not
// installed, it says so.

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const BROWSERS = ['chromium', 'chromium-browser', 'google-chrome'];
const browser = BROWSERS.find((name) => spawnSync(name, ['--version'], { timeout: 30_000 }).status === 0);

/** Why there can be no browser; null where there can. */
export const whyNoChromium = browser === undefined ? 'Chromium is not installed (apt-get install chromium)' : null;

const FLAGS = ['--headless=new', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--no-first-run'];
/** Milliseconds for a page to say what it saw. */
const PATIENCE = 60_000;

export class Chromium {
  readonly #folder = mkdtempSync(join(tmpdir(), 'wsdissect-chromium-'));
  readonly #server: Server;
  #script = '';
  #said: (words: string) => void = () => {};

  private constructor() {
    this.#server = createServer((request, response) => {
      if (request.method !== 'POST') {
        response.setHeader('Content-Type', 'text/html; charset=utf-8');
        response.end(`<!doctype html><script type="module">${this.#script}</script>`);
        return;
      }
      let body = '';
      request.setEncoding('utf8');
      request.on('data', (text) => {
        body += text;
      });
      request.on('end', () => {
        response.end();
        this.#said(body);
      });
    });
  }

  static async start(): Promise<Chromium> {
    const chromium = new Chromium();
    chromium.#server.listen(0, '127.0.0.1');
    await once(chromium.#server, 'listening');
    return chromium;
  }

  /** Where its pages come from. */
  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Runs the body of an async function in a page; what it returns must be JSON. */
  async run(body: string): Promise<unknown> {
    this.#script = `
      const run = async () => { ${body} };
      const said = await run().catch((error) => ({ error: error.code === undefined ? String(error) : \`closed with \${error.code}\` }));
      await fetch('/', { method: 'POST', body: JSON.stringify(said) });`;
    const said = new Promise<string>((resolve) => {
      this.#said = resolve;
    });
    const child = spawn(browser as string, [...FLAGS, `--user-data-dir=${this.#folder}`, `${this.origin}/`], {
      stdio: 'ignore',
      detached: true,
    });
    try {
      return JSON.parse(await within(said, PATIENCE));
    } finally {
      await stop(child);
    }
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  }
}

/** Its processes are a group of their own. */
async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.pid === undefined) return;
  const closed = once(child, 'close');
  process.kill(-child.pid, 'SIGKILL');
  await closed;
}

async function within<T>(promise: Promise<T>, milliseconds: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`the page said nothing within ${milliseconds / 1000} s`)), milliseconds);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
