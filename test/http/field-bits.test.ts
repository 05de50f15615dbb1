// The bits that a head's fields leave: none is missing where the field is there, and those that are certain are right.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  CONTENT_LENGTH,
  SEC_WEBSOCKET,
  SEC_WEBSOCKET_EXTENSIONS,
  SEC_WEBSOCKET_KEY1,
  TRANSFER_ENCODING,
  UPGRADE,
} from '../../src/http/field-bits.ts';
import { requestOf } from './heads.ts';

const LINE_ENDS = ['\r\n', '\n'];
const LINES = [
  'Content-Length: 5',
  'content-length:5',
  'Content-Type: text/plain',
  'Transfer-Encoding: chunked',
  'Upgrade: websocket',
  'UPGRADE:websocket',
  'Up: x',
  'Sec-WebSocket-Key: x',
  'Sec-WebSocket-',
  'Sec\rWebSocket-Key: x',
  'Sec-WebSocket-Extensions: x',
  'Sec-WebSocket-Key1: x',
  'SEC-WEBSOCKET-KEY1:',
  'Sec-WebSocket-Key2: x',
  'sec-websocket-EXTENSIONS:',
  'Sec-WebSocket-Extensions',
  'Sec-WebSocket-Extensions : x',
  'Sec-WebSocket-Extensions-More: x',
  'Sec-WebSocket-Extra-Long-Name: x',
  'Sec-WebSocket-E',
  'X: Sec-WebSocket-Extensions: x',
];

test('whatever a line is, the bits say no less than the field, and of Sec-WebSocket- exactly what it is', () => {
  for (const line of LINES) {
    for (const lineEnd of LINE_ENDS) {
      const head = requestOf(['GET / HTTP/1.1', line, '', ''].join(lineEnd));
      const [[name]] = head.headers;
      const what = JSON.stringify(line + lineEnd);
      if (/^content-length$/i.test(name)) assert.ok(head.text.mayHave(CONTENT_LENGTH), what);
      if (/^transfer-encoding$/i.test(name)) assert.ok(head.text.mayHave(TRANSFER_ENCODING), what);
      if (/^upgrade$/i.test(name)) assert.ok(head.text.mayHave(UPGRADE), what);
      assert.equal(head.text.mayHave(SEC_WEBSOCKET), /^sec-websocket-/i.test(name), what);
      if (/^sec-websocket-key1$/i.test(name)) assert.ok(head.text.mayHave(SEC_WEBSOCKET_KEY1), what);
      const isExtensions = head.field('Sec-WebSocket-Extensions') !== null;
      assert.equal(head.text.mayHave(SEC_WEBSOCKET_EXTENSIONS), isExtensions, what);
    }
  }
});
