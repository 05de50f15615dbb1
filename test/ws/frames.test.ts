// Frames as they stand on the wire: RFC 6455's own examples, each form of length, and what a frame may say without meaning.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { mayBeginFrame } from '../../src/ws/frame-likeness.ts';
import { BINARY, CLOSE, clientFrame, concat, frame, PING, TEXT, utf8 } from '../support/websocket-writer.ts';
import { Reading, read } from './readings.ts';

const server = { fromClient: false };
const octets = (hex: string) => new Uint8Array(Buffer.from(hex.replaceAll(' ', ''), 'hex'));

it('the first octet of a frame that breaks no rule is one of nine, RFC 6455 §5.2 and §5.5', () => {
  const first = Array.from({ length: 256 }, (_, octet) => octet).filter(mayBeginFrame);
  assert.deepEqual(first, [0x00, 0x01, 0x02, 0x80, 0x81, 0x82, 0x88, 0x89, 0x8a]);
});

describe('the examples of RFC 6455 §5.7', () => {
  it('reads a single-frame unmasked text message', () => {
    const reading = read(octets('81 05 48 65 6c 6c 6f'), server);
    assert.deepEqual(reading.messages, [{ opcode: 'text', length: 5, frames: 1, octets: 'Hello' }]);
    assert.deepEqual(reading.findings, []);
  });

  it('reads a single-frame masked text message', () => {
    const reading = read(octets('81 85 37 fa 21 3d 7f 9f 4d 51 58'));
    assert.deepEqual(reading.messages, [{ opcode: 'text', length: 5, frames: 1, octets: 'Hello' }]);
    assert.deepEqual(reading.findings, []);
  });

  it('reads a fragmented unmasked text message', () => {
    const reading = read(octets('01 03 48 65 6c 80 02 6c 6f'), server);
    assert.deepEqual(reading.messages, [{ opcode: 'text', length: 5, frames: 2, octets: 'Hello' }]);
    assert.deepEqual(
      reading.frames.map(({ opcode, fin, offset }) => ({ opcode, fin, offset })),
      [
        { opcode: 'text', fin: false, offset: 0 },
        { opcode: 'continuation', fin: true, offset: 5 },
      ],
    );
  });

  it('reads an unmasked ping and the masked pong that answers it', () => {
    const ping = read(octets('89 05 48 65 6c 6c 6f'), server);
    const pong = read(octets('8a 85 37 fa 21 3d 7f 9f 4d 51 58'));
    assert.deepEqual(ping.controls, [{ opcode: 'ping', length: 5, frames: 1, octets: 'Hello' }]);
    assert.deepEqual(pong.controls, [{ opcode: 'pong', length: 5, frames: 1, octets: 'Hello' }]);
    assert.deepEqual([...ping.findings, ...pong.findings], []);
  });

  it('reads 256 octets of binary message in a single unmasked frame', () => {
    const reading = read(concat(octets('82 7e 01 00'), new Uint8Array(256).fill(7)), server);
    assert.equal(reading.messages[0].octets, '\x07'.repeat(256));
    assert.equal(reading.frames[0].headerLength, 4);
  });

  it('reads 64 KiB of binary message in a single unmasked frame', () => {
    const reading = read(concat(octets('82 7f 00 00 00 00 00 01 00 00'), new Uint8Array(65536).fill(7)), server);
    assert.equal(reading.messages[0].octets, '\x07'.repeat(65536));
    assert.equal(reading.frames[0].headerLength, 10);
  });
});

describe('lengths', () => {
  for (const length of [0, 1, 2, 124, 125, 126, 127, 128, 65534, 65535, 65536, 65537, 1 << 20]) {
    it(`reads a masked and an unmasked message of ${length} octets`, () => {
      const payload = new Uint8Array(length).map((_, at) => at * 7);
      for (const fromClient of [true, false]) {
        const key = Uint8Array.of(1, 2, 3, 4);
        const reading = read(frame(BINARY, payload, fromClient ? { key } : {}), { fromClient });
        assert.equal(reading.messages[0].octets, Buffer.from(payload).toString('latin1'));
        assert.equal(
          reading.frames[0].headerLength,
          (length < 126 ? 2 : length < 65536 ? 4 : 10) + (fromClient ? 4 : 0),
        );
        assert.deepEqual(reading.findings, []);
      }
    });
  }

  it('reads lengths that are not in their shortest form, and says so', () => {
    for (const [lengthBits, text] of [
      [16, 'short'],
      [64, 'short'],
      [64, 'x'.repeat(300)],
      [16, ''],
    ] as const) {
      const reading = read(concat(clientFrame(TEXT, text, { lengthBits }), clientFrame(TEXT, 'next')));
      assert.deepEqual(
        reading.messages.map((message) => message.octets),
        [text, 'next'],
      );
      assert.deepEqual(reading.findings, ['length-not-minimal']);
    }
  });

  it('takes the top bit of a 64-bit length for a length of 2^63 octets, says so, and waits for them', () => {
    const reading = read(concat(octets('82 ff 80 00 00 00 00 00 00 00 01 02 03 04'), new Uint8Array(5000)));
    assert.equal(reading.frames[0].length, 2 ** 63);
    assert.deepEqual(reading.findings, ['length-top-bit', 'message-unfinished']);
    assert.match(reading.order.at(-1) ?? '', /: more than 9007199254740991 octets of message announced$/);
    assert.deepEqual(reading.messages, []);
  });

  it('keeps lengths beyond 2^32 whole', () => {
    assert.equal(read(octets('82 7f 00 00 00 01 00 00 00 03'), server).frames[0].length, 2 ** 32 + 3);
    assert.equal(read(octets('82 7f 00 1f ff ff ff ff ff ff'), server).frames[0].length, Number.MAX_SAFE_INTEGER);
  });

  it('passes over a payload of 4 GiB whose octets were lost', () => {
    const reading = new Reading(server).feed(octets('82 7f 00 00 00 01 00 00 00 00 11 22 33'));
    reading.lose(2 ** 32 - 4).feed(concat(Uint8Array.of(0x44), frame(TEXT, 'next')));
    assert.deepEqual(reading.messages, [{ opcode: 'text', length: 4, frames: 1, octets: 'next' }]);
    assert.deepEqual(reading.findings, ['message-incomplete']);
    assert.equal(reading.frames[1].offset, 10 + 2 ** 32);
  });
});

describe('what is lost', () => {
  const next = clientFrame(TEXT, 'next');

  it('stays in step over a gap inside a payload, whichever octets it takes', () => {
    const message = clientFrame(BINARY, new Uint8Array(50));
    for (let start = 7; start < message.length; start++) {
      for (let end = start + 1; end <= message.length; end++) {
        const reading = new Reading().feed(message.subarray(0, start)).lose(end - start);
        reading.feed(concat(message.subarray(end), next)).end();
        assert.deepEqual(reading.findings, ['message-incomplete']);
        assert.equal(reading.messages[0].octets, 'next');
      }
    }
  });

  it('stays in step over a gap right behind a header', () => {
    const reading = new Reading().feed(clientFrame(BINARY, 'abc').subarray(0, 6)).lose(3).feed(next).end();
    assert.deepEqual(reading.findings, ['message-incomplete']);
    assert.equal(reading.messages[0].octets, 'next');
  });

  it('shows no message of which a fragment has a hole, though its other fragments are whole', () => {
    const parts = [
      clientFrame(TEXT, 'one', { fin: false }),
      clientFrame(0, 'two', { fin: false }),
      clientFrame(0, 'three'),
    ];
    const reading = new Reading().feed(parts[0]).feed(parts[1].subarray(0, 7)).lose(1);
    reading.feed(parts[1].subarray(8)).feed(clientFrame(PING, 'p')).feed(parts[2]).feed(next).end();
    assert.deepEqual(reading.findings, ['message-incomplete']);
    assert.deepEqual(
      reading.messages.map((message) => message.octets),
      ['next'],
    );
    assert.equal(reading.controls.length, 1);
  });

  it('shows no control frame that has a hole, and the message around it whole', () => {
    const reading = new Reading()
      .feed(clientFrame(TEXT, 'o', { fin: false }))
      .feed(clientFrame(PING, 'abc').subarray(0, 7));
    reading.lose(2).feed(clientFrame(0, 'k')).end();
    assert.deepEqual(reading.findings, ['message-incomplete']);
    assert.equal(reading.messages[0].octets, 'ok');
  });

  for (const [place, read] of [
    ['between frames', 0],
    ['within a header', 1],
    ['within a masking key', 4],
  ] as const) {
    it(`reads nothing after a gap ${place}`, () => {
      const reading = new Reading().feed(next.subarray(0, read)).lose(3).feed(next).feed(next);
      assert.equal(reading.parser.lost, true);
      assert.equal(reading.parser.position, read + 3 + 2 * next.length);
      assert.deepEqual(reading.messages, []);
    });
  }

  it('reads nothing after a gap that begins in a payload and ends beyond it', () => {
    const reading = new Reading().feed(next.subarray(0, 8)).lose(3).feed(next);
    assert.equal(reading.parser.lost, true);
    assert.deepEqual(reading.messages, []);
  });
});

describe('the end of the octets', () => {
  it('tells of a frame that the end cuts, wherever it does', () => {
    const message = clientFrame(TEXT, 'hello');
    for (let length = 1; length < message.length; length++) {
      assert.deepEqual(read(message.subarray(0, length)).findings, ['message-unfinished'], `${length} octets`);
    }
    assert.deepEqual(read(message).findings, []);
  });

  it('tells of a message whose last fragment never comes', () => {
    assert.deepEqual(read(clientFrame(TEXT, 'a', { fin: false })).findings, ['message-unfinished']);
  });

  it('tells of one cut frame once, though it lies inside a message', () => {
    const cut = concat(clientFrame(TEXT, 'a', { fin: false }), clientFrame(CLOSE, utf8('xx')).subarray(0, 4));
    assert.deepEqual(read(cut).findings, ['message-unfinished']);
  });
});
