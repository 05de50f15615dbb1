// What a pcapng capture says beside its packets reaches the events: comments, names, what was dropped, that it has keys.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { dissectSync } from '../../src/dissect/dissect.ts';
import { TableOutput } from '../../src/output/table.ts';
import { PcapngBuilder } from '../support/pcapng-builder.ts';
import { frameOctets } from '../support/tcp-packet.ts';
import { frame, TEXT } from '../support/websocket-writer.ts';
import { upgraded } from './dissection.ts';

/** A conversation whose packets have comments, among a packet that is none of it. */
function commented(): Uint8Array {
  const { packets } = upgraded().exchange('s2c', frame(TEXT, 'hello')).close();
  const builder = new PcapngBuilder().section().interface().secrets(0x544c534b, 'keys');
  builder.names([Uint8Array.of(10, 0, 0, 2), 'server.example']);
  packets.forEach((packet, index) => {
    const comments = index === 0 ? ['begins'] : index === 7 ? ['\u001b[31mhello\n', 'twice'] : [];
    builder.enhanced({ ticks: 1_700_000_000_000_000n + BigInt(index), octets: frameOctets(packet), comments });
  });
  builder.enhanced({ octets: new Uint8Array(60), comments: ['no IP'] }).statistics(0, { 5: 3n });
  return builder.octets();
}

describe('a commented pcapng capture', () => {
  const events = dissectSync(commented());

  it('gives each comment as an event, behind what its packet said', () => {
    const comments = events.flatMap((event, at) =>
      event.type === 'comment' ? [{ event, before: events[at - 1] }] : [],
    );
    assert.deepEqual(
      comments.map(({ event: { connection, packet, comment } }) => [connection, packet, comment]),
      [
        [0, 1, 'begins'],
        [0, 8, '\u001b[31mhello\n'],
        [0, 8, 'twice'],
        [null, 13, 'no IP'],
      ],
    );
    assert.equal(comments[1].before.type, 'message');
  });

  it('says in the summary what it holds beside packets', () => {
    const summary = events.at(-1);
    assert.ok(summary?.type === 'summary');
    assert.equal(summary.dropped, 3);
    assert.deepEqual(summary.names, [{ address: '10.0.0.2', names: ['server.example'] }]);
    assert.deepEqual(summary.secrets, [{ type: 'tls-key-log', octets: 4 }]);
  });

  it('shows them in the table, escaped, and those of no conversation at its end', () => {
    let text = '';
    const write = (piece: string) => {
      text += piece;
    };
    const table = new TableOutput({ write }, { width: 80, colour: false, time: 'relative', hasRegistry: false });
    for (const event of events) table.onEvent(event);
    table.finish();
    assert.match(text, /^ {2}comment, packet 1: begins\n {2}comment, packet 8: \\x1b\[31mhello\\n\n/m);
    assert.match(text, /^comment, packet 13: no IP\n\n/m);
    assert.match(text, /the capturing system dropped 3\s+packets/);
  });
});
