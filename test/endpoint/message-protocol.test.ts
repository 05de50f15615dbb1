// The message protocol and its errors, as the article has them.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import protobuf from 'protobufjs';
import {
  articleProtocol,
  loadRegistry,
  MessageProtocol,
  type MessageProtocolErrorCode,
} from '../../src/endpoint/index.ts';
import { madeProtocol } from '../../src/endpoint/message-protocol.ts';

const REGISTRY = fileURLToPath(new URL('../../fixtures/walkthrough/walkthrough.registry.yaml', import.meta.url));

const types = protobuf.parse('syntax = "proto3"; package pb; message Ping { uint32 seq = 1; } message Other {}').root;

function failsWith(code: MessageProtocolErrorCode, call: () => unknown, words?: RegExp): void {
  assert.throws(call, (error: Error & { code: string }) => {
    assert.equal(error.name, 'MessageProtocolError');
    assert.equal(error.code, code);
    if (words) assert.match(error.message, words);
    return true;
  });
}

describe('the message protocol', () => {
  it("makes the article's message: id 1, field 1 = 150", async () => {
    const protocol = await articleProtocol();
    assert.deepEqual(protocol.marshal('pb.Ping', { seq: 150 }), Uint8Array.of(0x00, 0x01, 0x08, 0x96, 0x01));
    const ping = { id: 1, type: 'pb.Ping', value: { seq: 150 } };
    assert.deepEqual(protocol.unmarshal(Uint8Array.of(0x00, 0x01, 0x08, 0x96, 0x01)), ping);
    assert.deepEqual(protocol.unmarshal(Uint8Array.of(0, 2)), { id: 2, type: 'pb.Pong', value: {} });
  });

  it('shows what an Any holds by the types that stand beside the registered one, themselves not registered', () => {
    const root = new protobuf.Root();
    root.addJSON(protobuf.common.get('google/protobuf/any.proto')?.nested ?? {});
    const source =
      'syntax = "proto3"; package pb; message Box { google.protobuf.Any it = 1; } message Inner { int32 n = 1; }';
    protobuf.parse(source, root);
    const protocol = new MessageProtocol();
    protocol.register(root.lookupType('pb.Box'), 7);
    const value = { it: { '@type': 'type.googleapis.com/pb.Inner', n: 5 } };
    assert.deepEqual(protocol.unmarshal(protocol.marshal('pb.Box', value)), { id: 7, type: 'pb.Box', value });
  });

  it('turns the octets of an id around where it is not big-endian', async () => {
    const protocol = await articleProtocol({ useBigEndian: false });
    assert.deepEqual(protocol.marshal('pb.Pong', { seq: 1 }), Uint8Array.of(0x02, 0x00, 0x08, 0x01));
    assert.equal(protocol.unmarshal(Uint8Array.of(0x02, 0x00, 0x08, 0x01)).type, 'pb.Pong');
  });

  it('has the ids of a registry file', async () => {
    const protocol = MessageProtocol.of(await loadRegistry(REGISTRY));
    assert.deepEqual(
      [...protocol.types],
      [
        [1, 'pb.Ping'],
        [2, 'pb.Pong'],
      ],
    );
    const pong = { seq: 7, note: '收到' };
    assert.deepEqual(protocol.unmarshal(protocol.marshal('pb.Pong', pong)).value, pong);
  });

  it('has ids of other widths', () => {
    const protocol = new MessageProtocol({ idBytes: 4, useBigEndian: false });
    protocol.register(types.lookupType('pb.Ping'), 0xfedcba98);
    assert.deepEqual(protocol.marshal('pb.Ping', { seq: 1 }), Uint8Array.of(0x98, 0xba, 0xdc, 0xfe, 0x08, 0x01));
    assert.throws(() => new MessageProtocol({ idBytes: 5 }), RangeError);
  });

  it('refuses to register what is no message type: ErrMsgNotProto', () => {
    const protocol = new MessageProtocol();
    for (const value of [null, undefined, 'pb.Ping', 1, {}, class Ping {}, types]) {
      failsWith('ErrMsgNotProto', () => protocol.register(value, 1));
    }
  });

  it('registers 65,535 types and no more: ErrProtocol', () => {
    const { root } = protobuf.parse(
      `syntax = "proto3"; ${Array.from({ length: 65_536 }, (_, n) => `message M${n} {}`).join(' ')}`,
    );
    const protocol = new MessageProtocol();
    for (let id = 0; id < 65_535; id++) protocol.register(root.get(`M${id}`), id);
    failsWith('ErrProtocol', () => protocol.register(root.get('M65535'), 65_535), /65535 ids are taken/);
  });

  it('gives a type registered again its new id, and a taken id to the new type', () => {
    const protocol = new MessageProtocol();
    protocol.register(types.lookupType('pb.Ping'), 1);
    protocol.register(types.lookupType('pb.Ping'), 2);
    assert.deepEqual([...protocol.types], [[2, 'pb.Ping']]);
    protocol.register(types.lookupType('pb.Other'), 2);
    assert.deepEqual([...protocol.types], [[2, 'pb.Other']]);
    failsWith('ErrNotRegister', () => protocol.marshal('pb.Ping'));
    assert.throws(() => protocol.register(types.lookupType('pb.Ping'), 65_536), RangeError);
  });

  it('marshals registered types only: ErrNotRegister', async () => {
    const protocol = await articleProtocol();
    failsWith(
      'ErrNotRegister',
      () => protocol.marshal('pb.Pign'),
      /pb\.Pign is not registered; did you mean pb\.Ping\?/,
    );
  });

  it('names the field that does not fit', async () => {
    const protocol = await articleProtocol();
    failsWith('ErrProtobuf', () => protocol.marshal('pb.Ping', { seq: -1 }), /field seq: -1 is outside of/);
  });

  it('unmarshals no payload without an id: ErrMsgShort', async () => {
    const protocol = await articleProtocol();
    for (const payload of [[], [1]]) failsWith('ErrMsgShort', () => protocol.unmarshal(Uint8Array.from(payload)));
  });

  it('unmarshals no id that is not registered: ErrNotRegister', async () => {
    const protocol = await articleProtocol();
    failsWith('ErrNotRegister', () => protocol.unmarshal(Uint8Array.of(0, 9, 8, 1)), /id 9 is not in the registry/);
  });

  it("unmarshals no broken body: the protobuf library's error", async () => {
    const protocol = await articleProtocol();
    failsWith('ErrProtobuf', () => protocol.unmarshal(Uint8Array.of(0, 1, 8)), /field seq.*varint/);
  });

  it('fails before it is made: msg prt nil', () => {
    failsWith('ErrNil', () => madeProtocol(null), /^msg prt nil$/);
    failsWith('ErrNil', () => madeProtocol(undefined), /^msg prt nil$/);
  });
});
