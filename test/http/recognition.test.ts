// Telling HTTP by its first octets: every beginning of a request or response asks for more, other protocols are refused.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { looksLikeRequest, looksLikeResponse, statusOf } from '../../src/http/recognition.ts';
import { octetsOf, seeded } from './conversations.ts';

function request(text: string): string {
  return looksLikeRequest(octetsOf(text), 0, text.length);
}

function response(text: string): string {
  return looksLikeResponse(octetsOf(text), 0, text.length);
}

function status(text: string): number | null {
  return statusOf(octetsOf(text), 0, text.length);
}

describe('recognition', () => {
  it('says yes at the first octet that settles it, and need-more at all before', () => {
    for (const text of [
      'GET /',
      'OPTIONS *',
      'M-SEARCH *',
      'VERSION-CONTROL /',
      'GET http://',
      'GET wss://',
      'CONNECT a',
      'CONNECT [',
      '\r\n\r\nGET /',
      'get /chat?room=1 HTTP/1.',
      'Get * HTTP/1.',
      'get ws://example.org/ HTTP/1.',
    ]) {
      assert.equal(request(text), 'yes', text);
      for (let length = 0; length < text.length; length++) assert.equal(request(text.slice(0, length)), 'need-more');
    }
    const status = 'HTTP/1.1 1';
    assert.equal(response(status), 'yes');
    for (let length = 0; length < status.length; length++) assert.equal(response(status.slice(0, length)), 'need-more');
  });

  it('refuses other protocols', () => {
    for (const text of [
      '\x16\x03\x01\x02\x00',
      'SSH-2.0-OpenSSH_9',
      'EHLO example.org\r\n',
      'USER anonymous\r\n',
      'CONNECT {"verbose":false}',
      'OPTIONS sip:a@b SIP/2.0',
      'DESCRIBE rtsp://a/',
      ' GET /',
      'ehlo example.org\r\n',
      'user anonymous\r\n',
      'get key\r\n',
      'get /key\r\n',
      'get /key other\r\n',
      'get / HTTP/2',
      'get /\x7f',
      'get /\xe9',
      'cd /tmp\n',
      'ls /tmp HTTP/tmp',
      'connect a',
      '-A /',
      'ABCDEFGHIJKLMNOPQRSTUV /',
      '\r\n\r\n\r\nGET /',
      'HTTP/1.1 200 OK',
    ]) {
      assert.equal(request(text), 'no', text);
    }
    for (const text of ['HTTP/2.0 200', 'HTTP/1.x 200', 'HTTP/1.1  200', 'HTTP/1.1 OK', 'ICY 200 OK', 'GET /']) {
      assert.equal(response(text), 'no', text);
    }
  });

  it('waits for the version behind a method with lower-case letters no longer than for 2,048 octets', () => {
    const target = `/${'x'.repeat(2047)}`;
    assert.equal(request(`get ${target}`), 'need-more');
    assert.equal(request(`get ${target} HTTP/1.1`), 'yes');
    assert.equal(request(`get ${target}x`), 'no');
  });

  it('looks at the given range only', () => {
    const octets = octetsOf('1GET /x');
    assert.equal(looksLikeRequest(octets, 1, 4), 'need-more');
    assert.equal(looksLikeRequest(octets, 1, 6), 'yes');
    assert.equal(looksLikeRequest(octets, 0, 6), 'no');
  });

  it('takes hardly any random octets for a request', () => {
    const random = seeded(1);
    let taken = 0;
    for (let round = 0; round < 20_000; round++) {
      const octets = Uint8Array.from({ length: 40 }, () => Math.floor(random() * 256));
      if (looksLikeRequest(octets, 0, 40) !== 'no' || looksLikeResponse(octets, 0, 40) !== 'no') taken++;
    }
    assert.ok(taken <= 1, `${taken} of 20,000`);
  });
});

describe('the status of what begins as a response', () => {
  it('is its three digits', () => assert.equal(status('HTTP/1.1 101 Switching Protocols'), 101));

  it('is none before they are all there, or where they are no digits', () => {
    for (const text of ['HTTP/1.1 10', 'HTTP/1.1 12 OK', 'HTTP/1.1 1e1 OK', 'GET / HTTP/1.1']) {
      assert.equal(status(text), null, text);
    }
  });
});
