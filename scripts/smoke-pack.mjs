// Packs the package, installs it in an empty folder, and uses it there as a stranger would: the command, the library, the
// types. Fails on the first thing that does not work. Run after a build.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'wsdissect-pack-'));
const capture = join(root, 'fixtures/walkthrough/walkthrough.pcap');
const registry = join(root, 'fixtures/walkthrough/walkthrough.registry.yaml');

const run = (command, args, options = {}) => execFileSync(command, args, { cwd: folder, encoding: 'utf8', ...options });

function expect(what, condition) {
  if (!condition) throw new Error(`${what}: it does not`);
  console.log(`${what}: it does`);
}

const PROGRAM = `
import { dissect, dissectSync, loadRegistry } from 'wsdissect';
const types = [];
for await (const event of dissect(${JSON.stringify(capture)}, { registry: ${JSON.stringify(registry)} })) {
  types.push(event.type === 'message' ? event.decoded.type : event.type);
}
if (dissectSync(${JSON.stringify(capture)}).length !== types.length) throw new Error('dissect and dissectSync differ');
if (typeof loadRegistry !== 'function') throw new Error('no loadRegistry');
console.log(types.join(' '));
`;

const TESTING = `
import { connect, serve } from 'wsdissect/endpoint';
import { expectCapture, record } from 'wsdissect/testing';
const capture = await record(async (tap) => {
  const server = await serve({ port: 0, socketTap: tap });
  const { connection } = await connect(server.url, { protocol: server.protocol });
  await connection.send('pb.Ping', { seq: 150 });
  await connection.next();
  await connection.close();
  await server.close();
});
const { messages } = await expectCapture(capture, [{ close: { code: 1000 } }, { message: { where: 'length == 5' } }]);
const missed = await expectCapture(capture, [{ message: { opcode: 'ping' } }]).catch((error) => error.name);
console.log(messages, missed);
`;

const TALK = `
import { articleProtocol, connect, MessageProtocol, serve } from 'wsdissect/endpoint';
const server = await serve({ port: 0, host: '127.0.0.1' });
const { connection } = await connect(server.url, { protocol: await articleProtocol() });
await connection.send('pb.Ping', { seq: 150 });
const message = await connection.next();
console.log(JSON.stringify(connection.unmarshal(message)));
await connection.close();
await server.close();
new MessageProtocol();
`;

const TALK_TYPED = `
import { type CaptureOutput, type ConnectedClient, connect, type SocketTap, serve, startCapture } from 'wsdissect/endpoint';
export const captured = (output: CaptureOutput) => startCapture({ output }, { port: 8888, host: '::1' });
export async function talk(socketTap: SocketTap): Promise<string | undefined> {
  const clients: ConnectedClient[] = [];
  await using server = await serve({ port: 0, socketTap, onConnection: (client) => void clients.push(client) });
  await using connection = (await connect(server.url)).connection;
  for await (const { data } of connection) return data.toString();
  return clients[0]?.id;
}
`;

const TYPED = `
import { dissect, dissectSync, type MessageEvent, OctetWriter, type PayloadCodec, type WsdissectEvent } from 'wsdissect';
import { serve, type WebSocketServer } from 'wsdissect/endpoint';
import { expectCapture, type CaptureVerdict } from 'wsdissect/testing';
export const held = async (path: string): Promise<CaptureVerdict> => expectCapture(path, [{ close: { code: 1000 } }]);
export const server = (): Promise<WebSocketServer> => serve({ port: 0 });
class Lengths implements PayloadCodec {
  write(octets: Uint8Array, start: number, end: number, writer: OctetWriter): null {
    writer.ascii('{"id":1,"type":"' + this.typeOf() + '","value":' + (end - start) + '}');
    return null;
  }
  typeOf(): string {
    return 'length';
  }
}
export const decoded = (octets: Uint8Array) => dissectSync(octets, { codec: new Lengths() });
export const written = new Lengths().write(new Uint8Array(1), 0, 1, new OctetWriter());
export async function lengths(path: string): Promise<number[]> {
  const found: number[] = [];
  for await (const event of dissect(path)) {
    const known: WsdissectEvent = event;
    if (known.type === 'message') found.push((known satisfies MessageEvent).wireLength);
  }
  return found;
}
`;

try {
  const [{ filename, files }] = JSON.parse(
    run('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', folder], { cwd: root }),
  );
  expect(
    'the package holds the build',
    files.some(({ path }) => path === 'dist/cli.cjs'),
  );
  expect(
    'the package leaves the sources and tests out',
    !files.some(({ path }) => /^(src|test|fixtures|fuzz|scripts)\/|(?<!\.d)\.ts$/.test(path)),
  );
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'stranger', type: 'module', private: true }));
  const installing = ['install', '--no-audit', '--no-fund', '--no-save', '--foreground-scripts'];
  const told = run('npm', [...installing, join(folder, filename)], { stdio: ['ignore', 'pipe', 'inherit'] });
  // npm tells of each script before it runs it: `> name@version install`.
  expect('nothing is run when it is installed', !/^> /m.test(told));

  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  expect('the command tells its version', run('npx', ['wsdissect', '--version']).trim() === version);
  expect(
    'the command decodes',
    run('npx', ['wsdissect', capture, '--registry', registry]).includes('1 pb.Ping {seq: 150}'),
  );
  run('npx', ['wsdissect', 'record', '-o', 'own.pcapng']);
  expect(
    'it records a scenario and reads it again',
    run('npx', ['wsdissect', 'own.pcapng']).includes('1000 normal closure'),
  );
  expect(
    'it shares captures among threads',
    run('npx', ['wsdissect', 'stats', '--each', '--jobs', '2', 'own.pcapng', capture]).includes('==> own.pcapng <=='),
  );
  expect(
    'it reads standard input',
    run('npx', ['wsdissect', '-'], { input: readFileSync(capture) }).includes('/connect'),
  );

  writeFileSync(join(folder, 'program.mjs'), PROGRAM);
  expect('the library decodes', run('node', ['program.mjs']).includes('pb.Ping pb.Pong'));

  writeFileSync(join(folder, 'testing.mjs'), TESTING);
  expect('it records and checks in tests', run('node', ['testing.mjs']).trim() === '2 ExpectationsMissed');

  writeFileSync(join(folder, 'talk.mjs'), TALK);
  const talked = run('node', ['talk.mjs']).trim();
  expect('the library serves and connects', talked === '{"id":2,"type":"pb.Pong","value":{"seq":150,"note":"收到"}}');

  writeFileSync(join(folder, 'typed.ts'), TYPED);
  writeFileSync(join(folder, 'talk-typed.ts'), TALK_TYPED);
  for (const [module, moduleResolution] of [
    ['nodenext', 'nodenext'],
    ['esnext', 'bundler'],
  ]) {
    const options = {
      module,
      moduleResolution,
      target: 'es2023',
      strict: true,
      noEmit: true,
      types: ['node'],
      typeRoots: [join(root, 'node_modules/@types')],
    };
    writeFileSync(
      join(folder, 'tsconfig.json'),
      JSON.stringify({ compilerOptions: options, files: ['typed.ts', 'talk-typed.ts'] }),
    );
    run(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', folder], { stdio: 'inherit' });
    expect(`its types fit a program with moduleResolution ${moduleResolution}`, true);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
