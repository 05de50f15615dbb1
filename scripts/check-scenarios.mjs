// The project's own use of `check`: every scenario is performed by the bundled server and client, captured, and held against
// the expectations that are shipped for it; then the article's walkthrough once more between two processes, as a user runs
// them. `--update` renews what was recorded in the expectations. Run after a build.

import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const program = join(root, 'bin/wsdissect.js');
const folder = mkdtempSync(join(tmpdir(), 'wsdissect-scenarios-'));
const update = process.argv.includes('--update');
let failures = 0;

function wsdissect(...words) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...words], { encoding: 'utf8' });
  return { status, stdout, said: stdout + stderr };
}

function check(name, capture) {
  const expectations = join(root, 'expectations', `${name}.expect.yaml`);
  if (!existsSync(expectations)) {
    const registry = join(root, 'expectations/article.registry.yaml');
    if (update) wsdissect('check', '--record', expectations, '--loose', '--registry', registry, capture);
    else report(name, false, `no expectations: run ${process.argv[1]} --update`);
    return;
  }
  if (update) wsdissect('check', capture, '--expect', expectations, '--update');
  const { status, said } = wsdissect('check', capture, '--expect', expectations);
  report(name, status === 0, said);
}

function report(name, held, said) {
  console.log(`${held ? 'holds ' : 'FAILS '} ${name}`);
  if (held) return;
  failures++;
  console.log(said);
}

/** The server in a process of its own, which writes the capture; the client in another. */
async function twoProcesses() {
  const capture = join(folder, 'two-processes.pcap');
  const server = spawn(process.execPath, [program, 'serve', '--port', '0', '--capture', capture], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  const port = await new Promise((resolve, reject) => {
    const listen = (piece) => {
      said += piece;
      const found = /: (\d+)\b/.exec(said);
      if (found) resolve(found[1]);
    };
    server.stdout.on('data', listen);
    server.stderr.on('data', listen);
    server.once('exit', () => reject(new Error(`the server ended: ${said}`)));
  });
  const client = await new Promise((resolve) => {
    const words = ['connect', `ws://127.0.0.1:${port}/connect`, '--send', 'pb.Ping {"seq":150}', '--wait', '0.5'];
    spawn(process.execPath, [program, ...words], { stdio: 'ignore' }).once('exit', resolve);
  });
  const ended = new Promise((resolve) => server.once('exit', resolve));
  server.kill('SIGINT');
  await ended;
  if (client !== 0) report('two processes', false, `the client exits ${client}`);
  else check('walkthrough', capture);
}

try {
  const names = wsdissect('record', '--list').stdout.match(/^\S+/gm) ?? [];
  if (names.length === 0) report('record --list', false, 'no scenarios');
  for (const name of names) {
    const capture = join(folder, `${name}.pcap`);
    const { status, said } = wsdissect('record', '--scenario', name, '--output', capture);
    if (status === 0) check(name, capture);
    else report(name, false, said);
  }
  await twoProcesses();
} finally {
  rmSync(folder, { recursive: true });
}
process.exitCode = failures === 0 ? 0 : 1;
