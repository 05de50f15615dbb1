// What a walkthrough says of handshakes that are not as they should be, or are not there whole: what a field means depends on
// its value and on the answer.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TcpConversation } from '../support/tcp-conversation.ts';
import {
  BINARY,
  clientFrame,
  concat,
  type Fields,
  frame,
  head,
  TEXT,
  upgradeRequest,
  upgradeResponse,
  utf8,
} from '../support/websocket-writer.ts';
import { said, told, toldOnOneLine, upgraded } from './told-walkthrough.ts';

function answered(request: Uint8Array, firstLine: string, fields: Fields): Promise<string> {
  const talk = new TcpConversation().open().exchange('c2s', request).exchange('s2c', head(firstLine, fields));
  return toldOnOneLine(talk.packets);
}

test('a key is called 16 octets in base64 only where it is', async () => {
  const key = 'c2hvcnQ=';
  const talk = new TcpConversation().open().exchange('c2s', upgradeRequest({ key }));
  const text = await toldOnOneLine(talk.exchange('s2c', upgradeResponse({ key })).packets);
  assert.match(text, /c2hvcnQ= should be 16 random octets in base64, and is not/);
  assert.match(await toldOnOneLine(upgraded().packets), / 16 random octets in base64; the answer must show/);
});

test('Connection is told by its value', async () => {
  const refused = await answered(upgradeRequest(), 'HTTP/1.1 400 Bad Request', [
    ['Connection', 'close'],
    ['Upgrade', 'h2c'],
    ['Sec-WebSocket-Accept', 'x'],
    ['Content-Length', '0'],
  ]);
  assert.match(refused, /Connection close the server ends the connection behind this answer/);
  assert.match(refused, /Upgrade h2c what the server would speak instead/);
  assert.match(refused, /Sec-WebSocket-Accept x belongs to an answer 101 only/);
  const request = head('GET / HTTP/1.1', [
    ['Upgrade', 'websocket'],
    ['Connection', 'keep-alive'],
  ]);
  const without = await answered(request, 'HTTP/1.1 400 Bad Request', [['Content-Length', '0']]);
  assert.match(without, /Connection keep-alive what is meant .*Upgrade must be named here and is not/);
});

test('fields of a 101 are not said to prove or to choose what they do not', async () => {
  const text = await answered(upgradeRequest(), 'HTTP/1.1 101 Switching Protocols', [
    ['Upgrade', 'other'],
    ['Connection', 'Upgrade'],
    ['Sec-WebSocket-Accept', 'AAAAAAAAAAAAAAAAAAAAAAAAAAA='],
    ['Sec-WebSocket-Protocol', 'chat'],
    ['Sec-WebSocket-Extensions', 'x-strange'],
    ['Sec-WebSocket-Version', '13'],
  ]);
  assert.match(text, /Upgrade other the protocol that follows; it must be websocket/);
  assert.match(text, /AAA= should be computed from the client's key, and is not \(next step\)/);
  assert.match(text, /chat must be one of the subprotocols offered, and is none/);
  assert.match(text, /x-strange the extensions that are in force from here on; not all of them were offered/);
  assert.match(text, /Sec-WebSocket-Version 13 versions that the server understands/);
});

test('an answer that agrees to an empty list of extensions agrees to none', async () => {
  assert.match(
    await toldOnOneLine(upgraded([['Sec-WebSocket-Extensions', '']]).packets),
    /No extension is agreed upon/,
  );
});

test('a request behind others on its connection is not called the first', async () => {
  const talk = new TcpConversation()
    .open()
    .exchange('c2s', head('GET / HTTP/1.1', [['Host', 'localhost']]))
    .exchange('s2c', head('HTTP/1.1 200 OK', [['Content-Length', '0']]))
    .exchange('c2s', upgradeRequest())
    .exchange('s2c', upgradeResponse());
  const text = await toldOnOneLine(talk.packets);
  assert.match(text, /behind 1 other request on this connection the client sends one more/);
  assert.doesNotMatch(text, /the first thing that the client sends/);
});

test('the packet that ends the opening is called the third only where it is', async () => {
  const { packets } = upgraded();
  assert.match(await toldOnOneLine(packets), /with this third packet both sides/);
  assert.match(await toldOnOneLine([packets[0], ...packets]), /with this packet both sides/);
});

test('an answer that is no HTTP is no answer that is missing', async () => {
  const answers: [Uint8Array, RegExp][] = [
    [Uint8Array.of(21, 3, 1, 0, 2, 2, 70), /The server answered with no HTTP .* looks like TLS, .* wss:\/\//],
    [utf8('SSH-2.0-OpenSSH_9.2\r\n'), /The server answered with no HTTP .* Another program than a web server/],
  ];
  for (const [octets, words] of answers) {
    const talk = new TcpConversation().open().exchange('c2s', upgradeRequest()).exchange('s2c', octets);
    const text = await toldOnOneLine(talk.close().packets);
    assert.match(text, words);
    assert.doesNotMatch(text, /not in this capture|not known/);
  }
});

test('a request that is too large to be read is not told to be missing', async () => {
  const fields: Fields = Array.from({ length: 300 }, (_, index) => [`X-${index}`, 'v']);
  const talk = new TcpConversation().open().exchange('c2s', upgradeRequest({ fields }));
  const { packets } = talk.exchange('s2c', upgradeResponse()).exchange('c2s', clientFrame(TEXT, 'hi')).close();
  const text = await toldOnOneLine(packets);
  assert.match(text, /The request of the opening handshake is too large to be read/);
  assert.doesNotMatch(text, /not in this capture/);
});

test('half a handshake is told as that', async () => {
  const frames = (talk: TcpConversation) => {
    for (let message = 0; message < 20; message++) {
      talk.exchange('c2s', clientFrame(TEXT, `asked ${message}`)).exchange('s2c', frame(BINARY, `answer ${message}`));
    }
    return talk.packets;
  };
  const CHOSEN = [
    ['Sec-WebSocket-Protocol', 'chat'],
    ['Sec-WebSocket-Extensions', 'x-strange'],
  ] as const;
  const answerOnly = new TcpConversation().open();
  answerOnly.skip('c2s', upgradeRequest().length);
  const withoutRequest = await toldOnOneLine(frames(answerOnly.exchange('s2c', upgradeResponse({ fields: CHOSEN }))));
  assert.match(withoutRequest, /The request of the opening handshake is not in this capture/);
  assert.doesNotMatch(withoutRequest, /The opening handshake is not in this capture|begins in the middle/);
  assert.equal(said(await told(answerOnly.packets), 4), '101 Switching Protocols');
  assert.match(withoutRequest, /101: the server switches protocols packet 4, [\d.]+ s, server → client/);
  assert.match(withoutRequest, /Sec-WebSocket-Accept \S+ computed from the client's key, which was not read/);
  assert.match(
    withoutRequest,
    /Sec-WebSocket-Protocol chat the subprotocol that the server chose; what was offered is not/,
  );
  assert.match(
    withoutRequest,
    /Sec-WebSocket-Extensions x-strange the extensions that are in force from here on (?!;)/,
  );
  assert.doesNotMatch(withoutRequest, /From the key to the accept value|offered, as they must be/);

  const requestOnly = new TcpConversation().open().exchange('c2s', upgradeRequest());
  requestOnly.skip('s2c', upgradeResponse().length);
  const withoutAnswer = await toldOnOneLine(frames(requestOnly));
  assert.match(withoutAnswer, /That the server agreed is shown by the frames behind the request/);

  const neither = new TcpConversation().open();
  neither.skip('c2s', upgradeRequest().length);
  neither.skip('s2c', upgradeResponse().length);
  const withoutBoth = await toldOnOneLine(frames(neither));
  assert.match(withoutBoth, /The opening handshake is not in this capture That this is WebSocket was concluded/);
});

test('what stands before HTTP on the connection is no part of the request', async () => {
  const talk = new TcpConversation().open();
  talk.exchange('c2s', concat(utf8('PROXY TCP4 192.0.2.7 192.0.2.8 53538 443\r\n'), upgradeRequest()));
  const story = await toldOnOneLine(talk.exchange('s2c', upgradeResponse()).packets);
  assert.doesNotMatch(story, /the first thing that the client sends/);
  assert.match(
    story,
    /behind what stands before HTTP here \(the connection begins with a header of the PROXY protocol: version 1, for 192\.0\.2\.7:53538, which connected to 192\.0\.2\.8:443; PROXY protocol §2\) the client sends an HTTP request/,
  );
});
