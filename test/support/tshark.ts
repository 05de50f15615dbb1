// tshark as a witness for captures that we write: what it objects to, and the frames that it finds.

import { execFileSync, spawnSync } from 'node:child_process';

/** For the `skip` option of `test`. */
export const withoutTshark: string | false = spawnSync('tshark', ['--version']).error ? 'needs tshark' : false;

/** One row a packet that passes the filter, columns parted by tabs. `ports` are the servers'. */
export function tsharkRows(path: string, ports: readonly number[], filter: string, ...fields: string[]): string[] {
  const decoding = ports.flatMap((port) => ['-d', `tcp.port==${port},http`]);
  const checking = ['-o', 'tcp.check_checksum:TRUE', '-o', 'ip.check_checksum:TRUE'];
  const columns = fields.flatMap((field) => ['-e', field]);
  const output = execFileSync(
    'tshark',
    ['-r', path, ...checking, ...decoding, '-Y', filter, '-T', 'fields', ...columns],
    {
      maxBuffer: 1 << 28,
      stdio: ['ignore', 'pipe', 'ignore'],
    },
  );
  return String(output).split('\n').slice(0, -1);
}

const DAMAGE = '_ws.malformed or tcp.checksum.status == 0 or ip.checksum.status == 0';

/**
 * Packets in which tshark finds something of TCP, IP or its own reading amiss, with its words.
 *
 * @param real packets of a real system, whose own retransmissions and full windows are no fault of ours
 */
export function tsharkObjections(path: string, ports: readonly number[], real = false): string[] {
  const filter = real ? DAMAGE : `tcp.analysis.flags or ${DAMAGE}`;
  return tsharkRows(path, ports, filter, 'frame.number', '_ws.expert.message');
}
