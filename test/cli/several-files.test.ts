// Several files on the command line: rotated sets, patterns, and how each command takes them.

import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { captureOf } from '../support/capture-builder.ts';
import { TcpConversation } from '../support/tcp-conversation.ts';
import { frame, TEXT, upgradeRequest, upgradeResponse } from '../support/websocket-writer.ts';
import { eventsOf, wsdissect } from './command-line.ts';

const folder = mkdtempSync(join(tmpdir(), 'wsdissect-several-'));
after(() => rmSync(folder, { recursive: true }));

const talk = new TcpConversation().open().exchange('c2s', upgradeRequest()).exchange('s2c', upgradeResponse());
for (const text of ['one', 'two', 'three']) talk.exchange('s2c', frame(TEXT, text));
const { packets } = talk.close();
const capture = captureOf(packets);

/** Where records begin, to cut the capture as `tcpdump -C` rotates it. */
const starts = packets.reduce<number[]>(
  (ends) => [
    ...ends,
    (ends.at(-1) as number) + 16 + new DataView(capture.buffer).getUint32((ends.at(-1) as number) + 8, true),
  ],
  [24],
);

function part(name: string, from: number, to: number, compress = false): string {
  const octets = Buffer.concat([capture.subarray(0, 24), capture.subarray(starts[from], starts[to])]);
  writeFileSync(join(folder, name), compress ? gzipSync(octets) : octets);
  return name;
}

part('cap-1.pcap', 0, 6);
part('cap-2.pcap', 6, 9, true);
part('cap-10.pcap', 9, packets.length);

describe('a rotated set', () => {
  for (const words of [
    ['cap-10.pcap', 'cap-2.pcap', 'cap-1.pcap'],
    ['cap-*.pcap'],
    ['cap-1.pcap', 'cap-*.pcap', 'cap-1.pcap'],
  ]) {
    test(`is one conversation: ${words.join(' ')}`, () => {
      const { exitCode, output, errors } = wsdissect([...words, '--format', 'ndjson'], { directory: folder });
      assert.deepEqual([exitCode, errors], [0, '']);
      const events = eventsOf(output);
      assert.deepEqual(events[0].files, ['cap-1.pcap', 'cap-2.pcap', 'cap-10.pcap']);
      assert.deepEqual(
        events
          .filter(({ type }) => type === 'message')
          .map(({ text, packet, file, filePacket }) => [text, packet, file, filePacket]),
        [
          ['one', 8, 'cap-2.pcap', 2],
          ['two', 10, 'cap-10.pcap', 1],
          ['three', 12, 'cap-10.pcap', 3],
        ],
      );
      assert.equal(events.at(-1)?.complete, true);
    });
  }

  test('is told alike line by line and as one document', () => {
    const [lines, document] = (['ndjson', 'json'] as const).map(
      (format) => wsdissect(['cap-*.pcap', '--frames', '--format', format], { directory: folder }).output,
    );
    assert.deepEqual(eventsOf(lines), JSON.parse(document));
  });

  test('is taken by every command', () => {
    const words = ['cap-10.pcap', 'cap-2.pcap', 'cap-1.pcap'];
    for (const command of [['stats'], ['extract', '-o', 'payloads'], ['walkthrough'], ['follow']]) {
      const { exitCode, errors } = wsdissect([...command, ...words], { directory: folder });
      assert.deepEqual([exitCode, errors], [0, ''], command.join(' '));
    }
    assert.match(wsdissect(['follow', ...words, '0'], { directory: folder }).output, /three/);
    const { exitCode, errors } = wsdissect(['follow', ...words, '5'], { directory: folder });
    assert.equal(exitCode, 2);
    assert.match(errors, /^wsdissect: 3 files: it has no WebSocket connection 5; name one of these/);
  });

  test('put together with cat is told to be named file by file', () => {
    const [one, other] = ['cap-1.pcap', 'cap-10.pcap'].map((name) => readFileSync(join(folder, name)));
    const { exitCode, errors } = wsdissect(['-'], { input: Buffer.concat([one, other] as Buffer[]) });
    assert.equal(exitCode, 3);
    assert.match(errors, /another capture's file header follows, as cat puts it there; .*name the files one by one/);
  });

  test('with a damaged file shows all else, and says which it is', () => {
    writeFileSync(join(folder, 'broken.pcap'), 'no capture at all, this');
    const { exitCode, output, errors } = wsdissect(['cap-*.pcap', 'broken.pcap'], { directory: folder });
    assert.equal(exitCode, 3);
    assert.match(output, /three/);
    assert.equal(
      errors,
      'wsdissect: broken.pcap: this is text, not a capture; captures are written by tcpdump -w FILE, or by dumpcap\n',
    );
  });
});
