// The CSV rows.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { WsdissectEvent } from '../../src/dissect/events.ts';
import { CsvOutput } from '../../src/output/csv.ts';
import { article, at, binary, close, feed, handshake, message, TextRecord, text } from './sample-events.ts';

function csv(...events: WsdissectEvent[]): string {
  const out = new TextRecord();
  feed(new CsvOutput(out), events);
  return out.text;
}

const HEAD =
  'connection,packet,time,elapsed,direction,client,server,kind,opcode,length,wireLength,frames,compressed,' +
  'id,type,value,text,data,code,reason,error\r\n';

test("has a row for each message and control frame of the article's conversation", () => {
  assert.equal(
    csv(...article),
    `${HEAD}${[
      '0,8,2026-11-24T03:44:00.008000Z,0.008,c2s,10.7.0.2:41001,10.7.0.1:8888,message,binary,5,5,1,false,1,pb.Ping,"{""seq"":150}",,AAEIlgE=,,,',
      '0,9,2026-11-24T03:44:00.009000Z,0.009,s2c,10.7.0.2:41001,10.7.0.1:8888,message,binary,13,13,1,false,2,pb.Pong,"{""seq"":150,""note"":""收到""}",,AAAAAAAAAAAAAAAAAA==,,,',
      '0,11,2026-11-24T03:44:00.011000Z,0.011,c2s,10.7.0.2:41001,10.7.0.1:8888,control,close,5,5,1,false,,,,,A+hieWU=,1000,bye,',
      '0,12,2026-11-24T03:44:00.012000Z,0.012,s2c,10.7.0.2:41001,10.7.0.1:8888,control,close,2,2,1,false,,,,,A+hieWU=,1000,,',
    ].join('\r\n')}\r\n`,
  );
});

for (const beginning of ['=', '+', '-', '@', '\t', '\r']) {
  test(`text that begins with ${JSON.stringify(beginning)} is no formula`, () => {
    assert.match(csv(text(1, `${beginning}cmd|' /C calc'!A0`)), /,"?'[=+\-@\t\r]cmd/);
  });
}

test('a reason and base64 are guarded as text is', () => {
  assert.ok(csv(close(1, { reason: '=1+1' })).includes(",'=1+1,"));
  assert.ok(csv(binary(1, [0xfb, 0xff])).includes(",'+/8=,"));
});

test('line ends stay in quotes, and quotes are doubled', () => {
  assert.ok(csv(text(1, 'a "b",\r\nc')).includes(',"a ""b"",\r\nc",'));
});

test('other controls are written out', () => {
  assert.ok(csv(text(1, 'a\x1b[2J\u202e')).includes(',a\\x1b[2J\\u{202e},'));
});

test('what could not be decoded or inflated says why in the last column', () => {
  const decodeError = { code: 'ErrMsgShort', message: 'one octet' } as const;
  assert.ok(csv(binary(1, [1], { decodeError })).endsWith(',ErrMsgShort: one octet\r\n'));
  assert.ok(csv(message(1, { inflated: false })).endsWith(',"compressed, not inflated"\r\n'));
});

test('endpoints of a connection that was never seen to open are empty', () => {
  assert.ok(csv(text(1, 'x')).includes(',c2s,,,message,'));
  assert.ok(csv(handshake(1, { client: { address: 'fd00::2', port: 5 } }), text(2, 'x')).includes(',[fd00::2]:5,'));
});

test('frames have rows where they are asked for, with columns of their own at the end', () => {
  const out = new TextRecord();
  feed(new CsvOutput(out, { frames: true }), [
    {
      type: 'frame',
      ...at(7),
      direction: 'c2s',
      opcode: 'text',
      fin: true,
      rsv: 4,
      masked: true,
      key: '37fa213d',
      length: 5,
      headerLength: 6,
      offset: 129,
    },
  ]);
  const [head, row] = out.text.split('\r\n');
  assert.equal(head, `${HEAD.trimEnd()},fin,rsv,masked,key,headerLength,offset`);
  assert.ok(row.endsWith(',frame,text,5,5,1,false,,,,,,,,,true,4,true,37fa213d,6,129'), row);
  assert.equal(row.split(',').length, head.split(',').length);
});
