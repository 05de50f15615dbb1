// One conversation as a chat log.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import stringWidth from 'string-width';
import type { WsdissectEvent } from '../../src/dissect/events.ts';
import { type FollowOptions, FollowOutput } from '../../src/output/follow.ts';
import { article, base64, binary, end, feed, handshake, incomplete, TextRecord, text } from './sample-events.ts';

const PLAIN: FollowOptions = { connection: 0, width: 80, colour: false, time: 'relative', hex: false };

function follow(events: WsdissectEvent[], options: Partial<FollowOptions> = {}): TextRecord {
  const out = new TextRecord();
  feed(new FollowOutput(out, { ...PLAIN, ...options }), events);
  return out;
}

describe('the chat log', () => {
  it("shows the article's conversation, the client on the left and the server indented", () => {
    assert.equal(
      follow(article).text,
      `connection 0  10.7.0.2:41001 → 10.7.0.1:8888
  GET /connect → 101 Switching Protocols, accept key ok

client → 0.008000  packet 8  binary, 5 octets
│ 1 pb.Ping {seq: 150}

        server ← 0.009000  packet 9  binary, 13 octets
        │ 2 pb.Pong {seq: 150, note: "收到"}

client → 0.011000  packet 11  close
│ 1000 normal closure "bye"

        server ← 0.012000  packet 12  close
        │ 1000 normal closure

  closed by close frames, packet 15, 0.015000 s
  → 1 message, 1 control frame, 210 B; ← 1 message, 1 control frame, 148 B
`,
    );
  });

  it('dumps octets in hex', () => {
    const octets = Array.from({ length: 20 }, (_, index) => index + 0x3a);
    assert.deepEqual(follow([binary(1, octets), text(2, 'é')], { hex: true }).lines, [
      'client → 0.001000  packet 1  binary, 20 octets',
      '00000000  3a 3b 3c 3d 3e 3f 40 41  42 43 44 45 46 47 48 49  |:;<=>?@ABCDEFGHI|',
      '00000010  4a 4b 4c 4d                                       |JKLM|',
      '',
      'client → 0.002000  packet 2  text, 2 octets',
      '00000000  c3 a9                                             |..|',
      '',
      '',
    ]);
  });

  it('shows what is there of a message with holes, and where it is not', () => {
    const pieces = [
      { at: 2, text: 'é\x1b[2J' },
      { at: 12, data: base64([0, 0xff]) },
    ];
    const event = incomplete(3, { pieces });
    assert.deepEqual(follow([event]).lines.slice(0, 7), [
      'client → 0.003000  packet 3  text, incomplete: 10 of 20 octets',
      '│ [2 octets missing]',
      '│ é\\x1b[2J',
      '│ [4 octets missing]',
      '│ 00 ff |..|',
      '│ [6 octets missing]',
      '',
    ]);
    const dumped = follow([event], { hex: true }).lines;
    assert.deepEqual(
      dumped.slice(1, 6).map((line) => line.slice(0, 24)),
      [
        '│ [2 octets missing]',
        '00000002  c3 a9 1b 5b 32',
        '│ [4 octets missing]',
        '0000000c  00 ff         ',
        '│ [6 octets missing]',
      ],
    );
  });

  it('says why nothing is shown of a message with holes', () => {
    assert.equal(follow([incomplete(3, {})]).lines[1], '│ payload not shown');
    assert.equal(follow([incomplete(3, { compressed: true })]).lines[1], '│ compressed, not inflated');
    assert.equal(follow([incomplete(3, { captured: 0 })]).lines[1], '│ [20 octets missing]');
  });

  it('wraps text to the width, whole, with its own lines', () => {
    const said = `${'漢字 '.repeat(60)}end\nsecond line \x1b[2J`;
    const { lines, text: printed } = follow([text(1, said, { direction: 's2c' })]);
    for (const line of lines) assert.ok(stringWidth(line) <= 80, line);
    assert.equal(printed.match(/漢字/g)?.length, 60);
    assert.ok(lines.includes('        │ second line \\x1b[2J'));
  });

  it('marks every line of what was said, so that nobody can write the entry of the other side', () => {
    const forged = 'hello\n\n        server ← 0.009000  packet 10  text, 9 octets\n        │ confirmed\n';
    for (const width of [80, null]) {
      const { lines } = follow([text(1, forged), text(2, forged, { direction: 's2c' })], { width });
      const entries = lines.filter((line) => /^ *(client →|server ←)/.test(line));
      assert.equal(entries.length, 2, lines.join('\n'));
      const said = lines.slice(lines.indexOf(entries[0]) + 1, lines.indexOf(entries[1]));
      assert.equal(said.pop(), '');
      for (const line of said) assert.match(line, /^│( |$)/);
      const answered = lines.slice(lines.indexOf(entries[1]) + 1, -2);
      for (const line of answered) assert.match(line, /^ {8}│( |$)/);
    }
  });

  it('lays out a value that is too wide', () => {
    const value = { first: 'x'.repeat(50), second: { third: 'y'.repeat(50) } };
    const { lines } = follow([binary(1, [0, 1], { decoded: { id: 1, type: 'pb.Wide', value } })]);
    assert.deepEqual(lines.slice(1, 5), [
      '│ 1 pb.Wide {',
      `│   first: "${'x'.repeat(50)}"`,
      `│   second: {third: "${'y'.repeat(50)}"}`,
      '│ }',
    ]);
  });

  it('passes over other connections, and says which there are where the one asked for is not', () => {
    const events = [
      handshake(1),
      text(2, 'secret'),
      end(3),
      handshake(4, { connection: 3 }),
      end(5, { connection: 3 }),
    ];
    const { text: printed } = follow(events, { connection: 7 });
    assert.equal(printed, 'No WebSocket conversation has the connection number 7. There are: 0, 3.\n');
    assert.equal(follow([], { connection: 7 }).lines[0].endsWith('The capture holds none.'), true);
  });
});
