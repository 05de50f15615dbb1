// Names that every object has, and numbers beyond what a number can say, wherever somebody may write names and numbers: they
// are names and numbers like others, or refused, and no prototype is touched.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, describe, it } from 'node:test';
import { compileCondition } from '../../src/check/condition.ts';
import { parseExpectations } from '../../src/check/expectations-file.ts';
import { judge } from '../../src/check/judge.ts';
import { factsOf, MESSAGE_FACTS } from '../../src/check/message-facts.ts';
import { loadRegistry, ProtobufCodec } from '../../src/codec/index.ts';
import type { MessageEvent } from '../../src/dissect/events.ts';
import { loadScenario } from '../../src/endpoint/scenario/scenario-file.ts';
import { logOfCapture } from '../check/mutation.ts';
import { dissectionOf, upgraded } from '../dissect/dissection.ts';
import { captureOf } from '../support/capture-builder.ts';
import { clientFrame, TEXT } from '../support/websocket-writer.ts';
import { writerIn } from '../support/written-file.ts';

const INHERITED = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf'];
const folder = mkdtempSync(join(tmpdir(), 'wsdissect-names-'));
after(() => rmSync(folder, { recursive: true }));

const before = Object.getOwnPropertyNames(Object.prototype).sort();
afterEach(() => {
  assert.deepEqual(Object.getOwnPropertyNames(Object.prototype).sort(), before, 'a prototype was changed');
  assert.equal(({} as { polluted?: unknown }).polluted, undefined);
});

const fileOf = writerIn(folder);

describe('a registry', () => {
  const registry = (text: string) => loadRegistry(fileOf('registry.yaml', text));

  it('has no type or key that only objects have', async () => {
    fileOf('demo.proto', 'syntax = "proto3";\npackage pb;\nmessage Ping { uint32 seq = 1; }\n');
    for (const name of INHERITED) {
      await assert.rejects(registry(`proto: [demo.proto]\nmessages: { 1: ${name} }\n`), /no message type/);
      await assert.rejects(registry(`proto: [demo.proto]\n${name}: 1\nmessages: { 1: pb.Ping }\n`), /unknown key/);
      await assert.rejects(registry(`proto: [demo.proto]\nmessages: { ${name}: pb.Ping }\n`), /is no id/);
      await assert.rejects(
        registry(`framing: { id: { byteOrder: ${name} } }\nproto: [demo.proto]\nmessages: { 1: pb.Ping }\n`),
        /byteOrder/,
      );
    }
  });

  it('has messages and fields with such names where the .proto files say so', async () => {
    fileOf(
      'odd.proto',
      'syntax = "proto3";\nmessage constructor { uint32 toString = 1; map<string, uint32> valueOf = 2; }\n',
    );
    const codec = new ProtobufCodec(await registry('proto: [odd.proto]\nmessages: { 1: constructor }\n'));
    const octets = Uint8Array.of(0, 1, 0x08, 5, 0x12, 13, 0x0a, 9, ...Buffer.from('__proto__'), 0x10, 7);
    const [message] = dissectionOf(upgraded().exchange('c2s', clientFrame(2, octets)).packets, { codec }).of('message');
    assert.equal(
      JSON.stringify(message.decoded),
      '{"id":1,"type":"constructor","value":{"toString":5,"valueOf":{"__proto__":7}}}',
    );
  });

  it('takes no number that is no id', async () => {
    for (const id of ['1e999', '-1', '1.5', '65536', '99999999999999999999999', '.nan', '.inf', '0x10000']) {
      await assert.rejects(
        registry(`proto: [demo.proto]\nmessages: { ${id}: pb.Ping }\n`),
        /is no id|does not fit/,
        id,
      );
    }
    for (const width of ['1e999', '-1', '0', '5', '.nan', '9007199254740993', '"2"', 'null'])
      await assert.rejects(
        registry(`framing: { id: { width: ${width} } }\nproto: [demo.proto]\nmessages: { 1: pb.Ping }\n`),
        /width|octets/,
        width,
      );
  });
});

describe('expectations', () => {
  const said = '{"__proto__":{"polluted":true},"constructor":1,"n":12345678901234567890,"deep":{"toString":null}}';
  const talk = upgraded().exchange('c2s', clientFrame(TEXT, said)).exchange('c2s', clientFrame(TEXT, '{}'));
  const log = logOfCapture(captureOf(talk.packets), null);
  const held = async (json: string) => {
    const expectations = await parseExpectations('a.yaml', `expect:\n  - message: { json: ${json} }\n`);
    const { verdicts } = await judge(expectations, log);
    return verdicts[0].held;
  };

  it('know no key that only objects have', async () => {
    for (const name of INHERITED) {
      await assert.rejects(
        parseExpectations('a.yaml', `expect:\n  - message: { text: x }\n    ${name}: 1\n`),
        /unknown key/,
      );
      await assert.rejects(parseExpectations('a.yaml', `expect:\n  - message: { ${name}: 1 }\n`), /unknown key/);
      await assert.rejects(
        parseExpectations('a.yaml', `${name}: 1\nexpect:\n  - message: { text: x }\n`),
        /unknown key/,
      );
    }
  });

  it('find such names in values where they are said, and only there', async () => {
    assert.ok(await held('{ __proto__: { polluted: true } }'));
    assert.ok(await held('{ constructor: 1 }'));
    assert.ok(await held('{ deep: { toString: null } }'));
    assert.ok(!(await held('{ __proto__: { polluted: false } }')));
    assert.ok(!(await held('{ valueOf: { $any: true } }')));
    assert.ok(!(await held('{ deep: { hasOwnProperty: { $any: true } } }')));
    assert.ok(!(await held('{ polluted: true }')));
  });

  it('compare numbers beyond 2^53 and of no size as what they are', async () => {
    assert.ok(await held('{ n: 12345678901234567890 }'));
    assert.ok(!(await held('{ n: 1e999 }')));
    assert.ok(!(await held('{ n: .nan }')));
    assert.ok(await held('{ n: { $min: 1e19 } }'));
    assert.ok(!(await held('{ n: { $max: -.inf } }')));
  });

  it('are refused where anchors double them without end', async () => {
    const levels = Array.from({ length: 60 }, (_, i) => `  - &a${i} [${i === 0 ? 'x' : `*a${i - 1}, *a${i - 1}`}]`);
    const begun = performance.now();
    await assert.rejects(parseExpectations('a.yaml', `expect:\n${levels.join('\n')}\n`), /alias/i);
    assert.ok(performance.now() - begun < 2000);
  });
});

describe('a condition', () => {
  it('sees no property that only objects have', async () => {
    const message = { type: 'message', direction: 'c2s', opcode: 'text', text: '{"a":{}}', length: 8, frames: 1 };
    for (const name of INHERITED) {
      for (const source of [
        `has(json.a.${name})`,
        `json.a.${name} != null`,
        `'${name}' in json.a`,
        `json['${name}'] != null`,
      ]) {
        const condition = await compileCondition(source, MESSAGE_FACTS);
        assert.equal(condition.holds(factsOf(message as unknown as MessageEvent)), false, source);
      }
      await assert.rejects(compileCondition(`${name} == 1`, MESSAGE_FACTS), /nothing to ask for/);
    }
  });
});

describe('a scenario', () => {
  const scenario = (steps: string, more = '') =>
    loadScenario(fileOf('scenario.yaml', `${more}connections:\n  - steps: [upgrade, ${steps}]\n`));

  it('sends such names in its JSON as they stand', async () => {
    const { connections } = await scenario(
      'client: { message: pb.Ping, value: { __proto__: { polluted: true }, constructor: 1e300 } }',
    );
    const text = JSON.stringify(connections[0].steps);
    assert.match(text, /"__proto__":\{"polluted":true\}/);
    assert.match(text, /"constructor":1e\+300/);
  });

  it('knows no key that only objects have, and no number beyond what is allowed', async () => {
    for (const name of INHERITED) {
      await assert.rejects(scenario(`client: { ${name}: 1 }`));
      await assert.rejects(scenario('client: end', `${name}: 1\n`), /unknown key/);
      await assert.rejects(scenario('client: end', `server: ${name}\n`));
    }
    for (const number of ['1e999', '-1', '.nan', '99999999999999999999'])
      await assert.rejects(
        loadScenario(fileOf('scenario.yaml', `connections:\n  - times: ${number}\n    steps: [upgrade]\n`)),
        /times/,
        number,
      );
  });

  it('is refused where anchors double its values without end', async () => {
    const levels = Array.from({ length: 60 }, (_, i) => `&a${i} [${i === 0 ? 'x' : `*a${i - 1}, *a${i - 1}`}]`);
    const begun = performance.now();
    const about = levels.map((level, i) => `  k${i}: ${level}`).join('\n');
    await assert.rejects(scenario(`client: { message: pb.Ping, value: *a59 }`, `about:\n${about}\n`));
    await assert.rejects(
      scenario(`client: { message: pb.Ping, value: { ${levels.map((level, i) => `k${i}: ${level}`).join(', ')} } }`),
      /too large/,
    );
    assert.ok(performance.now() - begun < 2000);
  });
});

it('text of a capture that says so is data: what comes of it has no other prototype', () => {
  const capture = captureOf(
    upgraded({}, [
      ['__proto__', 'polluted'],
      ['constructor', 'x'],
    ]).exchange('c2s', clientFrame(TEXT, '{"__proto__":{"polluted":1}}')).packets,
  );
  const [handshake] = logOfCapture(capture, null).connections[0].handshakes;
  assert.ok(handshake.request.headers.some(([name, value]) => name === '__proto__' && value === 'polluted'));
  assert.equal(Object.getPrototypeOf(handshake), Object.prototype);
});
