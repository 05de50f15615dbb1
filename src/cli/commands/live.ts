// `wsdissect live -i lo`: captures with tcpdump or dumpcap and shows the conversations as they go on, until Ctrl-C.

import { type Command, Option } from 'commander';
import { CaptureError, type LiveCapture } from '../../capture/index.ts';
import { formatPlural } from '../../plural.ts';
import { addEventOptions, type EventCommandOptions, runEvents } from '../event-run.ts';
import { addExamples } from '../examples.ts';
import { captureFailure, Failure, say } from '../failure.ts';
import { interruptedExitCode, interruptionSignal } from '../interruption.ts';

interface LiveCommandOptions extends EventCommandOptions {
  interface?: string;
  filter?: string;
}

const GROUP = 'What to capture:';
/** Every interface, where the system has a name for that. */
const EVERY = process.platform === 'linux' ? 'any' : undefined;

export function addLiveCommand(program: Command): void {
  const option = new Option('-i, --interface <name>', 'network interface, such as lo or eth0').helpGroup(GROUP);
  const command = program
    .command('live')
    .description('capture now, with tcpdump or dumpcap, and show what is said; Ctrl-C ends it')
    .addOption(EVERY === undefined ? option : option.default(EVERY))
    .addOption(
      new Option('--filter <words>', 'what to capture besides --port and --host (man pcap-filter)').helpGroup(GROUP),
    );
  addEventOptions(command);
  command.action(runLive);
  addExamples(command, [
    { command: 'wsdissect live -i lo --port 8888', says: 'the conversations of a server on this machine' },
    { command: 'wsdissect live --format ndjson --filter "net 10.0.0.0/8"', says: 'for programs' },
  ]);
}

async function runLive(options: LiveCommandOptions): Promise<void> {
  const { interface: name } = options;
  // Commander would ask for it before it names an option that is misspelt.
  if (name === undefined) throw new Failure('-i is missing; name the network interface, such as -i en0');
  const { startLiveCapture } = await import('../../capture/index.ts');
  const names = [name];
  // A signal ends the start as well: the tool is of another group, and would go on.
  const hangUp = new AbortController();
  process.once('SIGHUP', () => hangUp.abort());
  const signal = AbortSignal.any([interruptionSignal(), hangUp.signal]);
  const starting = startLiveCapture({ interface: name, filter: filterOf(options), signal });
  hangUp.signal.addEventListener('abort', () => {
    const end = () => process.kill(process.pid, 'SIGHUP');
    starting.then((capture) => capture.stop()).then(end, end);
  });
  let capture: LiveCapture;
  try {
    capture = await starting;
  } catch (error) {
    if (signal.aborted) {
      process.exitCode = interruptedExitCode();
      return;
    }
    throw error instanceof CaptureError ? captureFailure(names, error) : error;
  }
  say(`${name}: capturing with ${capture.command}; Ctrl-C ends it`);
  try {
    process.exitCode = await runEvents(names, options, {
      isLive: true,
      captures: true,
      progress: false,
      open: () => capture.octets,
    });
  } finally {
    const dropped = await capture.stop();
    if (dropped !== null && dropped > 0)
      say(`${name}: the system had no room for ${formatPlural(dropped, 'packet')}; ${adviceFor(options)}`);
  }
}

/** What helps where packets came faster than they were shown. */
function adviceFor(options: LiveCommandOptions): string {
  if (filterOf(options) === '') return 'capture less with --port';
  return 'to have all, save them with `tcpdump -B 65536 -w FILE` and read the file';
}

/** Only TCP is of use, in tunnels too: so what has other ports is left out only where ports were named. */
function filterOf({ port = [], host = [], filter = '' }: LiveCommandOptions): string {
  const either = (kind: string, values: readonly (string | number)[]) =>
    values.map((value) => `${kind} ${value}`).join(' or ');
  return [either('tcp port', port), either('host', host), filter]
    .filter((part) => part !== '')
    .map((part, _, parts) => (parts.length > 1 ? `(${part})` : part))
    .join(' and ');
}
