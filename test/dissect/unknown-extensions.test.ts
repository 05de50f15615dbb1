// Where an extension is agreed upon that is not known: its messages are shown as they lie on the wire, and nobody is blamed.

import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { PayloadCodec } from '../../src/codec/codec.ts';
import { BINARY, type Fields, frame, TEXT } from '../support/websocket-writer.ts';
import { dissectionOf, upgraded } from './dissection.ts';

const LEGACY: Fields = [['Sec-WebSocket-Extensions', 'x-webkit-deflate-frame']];
const DEFLATED = Uint8Array.of(0xf2, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00);

/** Would decode anything. */
const eager = {
  typeOf: () => 'any',
  write: () => assert.fail('what an extension changed is not what was said'),
} as unknown as PayloadCodec;

it('shows what uses reserved bits as octets, neither judged as text nor decoded', () => {
  const talk = upgraded({}, LEGACY)
    .exchange('s2c', frame(TEXT, DEFLATED, { rsv: 4 }))
    .exchange('s2c', frame(BINARY, DEFLATED, { rsv: 2 }))
    .exchange('s2c', frame(TEXT, 'plain'));
  const dissection = dissectionOf(talk.packets, { codec: eager });
  const octets = Buffer.from(DEFLATED).toString('base64');
  assert.deepEqual(dissection.said, [`s2c ${octets}`, `s2c ${octets}`, 's2c plain']);
  assert.deepEqual(dissection.of('message')[0]?.compressed, false);
  assert.deepEqual(dissection.codes, ['extension-unknown']);
  assert.match(dissection.of('diagnostic')[0]?.message ?? '', /"x-webkit-deflate-frame"$/);
});
