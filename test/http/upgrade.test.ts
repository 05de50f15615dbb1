// The judgement of handshakes: RFC 6455's own example, what gorilla/websocket refuses and accepts (the heads are those
// of the recorded gorilla-refusals and server-violations), and each rule of the table.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { acceptKey } from '../../src/http/accept-key.ts';
import { HANDSHAKE_RULES } from '../../src/http/rules.ts';
import { type HandshakeFinding, isUpgradeAttempt, judgeUpgrade } from '../../src/http/upgrade.ts';
import { head, UPGRADE_REQUEST, UPGRADE_RESPONSE } from './conversations.ts';
import { requestOf, responseOf } from './heads.ts';

const KEY = 'dGhlIHNhbXBsZSBub25jZQ==';

/** The upgrade request with lines added, or those replaced that begin with the same field name. */
function request(...lines: string[]): string {
  return changed(UPGRADE_REQUEST, lines);
}

function response(...lines: string[]): string {
  return changed(UPGRADE_RESPONSE, lines);
}

function changed(text: string, lines: string[]): string {
  const kept = text
    .trimEnd()
    .split('\r\n')
    .filter((line) => !lines.some((other) => line.split(':')[0] === other.split(':')[0]));
  return head(...kept, ...lines);
}

function without(text: string, name: string): string {
  return text.replace(new RegExp(`^${name}:.*\\r\\n`, 'm'), '');
}

function judge(requestText: string, responseText: string | null) {
  return judgeUpgrade(requestOf(requestText), responseText === null ? null : responseOf(responseText));
}

function told(findings: HandshakeFinding[]): string[] {
  return findings.map(({ side, severity, code }) => `${side} ${severity} ${code}`);
}

describe('the accept key', () => {
  it('is that of RFC 6455 §1.3', () => {
    assert.equal(acceptKey(KEY), 's3pPLMBiTxaQ9kYGzzhZRbK+xOo=');
  });
});

describe('an upgrade attempt', () => {
  it('is a request that names websocket in Upgrade, or has any Sec-WebSocket field', () => {
    for (const text of [
      head('GET / HTTP/1.1', 'Upgrade: WebSocket'),
      head('GET / HTTP/1.1', 'Upgrade: h2c, websocket'),
      head('POST / HTTP/1.1', 'sec-websocket-key: x'),
      head('GET / HTTP/1.0', 'Sec-WebSocket-Protocol: chat'),
    ]) {
      assert.equal(isUpgradeAttempt(requestOf(text)), true, text);
    }
  });

  it('is no other request, and no response', () => {
    assert.equal(isUpgradeAttempt(requestOf(head('GET / HTTP/1.1', 'Upgrade: h2c', 'Sec-WebSocket: 1'))), false);
    assert.equal(isUpgradeAttempt(responseOf(UPGRADE_RESPONSE)), false);
  });
});

describe('a sound handshake', () => {
  it('gives no finding, whatever the case and the neighbours of its tokens', () => {
    const verdict = judge(UPGRADE_REQUEST, response('Connection: foo, UPGRADE', 'Upgrade: WebSocket'));
    const { findings, ...said } = verdict;
    assert.deepEqual(findings, []);
    assert.deepEqual(said, { upgraded: true, key: KEY, accept: 'ok', subprotocol: null, extensions: null });
  });

  it('tells the subprotocol and the extensions, repeated offers joined', () => {
    const verdict = judge(
      request(
        'Sec-WebSocket-Protocol: demo.v1',
        'Sec-WebSocket-Protocol: demo.v2',
        'Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits, x-other',
      ),
      response(
        'Sec-WebSocket-Protocol: demo.v2',
        'Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits="10"',
      ),
    );
    assert.equal(verdict.subprotocol, 'demo.v2');
    assert.equal(verdict.extensions, 'permessage-deflate; server_max_window_bits="10"');
    assert.deepEqual(verdict.findings, []);
  });

  it('may lack its answer', () => {
    const verdict = judge(UPGRADE_REQUEST, null);
    assert.deepEqual([verdict.upgraded, verdict.accept, verdict.findings.length], [false, 'missing', 0]);
  });
});

describe('a refused request', () => {
  const refusals: [name: string, request: string, status: string, codes: string[]][] = [
    ['POST', UPGRADE_REQUEST.replace('GET', 'POST'), '405 Method Not Allowed', ['method-not-get']],
    ['PUT', UPGRADE_REQUEST.replace('GET', 'PUT'), '405 Method Not Allowed', ['method-not-get']],
    ['GOT', UPGRADE_REQUEST.replace('GET', 'GOT'), '405 Method Not Allowed', ['method-not-get']],
    ['no Connection', without(UPGRADE_REQUEST, 'Connection'), '400 Bad Request', ['connection-field-missing']],
    ['no Upgrade', without(UPGRADE_REQUEST, 'Upgrade'), '400 Bad Request', ['upgrade-field-missing']],
    ['version 8', request('Sec-WebSocket-Version: 8'), '400 Bad Request', ['version-unsupported']],
    ['no version', without(UPGRADE_REQUEST, 'Sec-WebSocket-Version'), '400 Bad Request', ['version-unsupported']],
    ['version 13 among others', request('Sec-WebSocket-Version: 13, 8'), '400 Bad Request', ['version-unsupported']],
    [
      'two versions',
      request('Sec-WebSocket-Version: 8', 'Sec-WebSocket-Version: 13'),
      '400 Bad Request',
      ['version-unsupported', 'field-repeated'],
    ],
    ['Host twice', request('Host: a', 'Host: b'), '400 Bad Request', ['field-repeated']],
    ['a subprotocol twice', request('Sec-WebSocket-Protocol: a, b,a'), '400 Bad Request', ['subprotocols-malformed']],
    [
      'a subprotocol in two fields',
      request('Sec-WebSocket-Protocol: a', 'Sec-WebSocket-Protocol: a'),
      '400 Bad Request',
      ['subprotocols-malformed'],
    ],
    [
      'a subprotocol of two words',
      request('Sec-WebSocket-Protocol: a b'),
      '400 Bad Request',
      ['subprotocols-malformed'],
    ],
    ['no subprotocol in the field', request('Sec-WebSocket-Protocol: '), '400 Bad Request', ['subprotocols-malformed']],
    ['no extension in the field', request('Sec-WebSocket-Extensions: '), '400 Bad Request', ['extensions-malformed']],
    ['no key', without(UPGRADE_REQUEST, 'Sec-WebSocket-Key'), '400 Bad Request', ['key-invalid']],
    ['a foreign origin', request('Origin: http://elsewhere.example'), '403 Forbidden', ['origin-foreign']],
    ['an unknown path', UPGRADE_REQUEST, '404 Not Found', []],
    [
      'an unknown path, asked by a page of another site',
      request('Origin: http://elsewhere.example'),
      '404 Not Found',
      [],
    ],
    ['an empty origin', request('Origin: '), '403 Forbidden', ['origin-foreign']],
    ['its own origin', request('Origin: http://10.7.0.1:8888'), '403 Forbidden', []],
    ['its own with a user and a query', request('Origin: http://me@10.7.0.1:8888?x=1'), '403 Forbidden', []],
  ];
  for (const [name, requestText, status, codes] of refusals) {
    it(`is explained by notes: ${name}`, () => {
      const verdict = judge(requestText, head(`HTTP/1.1 ${status}`, 'Sec-Websocket-Version: 13'));
      assert.equal(isUpgradeAttempt(requestOf(requestText)), true);
      assert.equal(verdict.upgraded, false);
      assert.deepEqual(told(verdict.findings), [
        ...codes.map((code) => `request note ${code}`),
        'response note upgrade-refused',
      ]);
      assert.match(verdict.findings.at(-1)!.message, new RegExp(`: ${status}$`));
    });
  }
});

describe('an accepted handshake with a fault', () => {
  const faults: [name: string, request: string, response: string, findings: string[]][] = [
    ['method POST', UPGRADE_REQUEST.replace('GET', 'POST'), UPGRADE_RESPONSE, ['request error method-not-get']],
    ['HTTP/1.0', UPGRADE_REQUEST.replace('/1.1', '/1.0'), UPGRADE_RESPONSE, ['request error http-version-too-old']],
    ['no Host', without(UPGRADE_REQUEST, 'Host'), UPGRADE_RESPONSE, ['request error host-field-missing']],
    [
      'no Connection in the request',
      request('Connection: close'),
      UPGRADE_RESPONSE,
      ['request error connection-field-missing'],
    ],
    ['no Upgrade in the request', request('Upgrade: h2c'), UPGRADE_RESPONSE, ['request error upgrade-field-missing']],
    ['version 8', request('Sec-WebSocket-Version: 8'), UPGRADE_RESPONSE, ['request error version-unsupported']],
    [
      'a key of 5 octets, as gorilla 1.5 accepts it',
      request('Sec-WebSocket-Key: c2hvcnQ='),
      response('Sec-WebSocket-Accept: 5mxwMKXNI9akKyJbT9Ot03A9YWg='),
      ['request warning key-invalid'],
    ],
    [
      'a key sent twice',
      request(`Sec-WebSocket-Key: ${KEY}`, `Sec-WebSocket-Key: ${KEY}`),
      UPGRADE_RESPONSE,
      ['request error field-repeated'],
    ],
    [
      'an offer of extensions that cannot be read',
      request('Sec-WebSocket-Extensions: a; =1'),
      UPGRADE_RESPONSE,
      ['request warning extensions-malformed'],
    ],
    [
      'a version that is a list',
      request('Sec-WebSocket-Version: 13, 8'),
      UPGRADE_RESPONSE,
      ['request error version-unsupported'],
    ],
    ['two Hosts', request('Host: a', 'Host: a'), UPGRADE_RESPONSE, ['request error field-repeated']],
    [
      'a subprotocol offered twice',
      request('Sec-WebSocket-Protocol: a, a'),
      response('Sec-WebSocket-Protocol: a'),
      ['request warning subprotocols-malformed'],
    ],
    [
      'subprotocols in two fields, with a comma too many, and of two cases',
      request('Sec-WebSocket-Protocol: a,,b', 'Sec-WebSocket-Protocol: A,'),
      response('Sec-WebSocket-Protocol: A'),
      [],
    ],
    [
      'an empty field of extensions in the answer',
      request('Sec-WebSocket-Extensions: a'),
      response('Sec-WebSocket-Extensions: '),
      ['response warning extensions-malformed'],
    ],
    [
      'the accept value of another key',
      request('Sec-WebSocket-Key: SAKT8gUGCaKe6Fe4XczAVg=='),
      UPGRADE_RESPONSE,
      ['response error accept-wrong'],
    ],
    [
      'no accept value',
      UPGRADE_REQUEST,
      without(UPGRADE_RESPONSE, 'Sec-WebSocket-Accept'),
      ['response error accept-missing'],
    ],
    [
      'no Upgrade in the answer',
      UPGRADE_REQUEST,
      without(UPGRADE_RESPONSE, 'Upgrade'),
      ['response error upgrade-field-missing'],
    ],
    [
      'a list in the Upgrade of the answer',
      UPGRADE_REQUEST,
      response('Upgrade: websocket, h2c'),
      ['response error upgrade-field-list'],
    ],
    [
      'two Upgrade fields in the answer',
      UPGRADE_REQUEST,
      response('Upgrade: websocket', 'Upgrade: websocket'),
      ['response error upgrade-field-list'],
    ],
    ['blanks around the Upgrade of the answer, and its case', UPGRADE_REQUEST, response('Upgrade: \t WebSocket  '), []],
    [
      'no Connection in the answer',
      UPGRADE_REQUEST,
      without(UPGRADE_RESPONSE, 'Connection'),
      ['response error connection-field-missing'],
    ],
    [
      'a subprotocol that nobody offered',
      request('Sec-WebSocket-Protocol: demo.v1'),
      response('Sec-WebSocket-Protocol: other'),
      ['response error subprotocol-not-offered'],
    ],
    [
      'a subprotocol in another case',
      request('Sec-WebSocket-Protocol: Demo'),
      response('Sec-WebSocket-Protocol: demo'),
      ['response error subprotocol-not-offered'],
    ],
    [
      'two subprotocols chosen at once',
      request('Sec-WebSocket-Protocol: a, b'),
      response('Sec-WebSocket-Protocol: a, b'),
      ['response error subprotocol-not-offered'],
    ],
    [
      'an extension that nobody offered',
      UPGRADE_REQUEST,
      response('Sec-WebSocket-Extensions: x-strange'),
      ['response error extension-not-offered', 'response note extension-unknown'],
    ],
    [
      'agreed extensions that break the grammar',
      request('Sec-WebSocket-Extensions: a'),
      response('Sec-WebSocket-Extensions: a; b="'),
      ['response warning extensions-malformed', 'response note extension-unknown'],
    ],
    [
      'an answer in HTTP/1.0',
      UPGRADE_REQUEST,
      UPGRADE_RESPONSE.replace('HTTP/1.1', 'HTTP/1.0'),
      ['response error http-version-too-old'],
    ],
    [
      'window bits of 7 offered, and 16 agreed upon',
      request('Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits=7'),
      response('Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits=16'),
      ['request warning deflate-parameter-invalid', 'response error deflate-parameter-invalid'],
    ],
    [
      'window bits of the client that were not offered',
      request('Sec-WebSocket-Extensions: permessage-deflate'),
      response('Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits=10'),
      ['response error deflate-parameter-not-offered'],
    ],
    [
      'permessage-deflate agreed upon twice',
      request('Sec-WebSocket-Extensions: permessage-deflate'),
      response('Sec-WebSocket-Extensions: permessage-deflate, permessage-deflate'),
      ['response error deflate-parameter-invalid'],
    ],
    [
      'an accept value sent twice',
      UPGRADE_REQUEST,
      response(`Sec-WebSocket-Accept: ${acceptKey(KEY)}`, `Sec-WebSocket-Accept: ${acceptKey(KEY)}`),
      ['response error field-repeated'],
    ],
  ];
  for (const [name, requestText, responseText, findings] of faults) {
    it(`is told: ${name}`, () => {
      const verdict = judge(requestText, responseText);
      assert.equal(verdict.upgraded, true);
      assert.deepEqual(told(verdict.findings), findings);
    });
  }

  it("has gorilla's words of a version only where it looks in vain for 13", () => {
    const wordsOf = (value: string) => judge(request(`Sec-WebSocket-Version: ${value}`), null).findings[0].peerWords;
    assert.equal(wordsOf('13, 8'), undefined);
    assert.equal(wordsOf('8'), HANDSHAKE_RULES.version.peerWords);
  });

  it('says what is wrong with the subprotocols that are offered', () => {
    const wordsOf = (value: string) => judge(request(`Sec-WebSocket-Protocol: ${value}`), null).findings[0].message;
    assert.match(wordsOf('b, a, b, a'), /: "b" stands twice$/);
    assert.match(wordsOf('a, b c'), /: "b c" is no token$/);
    assert.match(wordsOf(' , '), /: it names none$/);
  });

  it('says both accept values where they differ, and never more than a hundred characters of a value', () => {
    const [finding] = judge(UPGRADE_REQUEST, response(`Sec-WebSocket-Accept: ${'x'.repeat(5000)}`)).findings;
    assert.match(finding.message, /^Sec-WebSocket-Accept does not fit the request's key: it is "x{100}…", and "s3pP/);
    assert.equal(finding.reference, 'RFC 6455 §4.2.2');
    assert.equal(finding.peerWords, 'websocket: bad handshake');
  });

  it('names no accept value that would fit where there is no key to fit to', () => {
    for (const text of [without(UPGRADE_REQUEST, 'Sec-WebSocket-Key'), request('Sec-WebSocket-Key: ')]) {
      const finding = judge(text, UPGRADE_RESPONSE).findings.find(({ code }) => code === 'accept-wrong');
      assert.match(finding?.message ?? '', /: it is "s3pPLMBiTxaQ9kYGzzhZRbK\+xOo="$/);
    }
  });
});

describe('a hostile handshake', () => {
  it('gives few findings, however many extensions and subprotocols it names', () => {
    const many = 'a,'.repeat(20_000);
    const verdict = judge(
      UPGRADE_REQUEST,
      response(`Sec-WebSocket-Extensions: ${many}`, ...Array<string>(90).fill('Sec-WebSocket-Protocol: b')),
    );
    assert.deepEqual(told(verdict.findings), [
      'response error subprotocol-not-offered',
      'response error extension-not-offered',
      'response note extension-unknown',
      'response error field-repeated',
    ]);
    assert.ok(verdict.findings.every(({ message }) => message.length < 300));
  });
});

describe('the table of rules', () => {
  it('has each code once for a side, in kebab-case', () => {
    const rows = Object.values(HANDSHAKE_RULES);
    assert.equal(new Set(rows.map(({ side, code }) => `${side} ${code}`)).size, rows.length);
    for (const { code } of rows) assert.match(code, /^[a-z]+(-[a-z]+)*$/);
  });
});
