// What is no capture is called by its name, with the next thing to try.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { CaptureError, readCaptureSync } from '../../src/capture/index.ts';
import { PacketList } from './packet-list.ts';

const hex = (digits: string) => Uint8Array.from(Buffer.from(digits, 'hex'));
const text = (words: string) => new TextEncoder().encode(words);

const FILES: readonly [octets: Uint8Array, message: RegExp][] = [
  [hex('89504e470d0a1a0a0000'), /^this is a PNG image, not a capture$/],
  [hex('ffd8ffe000104a464946'), /^this is a JPEG image, not a capture$/],
  [text('GIF89a'), /GIF image/],
  [text('RIFF....WEBPVP8 '), /WebP image/],
  [hex('fd377a585a00'), /xz-compressed/],
  [text('BZh91AY'), /bzip2-compressed/],
  [hex('504b0304'), /ZIP archive/],
  [hex('0a0d0d0a1c000000'), /inside its file header: 8 of 28/],
  [hex('736e6f6f7000000000000002'), /snoop capture/],
  [hex('7f454c4602'), /an ELF program/],
  [text('MZ\x90'), /Windows program/],
  [hex('cffaedfe'), /Mach-O program/],
  [text('%PDF-1.7'), /PDF document/],
  [text('SQLite format 3\0'), /an SQLite database/],
  [text('{ "log": {"version": "1.2"}}'), /a HAR file/],
  [text('[1]'), /JSON text/],
  [text('03:44 IP 10.0.0.1 > 10.0.0.2'), /this is text, .*tcpdump -w/],
  [text(`${'ä'.repeat(255)}a${'ä'.repeat(10)}`), /this is text/],
  [text('hi'), /this is text/],
  [new Uint8Array(100), /begins with zeros/],
  [hex('a1b2'), /inside its file header: 2 of 24/],
  [hex('a1b2c3'), /inside its file header: 3 of 24/],
  [hex('a1b2c3ff00'), /of unknown kind \(it begins a1 b2 c3 ff\)/],
  [hex('1b01'), /of unknown kind \(it begins 1b 01\)/],
];

describe('a file that is no capture', () => {
  for (const [octets, message] of FILES) {
    it(`is told as ${message.source}`, () => {
      assert.throws(
        () => readCaptureSync(octets, new PacketList()),
        (error) =>
          error instanceof CaptureError && message.test(error.message) && !/[\x00-\x1f\x7f]/.test(error.message),
      );
    });
  }
});
