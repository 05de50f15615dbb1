// What a walkthrough says of peers that break rules, and of packets that are not as they mostly are: nothing that the octets
// do not bear out.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { constants, deflateRawSync } from 'node:zlib';
import { TcpConversation } from '../support/tcp-conversation.ts';
import { frameOctets } from '../support/tcp-packet.ts';
import {
  BINARY,
  CLOSE,
  CONTINUATION,
  clientFrame,
  closePayload,
  concat,
  frame,
  KEY,
  PING,
  PONG,
  TEXT,
  upgradeRequest,
  upgradeResponse,
  utf8,
} from '../support/websocket-writer.ts';
import { said, told, toldOnOneLine, upgraded } from './told-walkthrough.ts';

const deflated = (text: string) => deflateRawSync(text, { finishFlush: constants.Z_SYNC_FLUSH }).subarray(0, -4);

const DEFLATE = [['Sec-WebSocket-Extensions', 'permessage-deflate']] as const;
const STRANGE = [['Sec-WebSocket-Extensions', 'x-strange']] as const;

test('RSV1 is called compression where permessage-deflate was agreed upon, and nowhere else', async () => {
  const without = await toldOnOneLine(upgraded().exchange('c2s', clientFrame(TEXT, 'hello', { rsv: 4 })).packets);
  assert.doesNotMatch(without, /compressed \(|deflated|Inflated/);
  assert.match(without, /RSV1 1: no extension in use gives it a meaning/);
  assert.match(without, /must be 0: the receiver must end the connection \(RFC 6455 §5\.2\)/);
  assert.match(without, /The payload is text in UTF-8: hello/);

  const compressed = clientFrame(TEXT, deflated('hello'), { rsv: 4 });
  const agreed = await toldOnOneLine(upgraded(DEFLATE).exchange('c2s', compressed).packets);
  assert.match(agreed, /RSV1 1: the message is compressed \(RFC 7692 §6\)/);
  assert.match(agreed, /these octets are deflated \(RFC 7692\)\. Inflated they are 5 octets: hello/);
  assert.doesNotMatch(agreed, /must end the connection/);
});

test('a reserved bit under an extension that is not known is not explained, nor are the octets', async () => {
  const text = await toldOnOneLine(upgraded(STRANGE).exchange('s2c', frame(BINARY, 'hi', { rsv: 6 })).packets);
  assert.doesNotMatch(text, /compressed \(|deflated|Inflated|gives it a meaning/);
  assert.match(text, /RSV1 1: perhaps by an extension agreed upon that is not explained here/);
  assert.match(text, /RSV2 1: perhaps by an extension/);
  assert.match(text, /the octets need not be what was said/);
});

test('RSV1 of a control frame means nothing also where messages may be compressed', async () => {
  const text = await toldOnOneLine(upgraded(DEFLATE).exchange('c2s', clientFrame(PING, 'there?', { rsv: 4 })).packets);
  assert.match(text, /RSV1 1: no extension in use gives it a meaning/);
});

test('RSV1 where the handshake is not known is taken for compression, which is not said to be certain', async () => {
  const talk = upgraded(DEFLATE);
  for (let message = 0; message < 40; message++) {
    talk.exchange('c2s', clientFrame(TEXT, deflated(`message ${message}`), { rsv: 4 }));
  }
  const text = await toldOnOneLine(talk.packets.slice(7));
  assert.match(text, /RSV1 1: the message is compressed, if permessage-deflate was agreed upon \(RFC 7692 §6\)/);
  assert.match(text, /most likely deflated/);
});

test('a fragment of a compressed message is not said to inflate to all of it', async () => {
  const octets = deflated('hello hello hello hello '.repeat(8));
  const text = await toldOnOneLine(
    upgraded(DEFLATE)
      .exchange('c2s', clientFrame(TEXT, octets.subarray(0, 6), { rsv: 4, fin: false }))
      .exchange('c2s', clientFrame(CONTINUATION, octets.subarray(6))).packets,
  );
  assert.match(text, /A message in fragments FIN is 0: the message goes on in 1 frame more/);
  assert.match(
    text,
    new RegExp(
      `the first part of a deflated message.* All ${octets.length} of its octets inflate to 192 octets: hello`,
    ),
  );
  assert.doesNotMatch(text, /Inflated they are/);
});

test('a message that another began before its end is not told as that other', async () => {
  const text = await toldOnOneLine(
    upgraded().exchange('c2s', concat(clientFrame(TEXT, 'first', { fin: false }), clientFrame(TEXT, 'second'))).packets,
  );
  assert.match(text, /the message goes on in more frames/);
  assert.doesNotMatch(text, /0 frames more/);
});

test('a close body of one octet is told as that, neither as empty nor as a status code', async () => {
  const text = await toldOnOneLine(upgraded().exchange('s2c', frame(CLOSE, Uint8Array.of(3))).packets);
  assert.match(text, /has one octet, which is no status code \(RFC 6455 §5\.5\.1\)/);
  assert.match(text, /Its payload is one octet, 03, which holds no status code/);
  assert.doesNotMatch(text, /It is empty|a status code in two octets/);
});

test('a reason that is not UTF-8 is said to be none', async () => {
  const reason = Uint8Array.of(0x61, 0xff, 0x62);
  const text = await toldOnOneLine(upgraded().exchange('s2c', frame(CLOSE, closePayload(1000, reason))).packets);
  assert.match(text, /The reason is not UTF-8, as it must be \(RFC 6455 §5\.5\.1\): a\\xffb/);
});

test('a close that crossed another is not called its answer', async () => {
  const talk = upgraded().send('c2s', clientFrame(CLOSE, closePayload(1000)));
  talk.send('s2c', frame(CLOSE, closePayload(1001)));
  const [last] = talk.packets.splice(-1);
  const crossed = await toldOnOneLine([...talk.packets, { ...last, acknowledgment: talk.packets[7].sequence }]);
  assert.match(crossed, /The server says goodbye as well: close 1001/);
  assert.match(crossed, /had not arrived when this one was sent/);
  assert.doesNotMatch(crossed, /The answer: a close frame/);
  const answered = await toldOnOneLine([...talk.packets, last]);
  assert.match(answered, /The server answers: close 1001 .*The answer: a close frame/);
});

test('pongs and reserved opcodes are not explained as pings', async () => {
  const pong = await toldOnOneLine(upgraded().exchange('c2s', clientFrame(PONG, 'unasked')).packets);
  assert.match(pong, /Its payload is "unasked"\. A pong brings that of the ping which it answers/);
  assert.doesNotMatch(pong, /a pong must bring the same/);
  const ping = await toldOnOneLine(upgraded().exchange('c2s', clientFrame(PING, 'asked')).packets);
  assert.match(ping, /Its payload is "asked"; a pong must bring the same/);
  const data = await toldOnOneLine(upgraded().exchange('c2s', clientFrame(3, 'abc')).packets);
  assert.match(data, /reserved for data frames to come/);
  assert.match(data, /a receiver must end the connection \(RFC 6455 §5\.2\)/);
  assert.doesNotMatch(data, /a pong must bring the same|first control frame/);
  const control = await toldOnOneLine(upgraded().exchange('c2s', clientFrame(11, 'abc')).packets);
  assert.match(control, /reserved for control frames to come/);
  assert.match(control, /so its first control frame stands here/);
});

test('a reserved control frame does not stand in the place of a message', async () => {
  const talk = upgraded().exchange('c2s', clientFrame(11, 'abc')).exchange('c2s', clientFrame(TEXT, 'hello'));
  assert.match(await toldOnOneLine(talk.packets), /The payload is text in UTF-8: hello/);
});

test('the payload of a ping that is no text is shown in its octets', async () => {
  const text = await toldOnOneLine(upgraded().exchange('s2c', frame(PING, Uint8Array.of(0xff, 0, 1))).packets);
  assert.match(text, /Its payload is ff 00 01 \|\.\.\.\|;/);
});

test('a control frame without FIN is no part of a message', async () => {
  const packets = upgraded().exchange('c2s', clientFrame(PING, 'ab', { fin: false })).packets;
  const text = await toldOnOneLine(packets);
  assert.doesNotMatch(text, /more frames of this message follow|first part|last part/);
  assert.match(text, /FIN 0: though a control frame must not be in fragments \(RFC 6455 §5\.5\)/);
  assert.equal(said(await told(packets), 8), 'ping without FIN, 2 octets');
  const whole = await toldOnOneLine(upgraded().exchange('c2s', clientFrame(PING, 'ab')).packets);
  assert.doesNotMatch(whole, /this frame ends its message/);
});

test('octets that are no UTF-8 are named and do not vanish', async () => {
  const latin = Uint8Array.of(0x63, 0x61, 0x66, 0xe9);
  for (const [fin, octets] of [
    [true, latin],
    [false, concat(latin, utf8('.'))],
  ] as const) {
    const text = await toldOnOneLine(upgraded().exchange('c2s', clientFrame(TEXT, octets, { fin })).packets);
    assert.match(
      text,
      /Not UTF-8 .*from octet 3 on.*must end the connection \(RFC 6455 §8\.1\).*What it says: caf\\xe9/,
    );
    assert.doesNotMatch(text, /is text in UTF-8/);
  }
});

test('a long text whose fault lies behind what is kept is not called UTF-8', async () => {
  const octets = new Uint8Array(6000).fill(0x61);
  octets[5000] = 0xff;
  const text = await toldOnOneLine(upgraded().exchange('c2s', clientFrame(TEXT, octets)).packets);
  assert.match(text, /Not UTF-8 .*behind its first 4,096 octets.*What it says: a{300}…/);
  assert.doesNotMatch(text, /is text in UTF-8/);
});

test('a fragment that ends within a character says so, whatever there is before it', async () => {
  const told = (octets: readonly number[], rest: readonly number[]) =>
    toldOnOneLine(
      upgraded()
        .exchange('c2s', clientFrame(TEXT, Uint8Array.from(octets), { fin: false }))
        .exchange('c2s', clientFrame(CONTINUATION, Uint8Array.from(rest))).packets,
    );
  const nothing = await told([0xe4, 0xbd], [0xa0]);
  assert.match(nothing, /The payload, e4 bd, begins a character of UTF-8 whose rest is to come in a later frame/);
  const some = await told([0x61, 0x62, 0xe4], [0xbd, 0xa0]);
  assert.match(some, /text in UTF-8: ab Its end, e4, begins a character whose rest is to come in a later frame/);
});

/** A client's text of which the capture has `octets` octets of payload and no more. */
function cutShort(text: string, octets: number): Promise<string> {
  const talk = upgraded().send('c2s', clientFrame(TEXT, text));
  const message = frameOctets(talk.packets[7]);
  return toldOnOneLine([...talk.packets.slice(0, 7), message.subarray(0, message.length - text.length + octets)]);
}

test('of a text that was not captured whole it is seen that more follows', async () => {
  assert.match(await cutShort('only the beginning of this is there', 8), /The payload is text in UTF-8: only the… /);
});

test('a payload that was not captured is not told as an empty one', async () => {
  const text = await cutShort('not there', 0);
  assert.match(text, /Of the 9 octets of payload, none can be shown/);
  assert.doesNotMatch(text, /there is no payload|text in UTF-8/);
});

test('a continuation that nothing began is told as such where the capture is whole', async () => {
  const whole = await toldOnOneLine(upgraded().exchange('s2c', frame(CONTINUATION, 'of what?')).packets);
  assert.doesNotMatch(
    whole,
    /not in this capture\. TCP|whose beginning is not in this capture|earlier frame began goes on/,
  );
  assert.match(whole, /No frame before this one began a message/);
  assert.match(whole, /in ASCII of what\?/);

  const talk = upgraded().exchange('s2c', frame(TEXT, 'be', { fin: false }));
  talk.packets.splice(7);
  talk.exchange('s2c', frame(CONTINUATION, 'ginning'));
  for (let message = 0; message < 20; message++) talk.exchange('s2c', frame(TEXT, `message ${message}`));
  assert.match(await toldOnOneLine(talk.packets), /whose beginning is not in this capture/);
});

test('what is cut short shows no half of a character, and that it is cut', async () => {
  const smile = '\u{1f600}';
  const target = `/${'t'.repeat(58)}${smile}${smile}`;
  const talk = new TcpConversation()
    .open()
    .exchange('c2s', upgradeRequest({ target, fields: [['X-Long', `${'v'.repeat(159)}${smile}${smile}`], ...DEFLATE] }))
    .exchange('s2c', upgradeResponse({ fields: DEFLATE }));
  for (const before of [239, 299]) {
    const octets = deflated('a'.repeat(before) + smile.repeat(5));
    talk.exchange('c2s', clientFrame(TEXT, octets, { rsv: 4 }));
    talk.exchange('s2c', frame(TEXT, octets, { rsv: 4 }));
  }
  const text = await toldOnOneLine(talk.packets);
  assert.doesNotMatch(text, /\\u\{d8/);
  assert.match(text, /conversation on \/t{58}…, packet/);
  assert.match(text, / v{159}… /);
});

test('a header that is longer or shorter than the table says is told to be so', async () => {
  const text = await toldOnOneLine(
    upgraded()
      .exchange('c2s', frame(TEXT, 'bare'))
      .exchange('s2c', frame(TEXT, 'long', { lengthBits: 16, key: KEY })).packets,
  );
  assert.match(text, /has a header of 2 octets, without a masking key\./);
  assert.match(text, /The server's has 8, with a masking key and with more octets of length than it needs\./);
});

test('what is called the first is the first, and only of the capture where that has a beginning missing', async () => {
  const title = (text: string) => /The client's first [^,]*, octet by octet/.exec(text)?.[0];
  const ping = clientFrame(PING, 'there?');
  const reserved = await toldOnOneLine(upgraded().exchange('c2s', concat(ping, clientFrame(3, 'x'))).packets);
  assert.equal(title(reserved), "The client's first data frame, octet by octet");
  const control = await toldOnOneLine(upgraded().exchange('c2s', ping).packets);
  assert.equal(title(control), "The client's first frame, octet by octet");
  const talk = upgraded();
  for (let message = 0; message < 20; message++) talk.exchange('c2s', clientFrame(TEXT, `message ${message}`));
  assert.equal(title(await toldOnOneLine(talk.packets)), "The client's first message, octet by octet");
  const late = await toldOnOneLine(talk.packets.slice(9));
  assert.equal(title(late), "The client's first message in this capture, octet by octet");
  const lost = await toldOnOneLine(talk.packets.filter((_, index) => index !== 7));
  assert.equal(title(lost), "The client's first message in this capture, octet by octet");
});

test('the close that was captured first is told first, whenever its payload could be read', async () => {
  const talk = upgraded()
    .send('c2s', clientFrame(TEXT, 'last words'))
    .send('c2s', clientFrame(CLOSE, closePayload(1000)))
    .send('s2c', frame(CLOSE, closePayload(1001)));
  const [words, close, answer] = talk.packets.slice(7);
  const text = await toldOnOneLine([...talk.packets.slice(0, 7), close, answer, words]);
  assert.match(text, /The client says goodbye: close 1000 .*The server answers: close 1001/);
});
