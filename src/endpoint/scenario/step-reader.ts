// Reads the steps of a scenario file: who does what, in the words of docs/scenarios.md. What is no step is refused by line
// and column. It sends nothing.

import type { DocumentNode } from '../../codec/document.ts';
import { SWITCHING_PROTOCOLS } from '../../http/status-codes.ts';
import { BINARY, CLOSE, CONTINUATION, PING, PONG, TEXT } from '../../ws/opcodes.ts';
import type {
  AnswerForm,
  Compression,
  Content,
  FieldChanges,
  Receivable,
  RequestForm,
  Sending,
  Step,
  Who,
} from './scenario.ts';

const STEPS = ['upgrade', 'client', 'server', 'wait', 'repeat', 'steps'] as const;
const RECEIVABLES: readonly Receivable[] = ['message', 'ping', 'pong', 'close', 'end', 'answer'];
const COMPRESSIONS: readonly Compression[] = ['none', 'per-message', 'takeover'];
/** What an action can be; exactly one of them stands in each. */
const ACTIONS = [
  'message',
  'text',
  'binary',
  'fill',
  'ping',
  'pong',
  'close',
  'frame',
  'octets',
  'together',
  'receives',
] as const;
const ACTION_KEYS = [...ACTIONS, 'value', 'reason', 'fragments', 'compressed', 'times'] as const;
const OPCODES: Readonly<Record<string, number>> = {
  continuation: CONTINUATION,
  text: TEXT,
  binary: BINARY,
  close: CLOSE,
  ping: PING,
  pong: PONG,
};

type Fields = Map<string, DocumentNode>;
/** Milliseconds, depth, repetitions and octets that a scenario may ask for. */
const LONGEST_WAIT = 60_000;
const DEEPEST_REPEAT = 5;
const MOST_TIMES = 100_000;
const MOST_OCTETS = 16 * 1024 * 1024;

/** @throws {DocumentError} in one line, `file:line:column: what; what to do` */
export function readSteps(node: DocumentNode, depth = 0): Step[] {
  // An anchor may refer to itself.
  if (depth > DEEPEST_REPEAT) throw node.error('repeat is nested too deep', `nest it ${DEEPEST_REPEAT} times at most`);
  return node.items('steps').map((step) => readStep(step, depth));
}

function readStep(node: DocumentNode, depth: number): Step {
  if (node.kind === 'text') {
    if (node.text('a step') === 'upgrade') return upgrade(undefined);
    throw node.error(`no step is called ${JSON.stringify(node.text('a step'))}`, `write one of ${STEPS.join(', ')}`);
  }
  const fields = node.fields('a step', STEPS);
  const [upgraded, waited] = [fields.get('upgrade'), fields.get('wait')];
  const [client, server] = [fields.get('client'), fields.get('server')];
  const [times, steps] = [fields.get('repeat'), fields.get('steps')];
  if (steps && !times) throw node.error('steps without repeat', 'add repeat: and how often');
  if (times && !steps) throw node.error('repeat without steps', 'add steps: and a list');
  if (fields.size !== (times ? 2 : 1)) throw node.error('a step does one thing', 'begin each with a dash of its own');
  if (waited) return { kind: 'wait', milliseconds: waited.integerWithin('wait', 0, LONGEST_WAIT) };
  if (client) return action('client', client);
  if (server) return action('server', server);
  if (times && steps) {
    return { kind: 'repeat', times: times.integerWithin('repeat', 1, MOST_TIMES), steps: readSteps(steps, depth + 1) };
  }
  return upgrade(upgraded);
}

function oneOf<Word extends string>(node: DocumentNode, what: string, words: readonly Word[]): Word {
  const text = node.text(what);
  const word = words.find((each) => each === text);
  if (word === undefined) throw node.error(`${what} cannot be ${JSON.stringify(text)}`, `write ${words.join(', ')}`);
  return word;
}

function upgrade(node: DocumentNode | undefined): Step {
  const keys = ['method', 'target', 'fields', 'subprotocol', 'compression', 'early', 'answer'] as const;
  const fields = node?.fields('upgrade', keys);
  const request: RequestForm = {
    method: fields?.get('method')?.text('method') ?? 'GET',
    target: fields?.get('target')?.text('target') ?? null,
    fields: fieldChanges(fields?.get('fields')),
    subprotocol: fields?.get('subprotocol')?.text('subprotocol') ?? null,
    compression: optional(fields?.get('compression'), (each) => oneOf(each, 'compression', COMPRESSIONS)) ?? 'none',
    early: optional(fields?.get('early'), together) ?? [],
  };
  return { kind: 'upgrade', request, answer: answer(fields?.get('answer'), request) };
}

function answer(node: DocumentNode | undefined, request: RequestForm): AnswerForm {
  const fields = node?.fields('answer', ['status', 'reason', 'fields', 'body', 'subprotocol', 'early']);
  return {
    status: optional(fields?.get('status'), (each) => each.integerWithin('status', 100, 599)) ?? SWITCHING_PROTOCOLS,
    reason: fields?.get('reason')?.text('reason') ?? null,
    fields: fieldChanges(fields?.get('fields')),
    body: fields?.get('body')?.text('body') ?? '',
    subprotocol: fields?.get('subprotocol')?.text('subprotocol') ?? request.subprotocol,
    early: optional(fields?.get('early'), together) ?? [],
  };
}

function optional<T>(node: DocumentNode | undefined, read: (node: DocumentNode) => T): T | undefined {
  return node === undefined ? undefined : read(node);
}

function fieldChanges(node: DocumentNode | undefined): FieldChanges {
  return (node?.members('fields') ?? []).map(({ key, value }) => {
    if (value.kind === 'list') return [key, value.items(key).map((item) => item.text(key))];
    return [key, value.kind === 'text' ? [value.text(key)] : value.kind === 'number' ? [String(value.json(key))] : []];
  });
}

function action(by: Who, node: DocumentNode): Step {
  if (node.kind === 'text') {
    const word = oneOf(node, `what the ${by} does`, ['end', 'reset', 'receives'] as const);
    if (word === 'receives') throw node.error('receives what?', `write ${RECEIVABLES.join(', ')} behind it`);
    return { kind: word, by };
  }
  const fields = actionFields(node);
  const receives = fields.get('receives');
  if (receives !== undefined) {
    const times = optional(fields.get('times'), (each) => each.integerWithin('times', 1, MOST_TIMES)) ?? 1;
    return { kind: 'receive', by, what: oneOf(receives, 'receives', RECEIVABLES), times };
  }
  const several = fields.get('together');
  return { kind: 'send', by, what: several === undefined ? [sending(node, fields)] : together(several) };
}

function actionFields(node: DocumentNode): Fields {
  const fields: Fields = node.fields('an action', ACTION_KEYS);
  const named = ACTIONS.filter((each) => fields.has(each));
  if (named.length !== 1) throw node.error('an action is one thing', `write one of ${ACTIONS.join(', ')}`);
  return fields;
}

function together(node: DocumentNode): Sending[] {
  return node.items('together').map((item) => {
    const fields = actionFields(item);
    if (fields.has('receives') || fields.has('together')) {
      throw item.error('only what is sent can be sent together', 'give this a step of its own');
    }
    return sending(item, fields);
  });
}

function sending(node: DocumentNode, fields: Fields): Sending {
  const octets = fields.get('octets');
  if (octets !== undefined) return { kind: 'octets', octets: hexOf(octets, 'octets') };
  const frame = fields.get('frame');
  if (frame !== undefined) return frameOf(frame);
  for (const [word, opcode] of [
    ['ping', PING],
    ['pong', PONG],
  ] as const) {
    const said = fields.get(word);
    if (said !== undefined) return control(opcode, { kind: 'text', text: textOrEmpty(said, word) });
  }
  const close = fields.get('close');
  if (close !== undefined) return control(CLOSE, closeContent(close, fields.get('reason')));
  return {
    kind: 'message',
    opcode: fields.has('text') ? TEXT : BINARY,
    content: messageContent(node, fields),
    fragments: optional(fields.get('fragments'), fragmentsOf) ?? null,
    compressed: fields.get('compressed')?.boolean('compressed') ?? false,
  };
}

function control(opcode: number, content: Content): Sending {
  return { kind: 'frame', opcode, content, masked: null, key: null, form: {} };
}

function messageContent(node: DocumentNode, fields: Fields): Content {
  const type = fields.get('message');
  if (type !== undefined) {
    const value = fields.get('value')?.json('value') ?? {};
    return { kind: 'typed', type: type.text('message'), value, place: type.place };
  }
  const text = fields.get('text');
  if (text !== undefined) return { kind: 'text', text: textOrEmpty(text, 'text') };
  const binary = fields.get('binary');
  if (binary !== undefined) return { kind: 'octets', octets: hexOf(binary, 'binary') };
  const fill = fields.get('fill');
  if (fill === undefined) throw node.error('nothing to send', 'write text, binary, fill or message');
  return { kind: 'fill', length: fill.integerWithin('fill', 0, MOST_OCTETS) };
}

function closeContent(close: DocumentNode, reason: DocumentNode | undefined): Content {
  if (close.kind !== 'number') {
    oneOf(close, 'close', ['empty'] as const);
    return { kind: 'octets', octets: new Uint8Array(0) };
  }
  return { kind: 'close', code: close.integerWithin('close', 0, 0xffff), reason: reason?.text('reason') ?? '' };
}

function frameOf(node: DocumentNode): Sending {
  const keys = ['opcode', 'fin', 'rsv', 'masked', 'key', 'lengthBits', 'length', 'text', 'hex', 'fill'] as const;
  const fields: Fields = node.fields('frame', keys);
  const opcode = fields.get('opcode');
  if (opcode === undefined) throw node.error('a frame needs its opcode', 'add opcode: text, or a number');
  const key = optional(fields.get('key'), maskingKey) ?? null;
  return {
    kind: 'frame',
    opcode: opcodeOf(opcode),
    content: frameContent(fields),
    masked: fields.get('masked')?.boolean('masked') ?? null,
    key,
    form: {
      fin: fields.get('fin')?.boolean('fin') ?? true,
      rsv: optional(fields.get('rsv'), (each) => each.integerWithin('rsv', 0, 7)) ?? 0,
      lengthBits: optional(fields.get('lengthBits'), lengthBits),
      statedLength: optional(fields.get('length'), statedLength),
    },
  };
}

function opcodeOf(node: DocumentNode): number {
  if (node.kind === 'number') return node.integerWithin('opcode', 0, 15);
  return OPCODES[oneOf(node, 'opcode', Object.keys(OPCODES))];
}

function frameContent(fields: Fields): Content {
  const hex = fields.get('hex');
  if (hex !== undefined) return { kind: 'octets', octets: hexOf(hex, 'hex') };
  const fill = fields.get('fill');
  if (fill !== undefined) return { kind: 'fill', length: fill.integerWithin('fill', 0, MOST_OCTETS) };
  const text = fields.get('text');
  return { kind: 'text', text: text === undefined ? '' : textOrEmpty(text, 'text') };
}

function maskingKey(node: DocumentNode): Uint8Array {
  const key = hexOf(node, 'key');
  if (key.length !== 4) throw node.error('a masking key has 4 octets', 'write 8 digits: "00000000"');
  return key;
}

function lengthBits(node: DocumentNode): 7 | 16 | 64 {
  const bits = node.integer('lengthBits');
  if (bits === 7 || bits === 16 || bits === 64) return bits;
  throw node.error(`no length has ${bits} bits`, 'write 7, 16 or 64');
}

/** A number, or hexadecimal digits where it is larger than numbers of YAML are exact. */
function statedLength(node: DocumentNode): number | bigint {
  if (node.kind === 'number') return node.integerWithin('length', 0, Number.MAX_SAFE_INTEGER);
  const text = node.text('length');
  if (!/^0x[0-9a-f]{1,16}$/i.test(text))
    throw node.error(`${text} is no length`, 'write digits, or "0x8000000000000001"');
  return BigInt(text);
}

function fragmentsOf(node: DocumentNode): readonly number[] | 'gorilla' {
  if (node.kind !== 'list') return oneOf(node, 'fragments', ['gorilla'] as const);
  const lengths = node.items('fragments').map((item) => item.integerWithin('a fragment', 0, MOST_OCTETS));
  if (lengths.length === 0) throw node.error('fragments are missing', 'write their lengths: [3, 0, 2]');
  return lengths;
}

function textOrEmpty(node: DocumentNode, what: string): string {
  return node.json(what) === '' ? '' : node.text(what);
}

function hexOf(node: DocumentNode, what: string): Uint8Array {
  // `00 01` is text to YAML, but `0001` would be a number.
  const text = textOrEmpty(node, what).replace(/\s+/g, '');
  if (!/^([0-9a-f]{2})*$/i.test(text))
    throw node.error(`${what} is no hexadecimal`, 'write two digits an octet, in quotes');
  return Uint8Array.from(Buffer.from(text, 'hex'));
}
