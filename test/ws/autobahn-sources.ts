// What the Autobahn test suite's section 12 compresses, made anew: a source of each kind and length that the suite has, drawn
// from a seed. Knows nothing of frames or compression.

import { Random } from '../support/random.ts';
import { utf8 } from '../support/websocket-writer.ts';

export interface Source {
  name: string;
  /** Sent as text; else as binary messages. */
  text: boolean;
  /** Application data of the message that begins `at` characters or octets into the source, which begins anew at its end. */
  message(at: number, length: number): Uint8Array;
}

const words = (text: string) => text.split(' ');
const GERMAN = words(
  'das Ich und der Geist dem Teufel über viele Länder süß größer bös Habe nun ach nicht mehr klug als zuvor',
);
const NAMES = words('id label größe höhe tags enabled Ωmega price note €uro children');

/** Pieces as `draw` makes them until there are enough. */
function filled(length: number, draw: (random: Random) => string): string {
  const random = new Random(length);
  let all = '';
  while (all.length < length) all += draw(random);
  return all.slice(0, length);
}

const jsonLine = (random: Random) => {
  const fields = random.shuffled(NAMES).slice(0, random.between(2, 8));
  const object = fields.map((name) => [name, random.once(2) ? random.word() / 100 : random.pick(GERMAN)]);
  return `${JSON.stringify(Object.fromEntries(object))},\n`;
};
const sentence = (random: Random) => {
  return `${Array.from({ length: random.between(3, 12) }, () => random.pick(GERMAN)).join(' ')}.\r\n`;
};
const element = (random: Random) => {
  const name = random.pick(['p', 'div', 'td', 'span']);
  return `<${name} class="c${random.between(0, 40)}">${sentence(random)}</${name}>`;
};

/** Grey levels of a bitmap: slopes with noise, behind a header and a palette. */
function picture(length: number): Uint8Array {
  const random = new Random(length);
  const header = 1078;
  return Uint8Array.from({ length }, (_, at) => {
    if (at < header) return at % 4 === 3 ? 0 : at >> 2;
    const [row, column] = [(at - header) >> 9, (at - header) & 511];
    return ((row >> 1) ^ (column >> 2)) + random.between(0, 8);
  });
}

/** Streams that are compressed already, between lines that say so. */
function paper(length: number): Uint8Array {
  const random = new Random(length);
  const octets = random.octets(length);
  for (let at = 0, number = 1; at < length - 100; at += random.between(2000, 40_000), number++) {
    octets.set(utf8(`endstream\nendobj\n${number} 0 obj <</Filter /FlateDecode>>\nstream\n`), at);
  }
  return octets;
}

function ofText(name: string, text: string): Source {
  const twice = text + text;
  return {
    name,
    text: true,
    message: (at, length) => utf8(twice.slice(at % text.length, (at % text.length) + length)),
  };
}

function ofOctets(name: string, octets: Uint8Array): Source {
  const twice = Buffer.concat([octets, octets]);
  const { length: all } = octets;
  return { name, text: false, message: (at, length) => Uint8Array.from(twice.subarray(at % all, (at % all) + length)) };
}

/** In the suite's order. */
export const sources: readonly Source[] = [
  ofText('JSON', filled(194_056, jsonLine)),
  ofOctets('a picture', picture(263_222)),
  ofOctets('German', utf8(filled(210_000, sentence))),
  ofText('HTML', filled(263_647, element)),
  ofOctets('a paper', paper(1_042_328)),
];
