// tshark as a witness for what it does reliably on clean captures: it numbers the same TCP connections, and sees the same
// opcodes in the same packets.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { describe, it } from 'node:test';
import { dissectSync } from '../../src/dissect/dissect.ts';
import { opcodeName } from '../../src/ws/opcodes.ts';
import { withoutSharedCaptures } from '../support/shared-captures.ts';
import { withoutTshark } from '../support/tshark.ts';
import { Dissection } from './dissection.ts';
import { truthsOf } from './truth.ts';

/** Stream and opcodes of each TCP packet. */
function tshark(capture: string, httpPorts: readonly number[]): [stream: number, opcodes: string][] {
  const decoding = httpPorts.flatMap((port) => ['-d', `tcp.port==${port},http`]);
  const fields = ['-Y', 'tcp', '-T', 'fields', '-e', 'tcp.stream', '-e', 'websocket.opcode'];
  const output = execFileSync('tshark', ['-r', capture, ...decoding, ...fields], {
    maxBuffer: 1 << 28,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return String(output)
    .split('\n')
    .slice(0, -1)
    .map((line) => {
      const [stream, opcodes] = line.split('\t');
      return [Number(stream), opcodes];
    });
}

describe('clean captures', { skip: withoutSharedCaptures || withoutTshark }, () => {
  for (const { name, capture, connections } of truthsOf('core')) {
    it(`${name} has the streams and frames that tshark finds`, () => {
      const dissection = new Dissection(dissectSync(capture, { frames: true, payload: 'never' }));
      const packets = tshark(capture, [...new Set(connections.map((connection) => connection.server_port))]);
      assert.equal(dissection.summary.tcpConnections, Math.max(...packets.map(([stream]) => stream)) + 1);
      const theirs = packets.flatMap(([stream, opcodes]) =>
        opcodes === '' ? [] : opcodes.split(',').map((opcode) => `${stream} ${opcodeName(Number(opcode))}`),
      );
      const ours = dissection.of('frame').map(({ connection, opcode }) => `${connection} ${opcode}`);
      assert.deepEqual(ours.sort(), theirs.sort());
    });
  }
});
