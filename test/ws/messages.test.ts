// Frames into messages: fragments, control frames between them, text, close frames, limits, and the rules that may be broken.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { constants, deflateRawSync } from 'node:zlib';
import { Allowance } from '../../src/ws/allowance.ts';
import {
  BINARY,
  CLOSE,
  CONTINUATION,
  clientFrame,
  closePayload,
  concat,
  frame,
  PING,
  PONG,
  TEXT,
  utf8,
} from '../support/websocket-writer.ts';
import { DEFLATE, Reading, read } from './readings.ts';

/** A message's payload as RFC 7692 §7.2.1 makes it. */
const deflated = (text: string) => deflateRawSync(text, { finishFlush: constants.Z_SYNC_FLUSH }).subarray(0, -4);
const texts = (reading: Reading) => reading.messages.map((message) => message.octets);

/** A message in fragments, the parts of its payload. */
function fragments(opcode: number, ...parts: (Uint8Array | string)[]): Uint8Array[] {
  return parts.map((part, at) => clientFrame(at === 0 ? opcode : CONTINUATION, part, { fin: at === parts.length - 1 }));
}

describe('fragments', () => {
  it('joins them, each with its own masking key', () => {
    const keys = [Uint8Array.of(1, 2, 3, 4), Uint8Array.of(9, 8, 7, 6), Uint8Array.of(0xff, 0, 0xff, 0)];
    const octets = concat(
      frame(TEXT, 'one ', { fin: false, key: keys[0] }),
      frame(CONTINUATION, 'two ', { fin: false, key: keys[1] }),
      frame(CONTINUATION, 'three', { key: keys[2] }),
    );
    assert.deepEqual(read(octets).messages, [{ opcode: 'text', length: 13, frames: 3, octets: 'one two three' }]);
  });

  it('reads fragments of no octet, first, in the middle and last', () => {
    for (const parts of [
      ['', 'text'],
      ['te', '', 'xt'],
      ['text', ''],
      ['', '', 'text', '', ''],
    ]) {
      const reading = read(concat(...fragments(TEXT, ...parts)));
      assert.deepEqual(reading.messages, [{ opcode: 'text', length: 4, frames: parts.length, octets: 'text' }]);
    }
  });

  it('reads empty messages, whole and in fragments', () => {
    const reading = read(concat(clientFrame(TEXT), clientFrame(BINARY), ...fragments(BINARY, '', '', '')));
    assert.deepEqual(texts(reading), ['', '', '']);
    assert.deepEqual(
      reading.messages.map((message) => message.frames),
      [1, 1, 3],
    );
    assert.deepEqual(reading.findings, []);
  });

  it('hands control frames between fragments on at once, and the message whole', () => {
    const [one, two, three] = fragments(TEXT, 'one ', 'two ', 'three');
    const reading = read(concat(one, clientFrame(PING, 'p'), two, clientFrame(PONG), clientFrame(PING, 'q'), three));
    assert.deepEqual(texts(reading), ['one two three']);
    assert.equal(reading.messages[0].frames, 3);
    assert.deepEqual(
      reading.controls.map(({ opcode, octets }) => `${opcode} ${octets}`),
      ['ping p', 'pong ', 'ping q'],
    );
    assert.deepEqual(reading.findings, []);
  });

  it('joins a UTF-8 sequence that fragments split', () => {
    const octets = utf8('a€😀é');
    for (let cut = 0; cut <= octets.length; cut++) {
      const reading = read(concat(...fragments(TEXT, octets.subarray(0, cut), octets.subarray(cut))));
      assert.deepEqual(reading.findings, []);
      assert.equal(Buffer.from(texts(reading)[0] ?? '', 'latin1').toString(), 'a€😀é');
    }
  });

  it('names the packets of the first octet and of the last, though a header is split between two', () => {
    const message = clientFrame(TEXT, 'hello');
    for (let cut = 1; cut < message.length; cut++) {
      const reading = new Reading().feed(clientFrame(PING)).feed(message.subarray(0, cut)).feed(message.subarray(cut));
      assert.deepEqual([reading.located[1].firstPacket, reading.located[1].packet], [2, 3], `cut at ${cut}`);
    }
  });

  it('is of the packet captured last, though that carried only the beginning of a header', () => {
    for (const message of [clientFrame(TEXT, 'hello'), clientFrame(TEXT), clientFrame(PING, 'hello')]) {
      for (let cut = 1; cut < message.length; cut++) {
        const reading = new Reading().feed(message.subarray(0, cut), 9).feed(message.subarray(cut), 4);
        assert.deepEqual([reading.located[0].firstPacket, reading.located[0].packet], [9, 9], `cut at ${cut}`);
      }
    }
  });

  it('is of the packet captured last, though that carried only the middle of a header, of any of its frames', () => {
    const [first, last] = fragments(TEXT, utf8('hel'), utf8('lo'));
    const reading = new Reading().feed(first, 2);
    reading.feed(last.subarray(0, 1), 5).feed(last.subarray(1, 3), 8).feed(last.subarray(3), 6);
    reading.feed(clientFrame(TEXT, 'next'), 7);
    assert.deepEqual(
      reading.located.map(({ firstPacket, packet }) => [firstPacket, packet]),
      [
        [2, 8],
        [7, 7],
      ],
    );
  });

  it('is not of a packet that carried the beginning of a header whose end was lost', () => {
    const reading = new Reading().feed(clientFrame(TEXT, 'lost').subarray(0, 1), 9).lose(20).resume();
    reading.feed(clientFrame(TEXT, 'found'), 4);
    assert.deepEqual([reading.located[0].firstPacket, reading.located[0].packet], [4, 4]);
  });
});

describe('the flag of compression', () => {
  const compressing = { extensions: DEFLATE };

  const [start, rest] = [deflated('zip zip zip').subarray(0, 4), deflated('zip zip zip').subarray(4)];

  it('is that of the first frame, whatever control frames and further fragments say', () => {
    const first = clientFrame(TEXT, start, { fin: false, rsv: 4 });
    const reading = read(concat(first, clientFrame(PING), clientFrame(CONTINUATION, rest)), compressing);
    assert.deepEqual(reading.messages, [{ opcode: 'text', length: 11, frames: 2, octets: 'zip zip zip' }]);
    assert.deepEqual(reading.findings, []);
  });

  it('leaves plain messages between compressed ones as they are', () => {
    const compressed = clientFrame(TEXT, deflated('zip'), { rsv: 4 });
    const reading = read(concat(compressed, clientFrame(TEXT, 'plain'), compressed), compressing);
    assert.deepEqual(texts(reading), ['zip', 'plain', 'zip']);
  });

  it('may not stand on a control frame nor on a later fragment', () => {
    const reading = read(
      concat(
        clientFrame(PING, '', { rsv: 4 }),
        clientFrame(TEXT, 'a', { fin: false }),
        clientFrame(CONTINUATION, 'b', { rsv: 4 }),
      ),
      compressing,
    );
    assert.deepEqual(reading.findings, ['rsv1-without-extension', 'rsv1-without-extension']);
    assert.deepEqual(texts(reading), ['ab']);
  });
});

describe('close frames', () => {
  it('are read with and without a code', () => {
    assert.deepEqual(read(clientFrame(CLOSE)).controls, [{ opcode: 'close', length: 0, frames: 1, octets: '' }]);
    assert.deepEqual(read(clientFrame(CLOSE)).findings, []);
    assert.equal(read(clientFrame(CLOSE, closePayload(1000, 'bye'))).controls[0].octets, '\x03\xe8bye');
  });

  it('are shown though their reason was cut in the middle of a UTF-8 sequence', () => {
    const reading = read(clientFrame(CLOSE, closePayload(1000, 'bye €').subarray(0, -1)));
    assert.equal(reading.controls.length, 1);
    assert.deepEqual(reading.findings, ['invalid-utf8-close-reason']);
  });

  it('are judged by what the codes mean', () => {
    const judged = (code: number) => read(clientFrame(CLOSE, closePayload(code))).findings;
    for (const code of [0, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000, 65535]) {
      assert.deepEqual(judged(code), ['close-code-invalid'], String(code));
    }
    for (const code of [1000, 1003, 1007, 1014, 3000, 3999, 4000, 4999])
      assert.deepEqual(judged(code), [], String(code));
    assert.deepEqual(read(clientFrame(CLOSE, 'x')).findings, ['close-body-one-octet']);
  });

  it('end nothing: what follows is still read, and said once to follow', () => {
    const reading = read(concat(clientFrame(CLOSE), clientFrame(TEXT, 'a'), clientFrame(PING), clientFrame(TEXT, 'b')));
    assert.deepEqual(texts(reading), ['a', 'b']);
    assert.deepEqual(reading.findings, ['data-after-close']);
  });

  it('are the last that is judged: octets behind them that are no frames are told as one fault', () => {
    const rest = Uint8Array.of(0, 1, 2, 0xff, 0x83, 0, 0xb1, 2, 0xc3, 0x28, 0x88, 1, 5, 0x81, 5, 1);
    const reading = read(concat(clientFrame(CLOSE, closePayload(1005)), rest));
    assert.deepEqual(reading.findings, ['close-code-invalid', 'data-after-close']);
  });
});

describe('broken rules', () => {
  const cases: [code: string, octets: Uint8Array, fromClient?: false][] = [
    ['unmasked-client-frame', frame(TEXT, 'hello')],
    ['masked-server-frame', clientFrame(TEXT, 'hello'), false],
    ['rsv1-without-extension', clientFrame(TEXT, 'hello', { rsv: 4 })],
    ['rsv2', clientFrame(TEXT, 'hello', { rsv: 2 })],
    ['rsv3', clientFrame(TEXT, 'hello', { rsv: 1 })],
    ['invalid-utf8-text', clientFrame(TEXT, Uint8Array.of(0xed, 0xa0, 0x80))],
    ['masking-key-zero', frame(TEXT, 'hello', { key: new Uint8Array(4) })],
    ['length-not-minimal', clientFrame(TEXT, 'hello', { lengthBits: 16 })],
    ['length-not-minimal', frame(TEXT, 'hello', { lengthBits: 16 }), false],
  ];
  for (const [code, octets, fromClient] of cases) {
    it(`shows the message in spite of ${code}`, () => {
      const reading = read(octets, { fromClient: fromClient ?? true });
      assert.deepEqual(reading.findings, [code]);
      assert.equal(reading.messages.length, 1);
    });
  }

  it('tells all that is wrong with a header together, in the order of the reader of gorilla', () => {
    assert.deepEqual(read(frame(PING, new Uint8Array(126), { rsv: 7, fin: false })).findings, [
      'rsv1-without-extension',
      'rsv2',
      'rsv3',
      'control-too-long',
      'control-fragmented',
      'unmasked-client-frame',
    ]);
  });

  it('shows control frames that are too long, up to 4 KiB of them', () => {
    assert.equal(read(clientFrame(PING, 'x'.repeat(4096))).controls[0].octets, 'x'.repeat(4096));
    const longer = read(concat(clientFrame(PING, 'x'.repeat(4097)), clientFrame(PING, 'y')));
    assert.deepEqual(
      longer.controls.map(({ length, octets }) => [length, octets]),
      [
        [4097, null],
        [1, 'y'],
      ],
    );
  });

  it('passes over frames with reserved opcodes and keeps the message around them', () => {
    for (const opcode of [3, 7, 11, 15]) {
      const reading = read(
        concat(clientFrame(TEXT, 'a', { fin: false }), clientFrame(opcode, 'xyz'), clientFrame(CONTINUATION, 'b')),
      );
      assert.deepEqual(reading.findings, ['reserved-opcode']);
      assert.deepEqual(texts(reading), ['ab']);
      assert.equal(reading.frames.length, 3);
    }
  });

  it('reads the new message where one begins inside another', () => {
    const reading = read(concat(clientFrame(TEXT, 'old', { fin: false }), clientFrame(BINARY, 'new')));
    assert.deepEqual(reading.findings, ['message-inside-message']);
    assert.deepEqual(reading.messages, [{ opcode: 'binary', length: 3, frames: 1, octets: 'new' }]);
  });

  it('passes over a continuation of nothing', () => {
    const reading = read(concat(clientFrame(CONTINUATION, 'lost'), clientFrame(TEXT, 'next')));
    assert.deepEqual(reading.findings, ['continuation-without-start']);
    assert.deepEqual(texts(reading), ['next']);
  });

  it('finds no fault with what RFC 6455 allows', () => {
    const octets = concat(
      clientFrame(TEXT, 'text'),
      clientFrame(PING, 'x'.repeat(125)),
      clientFrame(PONG),
      frame(TEXT, '', { key: new Uint8Array(4) }),
      ...fragments(BINARY, 'x'.repeat(126), ''),
      clientFrame(CLOSE, closePayload(1000, 'bye')),
    );
    assert.deepEqual(read(octets).findings, []);
  });
});

describe('limits', () => {
  it('count a message that is too large, but do not show it, however its octets came', () => {
    const octets = concat(clientFrame(TEXT, 'x'.repeat(101)), clientFrame(TEXT, 'x'.repeat(100)));
    const whole = read(octets, { messageLimit: 100 });
    const parts = new Reading({ messageLimit: 100 }).feed(octets.subarray(0, 50)).feed(octets.subarray(50)).end();
    assert.deepEqual(
      whole.messages.map(({ length, octets }) => [length, octets?.length]),
      [
        [101, undefined],
        [100, 100],
      ],
    );
    assert.deepEqual(parts.outcome, whole.outcome);
    assert.deepEqual(whole.findings, ['message-too-large']);
  });

  it('count fragments together', () => {
    const reading = read(concat(...fragments(TEXT, 'x'.repeat(60), 'x'.repeat(60)), clientFrame(TEXT, 'small')), {
      messageLimit: 100,
    });
    assert.deepEqual(texts(reading), [null, 'small']);
    assert.deepEqual(reading.findings, ['message-too-large']);
  });

  it('hold nothing of payloads that nobody asks for', () => {
    const reading = read(concat(...fragments(TEXT, 'a', 'b'), clientFrame(TEXT, 'c')), { keepPayloads: false });
    assert.deepEqual(
      reading.messages.map(({ length, octets }) => [length, octets]),
      [
        [2, null],
        [1, null],
      ],
    );
  });

  it('let the memory of messages in pieces go with them: 2,000 quiet directions do not keep 60 KiB each', () => {
    const message = clientFrame(BINARY, new Uint8Array(60_000));
    collectGarbage();
    const before = process.memoryUsage().arrayBuffers;
    const readings = Array.from({ length: 2000 }, () => {
      const reading = new Reading().feed(message.subarray(0, 30_000)).feed(message.subarray(30_000));
      reading.messages.length = 0;
      reading.located.length = 0;
      reading.order.length = 0;
      return reading;
    });
    collectGarbage();
    const kept = process.memoryUsage().arrayBuffers - before;
    assert.ok(kept < 20_000_000, `${kept} octets are kept by ${readings.length} directions`);
  });

  it('let a message in fragments have all that may be held, and no more', () => {
    for (const [length, shown] of [
      [1000, true],
      [1001, false],
    ] as const) {
      const text = 'x'.repeat(length);
      const parts = Array.from({ length: 12 }, (_, at) => text.slice(at * 90, (at + 1) * 90));
      const reading = new Reading({ allowance: new Allowance(1000), messageLimit: 2000 });
      const { findings } = reading.feed(concat(...fragments(TEXT, ...parts))).end();
      assert.deepEqual(texts(reading), [shown ? text : null]);
      assert.deepEqual(findings, shown ? [] : ['held-limit']);
    }
  });

  it('say of a message in fragments which limit it reached', () => {
    const octets = concat(...fragments(TEXT, ...Array.from({ length: 12 }, () => 'x'.repeat(90))));
    const reading = read(octets, { allowance: new Allowance(1000), messageLimit: 1000 });
    assert.deepEqual(reading.findings, ['message-too-large']);
  });

  it('bound what all directions hold together, and give back what is handed on, lost or unfinished', () => {
    const allowance = new Allowance(150);
    const piece = clientFrame(TEXT, 'x'.repeat(60)).subarray(0, 40);
    const rest = clientFrame(TEXT, 'x'.repeat(60)).subarray(40);
    const holding = () => new Reading({ allowance }).feed(clientFrame(PING, 'in one piece')).feed(piece);
    const [one, two, three, four] = [holding(), holding(), holding(), holding()];
    assert.ok(allowance.held >= 68 && allowance.held <= 150);
    three.feed(rest);
    assert.deepEqual(texts(three), [null]);
    assert.deepEqual(three.findings, ['held-limit']);
    one.lose(100);
    two.end();
    four.end();
    assert.equal(allowance.held, 0);
    assert.deepEqual(texts(holding().feed(rest)), ['x'.repeat(60)]);
    assert.equal(allowance.held, 0);
  });
});

/** As `node --expose-gc` would, so that what is not kept does not count. */
function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
}
