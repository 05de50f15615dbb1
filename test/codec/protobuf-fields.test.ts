// Every octet of a message has its place in the explanation, with a type and without.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type ExplainedField, explainFields } from '../../src/codec/protobuf-fields.ts';
import { forSeeds } from '../support/time-box.ts';
import { DEMO, field, octets, Types } from './messages.ts';

const types = new Types(DEMO);

/** `name type = text [tag length value]`, children indented. */
function outline(fields: ExplainedField[], indent = ''): string[] {
  return fields.flatMap(({ fieldNumber, name, typeName, parts, text, children, broken }) => {
    const places = parts.map(({ what, start, end }) => `${what} ${start}-${end}`).join(', ');
    const title = `${indent}${name ?? fieldNumber} ${typeName ?? '?'} = ${text}${broken ? ' (broken)' : ''} [${places}]`;
    return [title, ...outline(children ?? [], `${indent}  `)];
  });
}

const explained = (type: string | null, ...parts: (number | string | Uint8Array)[]): string[] => {
  const body = octets(...parts);
  return outline(explainFields(type === null ? null : types.table(type), body, 0, body.length));
};

describe('the fields of a message', () => {
  it('have names, types and values where the type is known', () => {
    assert.deepEqual(explained('pb.Ping', 0x08, 0x96, 0x01), ['seq uint32 = 150 [tag 0-1, value 1-3]']);
    assert.deepEqual(explained('pb.Rich', field(14, 'é'), field(15, 1, 2), 0x80, 1, 1, field(17, 1, 0x80, 1)), [
      'text string = "é" [tag 0-1, length 1-2, value 2-4]',
      'blob bytes = 01 02 [tag 4-5, length 5-6, value 6-8]',
      'kind pb.Kind = KIND_ONE [tag 8-10, value 10-11]',
      'packed repeated uint32 = [1, 128] [tag 11-13, length 13-14, value 14-15, value 15-17]',
    ]);
    assert.deepEqual(explained('pb.Rich', field(20, 8, 5), field(19, field(1, 'k'), 0x10, 7)), [
      'inner pb.Ping =  [tag 0-2, length 2-3, value 3-5]',
      '  seq uint32 = 5 [tag 3-4, value 4-5]',
      'counts map<string, int32> =  [tag 5-7, length 7-8, value 8-13]',
      '  key string = "k" [tag 8-9, length 9-10, value 10-11]',
      '  value int32 = 7 [tag 11-12, value 12-13]',
    ]);
  });

  it('are guessed as protoc --decode_raw does where it is not', () => {
    assert.deepEqual(
      explained(null, 8, 150, 1, 0x15, 1, 0, 0, 0, field(3, 'hi'), field(4, 8, 1), field(5, 0xff), 0x33, 8, 1, 0x34),
      [
        '1 ? = 150 [tag 0-1, value 1-3]',
        '2 ? = 0x00000001 [tag 3-4, value 4-8]',
        '3 ? = "hi" [tag 8-9, length 9-10, value 10-12]',
        '4 ? =  [tag 12-13, length 13-14, value 14-16]',
        '  1 ? = 1 [tag 14-15, value 15-16]',
        '5 ? = ff [tag 16-17, length 17-18, value 18-19]',
        '6 ? =  [tag 19-20, value 20-22, end-tag 22-23]',
        '  1 ? = 1 [tag 20-21, value 21-22]',
      ],
    );
  });

  it('end with the one that is broken, and why', () => {
    assert.deepEqual(explained('pb.Ping', 8, 1, 8, 0x80), [
      'seq uint32 = 1 [tag 0-1, value 1-2]',
      'seq uint32 = a varint is cut off (broken) [tag 2-3, rest 3-4]',
    ]);
  });

  it('cover all octets, one after the other, whatever these are', () => {
    const coverage = (fields: ExplainedField[], start: number, end: number): void => {
      let at = start;
      for (const { parts, children, broken } of fields) {
        for (const part of parts) {
          assert.equal(part.start, at);
          at = part.end;
        }
        const value = parts.find(({ what }) => what === 'value');
        if (children && value && !broken) coverage(children, value.start, value.end);
      }
      assert.equal(at, end);
    };
    forSeeds(500, (random) => {
      const body = random.octets(random.between(0, 30));
      for (const table of [null, types.table('pb.Rich')]) {
        coverage(explainFields(table, body, 0, body.length), 0, body.length);
      }
    });
  });
});
