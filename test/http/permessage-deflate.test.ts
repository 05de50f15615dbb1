// The parameters of permessage-deflate, RFC 7692 §7.1: its own examples, what must be refused, and which answer fits which offer.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseExtensions } from '../../src/http/extensions.ts';
import { misfit, readDeflateParameters } from '../../src/http/permessage-deflate.ts';

const parametersOf = (text: string, side: 'request' | 'response') =>
  parseExtensions(text).extensions.map((extension) => readDeflateParameters(extension, side));

function read(parameters: string, side: 'request' | 'response' = 'response') {
  return parametersOf(`permessage-deflate; ${parameters}`, side)[0];
}

describe('parameters', () => {
  it('are read in any order and case, quoted or not', () => {
    const text = 'CLIENT_MAX_WINDOW_BITS="8"; server_no_context_takeover; server_max_window_bits=15';
    assert.deepEqual(read(text), {
      serverNoContextTakeover: true,
      clientNoContextTakeover: false,
      serverMaxWindowBits: 15,
      clientMaxWindowBits: 8,
      faults: [],
    });
  });

  it('may leave the client its choice of window bits in an offer only', () => {
    assert.equal(read('client_max_window_bits', 'request').clientMaxWindowBits, 'any');
    assert.deepEqual(read('client_max_window_bits').faults, ['client_max_window_bits has no value']);
    assert.deepEqual(read('server_max_window_bits', 'request').faults, ['server_max_window_bits has no value']);
  });

  for (const [parameters, fault] of [
    ['server_max_window_bits=7', 'server_max_window_bits is 7, not a number from 8 to 15'],
    ['server_max_window_bits=16', 'server_max_window_bits is 16, not a number from 8 to 15'],
    ['client_max_window_bits=010', 'client_max_window_bits is 010, not a number from 8 to 15'],
    ['client_max_window_bits=8.0', 'client_max_window_bits is 8.0, not a number from 8 to 15'],
    ['server_no_context_takeover=1', 'server_no_context_takeover has a value'],
    ['server_no_context_takeover; server_no_context_takeover', 'server_no_context_takeover stands twice'],
    ['foo=1', 'foo is no parameter of it'],
  ]) {
    it(`are refused: ${parameters}`, () => assert.deepEqual(read(parameters).faults, [fault]));
  }
});

describe('an answer', () => {
  // The first four are those of RFC 7692 §7.1.3 and of what it says beside.
  for (const [offers, answer, fault] of [
    ['permessage-deflate', 'permessage-deflate', null],
    [
      'permessage-deflate; client_max_window_bits; server_max_window_bits=10',
      'permessage-deflate; server_max_window_bits=10',
      null,
    ],
    ['permessage-deflate; server_max_window_bits=10, permessage-deflate', 'permessage-deflate', null],
    ['permessage-deflate', 'permessage-deflate; client_no_context_takeover; server_no_context_takeover', null],
    ['permessage-deflate', 'permessage-deflate; server_max_window_bits=9', null],
    ['permessage-deflate; client_max_window_bits', 'permessage-deflate; client_max_window_bits=9', null],
    ['permessage-deflate; client_max_window_bits=10', 'permessage-deflate; client_max_window_bits=12', null],
    ['permessage-deflate', 'permessage-deflate; client_max_window_bits=9', 'client_max_window_bits was not offered'],
    ['permessage-deflate; server_max_window_bits=10', 'permessage-deflate', 'server_max_window_bits=10 was asked for'],
    [
      'permessage-deflate; server_max_window_bits=10',
      'permessage-deflate; server_max_window_bits=11',
      'server_max_window_bits=10 was asked for',
    ],
    [
      'permessage-deflate; server_no_context_takeover',
      'permessage-deflate',
      'server_no_context_takeover was asked for',
    ],
  ] as const) {
    it(`${fault === null ? 'fits' : 'does not fit'}: ${offers} → ${answer}`, () => {
      assert.equal(misfit(parametersOf(answer, 'response')[0], parametersOf(offers, 'request')), fault);
    });
  }
});
