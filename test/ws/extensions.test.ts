// What an agreement means for the frames of each direction, RFC 7692 §7.1.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseExtensions } from '../../src/http/extensions.ts';
import { agreedExtensions } from '../../src/ws/extensions.ts';

const agreed = (text: string) => agreedExtensions(parseExtensions(text).extensions);

describe('the agreement on extensions', () => {
  it('applies the parameters of each side to what that side sends', () => {
    const text = 'permessage-deflate; server_max_window_bits=9; client_no_context_takeover; client_max_window_bits=12';
    assert.deepEqual(agreed(text), {
      fromClient: { deflate: { windowBits: 12, takeover: false, assumed: false }, unknown: false },
      fromServer: { deflate: { windowBits: 9, takeover: true, assumed: false }, unknown: false },
    });
  });

  it('takes 15 window bits and a kept context where nothing is said, or nothing that can be understood', () => {
    for (const text of ['permessage-deflate', 'Permessage-Deflate; server_max_window_bits=16']) {
      assert.deepEqual(agreed(text).fromServer.deflate, { windowBits: 15, takeover: true, assumed: false });
    }
  });

  it('knows that other extensions may use reserved bits', () => {
    assert.deepEqual(agreed('x-webkit-deflate-frame').fromClient, { deflate: null, unknown: true });
    assert.equal(agreed('foo, permessage-deflate').fromClient.unknown, true);
    assert.equal(agreed('').fromClient.unknown, false);
  });
});
