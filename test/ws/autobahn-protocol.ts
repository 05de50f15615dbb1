// Sections 1 to 7 of the Autobahn test suite: framing, pings, reserved bits and opcodes, fragments, UTF-8, close frames.

import {
  BINARY,
  CLOSE,
  CONTINUATION,
  closePayload,
  concat,
  type FrameOptions,
  PING,
  PONG,
  TEXT,
  utf8,
} from '../support/websocket-writer.ts';
import { type Case, cut, hex, range, type Sent } from './autobahn-case.ts';

const stars = (length: number) => '*'.repeat(length);
const octets = (length: number) => new Uint8Array(length).fill(0xfe);
export const START: FrameOptions = { fin: false };
const ping: Sent = [PING, 'ping'];
const HELLO = 'Hello-µ@ßöäüàá-UTF-8!!';

const sizes = [0, 125, 126, 127, 128, 65_535, 65_536];

export const section1: Case[] = [
  ...sizes.map((size, at) => ({ id: `1.1.${at + 1}`, sends: cut(TEXT, utf8(stars(size))), messages: [size] })),
  { id: '1.1.8', sends: cut(TEXT, utf8(stars(65_536))), chops: 997, messages: [65_536] },
  ...sizes.map((size, at) => ({ id: `1.2.${at + 1}`, sends: cut(BINARY, octets(size)), messages: [size] })),
  { id: '1.2.8', sends: cut(BINARY, octets(65_536)), chops: 997, messages: [65_536] },
];

const tenPings = Array.from({ length: 10 }, (_, at): Sent => [PING, `payload-${at}`]);
const tenRead = tenPings.map(([, payload]) => `ping ${payload}`);

export const section2: Case[] = [
  { id: '2.1', sends: [[PING]], controls: ['ping '] },
  { id: '2.2', sends: [[PING, 'Hello, world!']], controls: ['ping Hello, world!'] },
  { id: '2.3', sends: [[PING, hex('00fffefdfcfb00ff')]], controls: ['ping \x00\xff\xfe\xfd\xfc\xfb\x00\xff'] },
  { id: '2.4', sends: [[PING, octets(125)]], controls: [`ping ${'\xfe'.repeat(125)}`] },
  { id: '2.5', sends: [[PING, octets(126)]], controls: [`ping ${'\xfe'.repeat(126)}`], told: ['control-too-long'] },
  { id: '2.6', sends: [[PING, octets(125)]], chops: 1, controls: [`ping ${'\xfe'.repeat(125)}`] },
  { id: '2.7', sends: [[PONG]], controls: ['pong '] },
  { id: '2.8', sends: [[PONG, 'unsolicited pong payload']], controls: ['pong unsolicited pong payload'] },
  {
    id: '2.9',
    sends: [[PONG, 'unsolicited pong payload'], ping],
    controls: ['pong unsolicited pong payload', 'ping ping'],
  },
  { id: '2.10', sends: tenPings, controls: tenRead },
  { id: '2.11', sends: tenPings, chops: 1, controls: tenRead },
];

const say: Sent = [TEXT, 'Hello, world!'];
const [RSV1, RSV2, RSV3] = ['rsv1-without-extension', 'rsv2', 'rsv3'];
const withBits = (rsv: number): Sent => [TEXT, 'Hello, world!', { rsv }];

export const section3: Case[] = [
  { id: '3.1', sends: [withBits(1)], told: [RSV3], messages: [13] },
  { id: '3.2', sends: [say, withBits(2), ping], told: [RSV2], messages: [13, 13], controls: ['ping ping'] },
  {
    id: '3.3',
    sends: [say, withBits(3), ping],
    told: [RSV2, RSV3],
    chops: 'frames',
    messages: [13, 13],
    controls: ['ping ping'],
  },
  { id: '3.4', sends: [say, withBits(4), ping], told: [RSV1], chops: 1, messages: [13, 13], controls: ['ping ping'] },
  { id: '3.5', sends: [[BINARY, octets(8), { rsv: 5 }]], told: [RSV1, RSV3], messages: [8] },
  { id: '3.6', sends: [[PING, 'Hello', { rsv: 6 }]], told: [RSV1, RSV2], controls: ['ping Hello'] },
  { id: '3.7', sends: [[CLOSE, '', { rsv: 7 }]], told: [RSV1, RSV2, RSV3], controls: ['close '] },
];

/** Opcodes that are reserved: alone, with a payload, and after a message, before a ping. */
function reserved(section: string, first: number): Case[] {
  return Array.from({ length: 5 }, (_, at) => {
    const strange: Sent = [first + at, at === 0 ? '' : 'reserved opcode'];
    const told = ['reserved-opcode'];
    if (at < 2) return { id: `${section}.${at + 1}`, sends: [strange], told };
    const sends = [say, strange, ping];
    return {
      id: `${section}.${at + 1}`,
      sends,
      told,
      ...(at > 2 ? { chops: 1 } : {}),
      messages: [13],
      controls: ['ping ping'],
    };
  });
}

export const section4 = [...reserved('4.1', 3), ...reserved('4.2', 11)];

const two: Sent[] = [
  [TEXT, 'fragment1', START],
  [CONTINUATION, 'fragment2'],
];
const twoWithPing: Sent[] = [two[0], ping, two[1]];
const five: Sent[] = [
  [TEXT, 'fragment1', START],
  [CONTINUATION, 'fragment2', START],
  [PING, 'pongme 1!'],
  [CONTINUATION, 'fragment3', START],
  [CONTINUATION, 'fragment4', START],
  [PING, 'pongme 2!'],
  [CONTINUATION, 'fragment5'],
];
const loose = (fin: boolean): Sent => [CONTINUATION, 'non-continuation payload', { fin }];
const noStart = ['continuation-without-start'];
/** As the suite sends what it has three cases of: at once, frame by frame, octet by octet. */
const waysToSend = [undefined, 'frames', 1] as const;

export const section5: Case[] = [
  ...[PING, PONG].map((opcode, at): Case => {
    const sends: Sent[] = [[opcode, 'fragment1', START], two[1]];
    const told = ['control-fragmented', ...noStart];
    return { id: `5.${at + 1}`, sends, told, controls: [`${opcode === PING ? 'ping' : 'pong'} fragment1`] };
  }),
  ...waysToSend.map((chops, at) => ({ id: `5.${at + 3}`, sends: two, chops, messages: [18] })),
  ...waysToSend.map((chops, at) => {
    return { id: `5.${at + 6}`, sends: twoWithPing, chops, messages: [18], controls: ['ping ping'] };
  }),
  ...waysToSend.map((chops, at) => ({
    id: `5.${at + 9}`,
    sends: [loose(true), say],
    chops,
    told: noStart,
    messages: [13],
  })),
  ...waysToSend.map((chops, at) => ({
    id: `5.${at + 12}`,
    sends: [loose(false), say],
    chops,
    told: noStart,
    messages: [13],
  })),
  {
    id: '5.15',
    sends: [...two, [CONTINUATION, 'fragment3', START], [TEXT, 'fragment4']],
    told: noStart,
    messages: [18, 9],
  },
  {
    id: '5.16',
    sends: [loose(false), ...two, loose(false), ...two],
    told: [...noStart, ...noStart],
    messages: [18, 18],
  },
  { id: '5.17', sends: [loose(true), ...two, loose(true), ...two], told: [...noStart, ...noStart], messages: [18, 18] },
  { id: '5.18', sends: [two[0], [TEXT, 'fragment2']], told: ['message-inside-message'], messages: [9] },
  ...waysToSend.slice(0, 2).map((chops, at) => ({
    id: `5.${at + 19}`,
    sends: five,
    chops,
    messages: [45],
    controls: ['ping pongme 1!', 'ping pongme 2!'],
  })),
];

const startsWithSpaces = (low: number, high: number) =>
  Buffer.from(range(low, high).flatMap((octet) => [octet, 0x20])).toString('hex');
export const kosme = 'ceba e1bdb9 cf83 cebc ceb5'.replaceAll(' ', '');
const surrogates = ['eda080', 'edadbf', 'edae80', 'edafbf', 'edb080', 'edbe80', 'edbfbf'];
const pairs = ['eda080', 'edadbf', 'edae80', 'edafbf'].flatMap((high) => [`${high}edb080`, `${high}edbfbf`]);
const cutShort = ['c0', 'e080', 'f08080', 'f8808080', 'fc80808080', 'df', 'efbf', 'f7bfbf', 'fbbfbfbf', 'fdbfbfbfbf'];
const codePoint = (point: number) => Buffer.from(String.fromCodePoint(point)).toString('hex');
const notCharacters = range(0, 16).flatMap((plane) => [plane * 0x10000 + 0xfffe, plane * 0x10000 + 0xffff]);

/** Texts of the sections 6.5 to 6.23, in the suite's order, and which of them are UTF-8. */
const texts: [section: string, right: boolean | number[], texts: string[]][] = [
  ['6.5', true, [kosme, codePoint(0x3ba), utf8Hex('Καλημέρα'), utf8Hex('日本語'), utf8Hex('😀')]],
  ['6.6', [2, 5, 7, 9, 11], range(1, 11).map((length) => kosme.slice(0, length * 2))],
  ['6.7', true, ['00', 'c280', 'e0a080', 'f0908080']],
  ['6.8', false, ['f888808080', 'fc8480808080']],
  ['6.9', true, ['7f', 'dfbf', 'efbfbf', 'f48fbfbf']],
  ['6.10', false, ['f7bfbfbf', 'fbbfbfbfbf', 'fdbfbfbfbfbf']],
  ['6.11', range(1, 4), ['ed9fbf', 'ee8080', 'efbfbd', 'f48fbfbf', 'f4908080']],
  [
    '6.12',
    false,
    [
      '80',
      'bf',
      ...range(2, 6).map((count) => '80bf'.repeat(3).slice(0, count * 2)),
      Buffer.from(range(0x80, 0xbf)).toString('hex'),
    ],
  ],
  [
    '6.13',
    false,
    [
      startsWithSpaces(0xc0, 0xdf),
      startsWithSpaces(0xe0, 0xef),
      startsWithSpaces(0xf0, 0xf7),
      startsWithSpaces(0xf8, 0xfb),
      startsWithSpaces(0xfc, 0xfd),
    ],
  ],
  ['6.14', false, cutShort],
  ['6.15', false, [cutShort.join('')]],
  ['6.16', false, ['fe', 'ff', 'fefeffff']],
  ['6.17', false, ['c0af', 'e080af', 'f08080af', 'f8808080af', 'fc80808080af']],
  ['6.18', false, ['c1bf', 'e09fbf', 'f08fbfbf', 'f887bfbfbf', 'fc83bfbfbfbf']],
  ['6.19', false, ['c080', 'e08080', 'f0808080', 'f880808080', 'fc8080808080']],
  ['6.20', false, surrogates],
  ['6.21', false, pairs],
  ['6.22', true, notCharacters.map(codePoint)],
  ['6.23', true, range(0xfff9, 0xffff).map(codePoint)],
];

function utf8Hex(text: string): string {
  return Buffer.from(text).toString('hex');
}

const wrong = ['invalid-utf8-text'];
export const broken = `${kosme}eda080656469746564`;

export const section6: Case[] = [
  { id: '6.1.1', sends: [[TEXT]], messages: [0] },
  { id: '6.1.2', sends: [[TEXT, '', START], [CONTINUATION, '', START], [CONTINUATION]], messages: [0] },
  {
    id: '6.1.3',
    sends: [[TEXT, '', START], [CONTINUATION, 'middle frame payload', START], [CONTINUATION]],
    messages: [20],
  },
  { id: '6.2.1', sends: [[TEXT, HELLO]], messages: [utf8(HELLO).length] },
  {
    id: '6.2.2',
    sends: [
      [TEXT, HELLO.slice(0, 12), START],
      [CONTINUATION, HELLO.slice(12)],
    ],
    messages: [utf8(HELLO).length],
  },
  { id: '6.2.3', sends: cut(TEXT, utf8(HELLO), 1), messages: [utf8(HELLO).length] },
  { id: '6.2.4', sends: cut(TEXT, hex(kosme), 1), messages: [11] },
  { id: '6.3.1', sends: [[TEXT, hex(broken)]], told: wrong, messages: [20] },
  { id: '6.3.2', sends: cut(TEXT, hex(broken), 1), told: wrong, messages: [20] },
  ...texts.flatMap(([section, right, all]) =>
    all.flatMap((text, at): Case[] => {
      const told = right === true || (right !== false && right.includes(at + 1)) ? [] : wrong;
      const messages = [hex(text)];
      const id = `${section}.${at + 1}`;
      return [
        { id, sends: [[TEXT, hex(text)]], told, messages },
        { id: `${id}, in chops`, sends: [[TEXT, hex(text)]], chops: 1, told, messages },
        { id: `${id}, in fragments`, sends: cut(TEXT, hex(text), 1), told, messages },
      ];
    }),
  ),
];

const bye: Sent = [CLOSE, closePayload(1000)];
const [closing, late] = ['close \x03\xe8', 'data-after-close'];
const validCodes = [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999];
const invalidCodes = [0, 999, 1004, 1005, 1006, 1016, 1100, 2000, 2999];
const closes = (id: string, payload: Uint8Array, told: string[] = []): Case => {
  return { id, sends: [[CLOSE, payload]], told, controls: [`close ${Buffer.from(payload).toString('latin1')}`] };
};

export const section7: Case[] = [
  { id: '7.1.1', sends: [say, bye], messages: [13], controls: [closing] },
  { id: '7.1.2', sends: [bye, bye], told: [late], controls: [closing, closing] },
  { id: '7.1.3', sends: [bye, ping], told: [late], controls: [closing, 'ping ping'] },
  { id: '7.1.4', sends: [bye, say], told: [late], messages: [13], controls: [closing] },
  { id: '7.1.5', sends: [two[0], bye, two[1]], told: [late], messages: [18], controls: [closing] },
  {
    id: '7.1.6',
    sends: [[TEXT, stars(262_144)], say, bye, ping],
    told: [late],
    messages: [262_144, 13],
    controls: [closing, 'ping ping'],
  },
  closes('7.3.1', new Uint8Array(0)),
  closes('7.3.2', hex('61'), ['close-body-one-octet']),
  closes('7.3.3', closePayload(1000)),
  closes('7.3.4', closePayload(1000, 'Hello World!')),
  closes('7.3.5', closePayload(1000, stars(123))),
  closes('7.3.6', closePayload(1000, stars(124)), ['control-too-long']),
  closes('7.5.1', concat(closePayload(1000), hex(broken)), ['invalid-utf8-close-reason']),
  ...validCodes.map((code, at) => closes(`7.7.${at + 1}`, closePayload(code))),
  ...invalidCodes.map((code, at) => closes(`7.9.${at + 1}`, closePayload(code), ['close-code-invalid'])),
  ...[5000, 65_535].map((code, at) => closes(`7.13.${at + 1}`, closePayload(code), ['close-code-invalid'])),
];
