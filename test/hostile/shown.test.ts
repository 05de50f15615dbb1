// What people read, of a capture in which everything that is said was chosen to do harm: nothing of it moves the cursor, turns the
// writing, hides itself, or leaves its cell or its element. Through the program itself, each output in turn.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { eventsOf, wsdissect } from '../cli/command-line.ts';
import { outsideOfCode } from '../support/markdown.ts';
import { PcapngBuilder } from '../support/pcapng-builder.ts';
import { TcpConversation } from '../support/tcp-conversation.ts';
import { frameOctets } from '../support/tcp-packet.ts';
import {
  CLOSE,
  clientFrame,
  closePayload,
  frame,
  head,
  PING,
  TEXT,
  upgradeRequest,
  upgradeResponse,
  utf8,
} from '../support/websocket-writer.ts';

/** Escapes of terminals, C1 controls, bidi controls, what is blank, NUL, and what a browser or a spreadsheet takes for more. */
const HOSTILE =
  '\x1b[2J\x1b]0;owned\x07\x9b31m\x00\r\x7f\u202eabc\u2066\u200b\u2028\ufeff<script>alert(1)</script>"><img src=x>`|';
/** The same without what would end a line or a head of HTTP. */
const IN_HEAD = HOSTILE.replace(/[\r\n]/g, '');
/** Short enough for a control frame. */
const SHORT = '\x1b[2J\x00\x9b\u202e<script>';

const UNSAFE = /[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\u2028\u2029\ufeff]/;
/** Exact text for programs: a space without width is one. */
const UNSAFE_FOR_PROGRAMS = new RegExp(UNSAFE.source.replace('\\u200b', ''));
/** CSV carries tabs and line ends within quotes. */
const UNSAFE_IN_CSV = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u202a-\u202e\u2066-\u2069\u2028\u2029]/;

const folder = mkdtempSync(join(tmpdir(), 'wsdissect-hostile-'));
after(() => rmSync(folder, { recursive: true }));
/** A file name may hold anything but NUL and a slash. */
const PATH = join(folder, `${'\x1b[2J\u202e<b>'}.pcapng`);

function capture(): Uint8Array {
  const fields = [
    ['Origin', IN_HEAD],
    [`X-${SHORT.replaceAll('\0', '')}`, IN_HEAD],
    ['Sec-WebSocket-Protocol', IN_HEAD],
  ] as const;
  const talk = new TcpConversation().open();
  talk.exchange('c2s', upgradeRequest({ target: `/${IN_HEAD.replaceAll(' ', '')}`, fields }));
  talk.exchange('s2c', upgradeResponse({ fields }));
  talk.exchange('c2s', clientFrame(TEXT, HOSTILE)).exchange('s2c', frame(TEXT, `=HYPERLINK("x")${HOSTILE}\n`));
  talk.exchange('s2c', frame(2, HOSTILE)).exchange('c2s', clientFrame(PING, SHORT));
  talk
    .exchange('s2c', frame(CLOSE, closePayload(4000, SHORT)))
    .exchange('c2s', clientFrame(CLOSE, closePayload(4000, SHORT)));
  talk.close();
  const refused = new TcpConversation({
    clientSequence: 9_000_000,
    client: { address: Uint8Array.of(10, 0, 0, 9), port: 50_000 },
  });
  refused.open().exchange('c2s', upgradeRequest({ target: '/no' }));
  refused
    .exchange('s2c', head(`HTTP/1.1 403 ${IN_HEAD}`, [['Content-Length', String(utf8(HOSTILE).length)]]))
    .exchange('s2c', utf8(HOSTILE))
    .close();
  const builder = new PcapngBuilder().section().interface({});
  for (const packet of [...talk.packets, ...refused.packets])
    builder.enhanced({ octets: frameOctets(packet), comments: [HOSTILE] });
  return builder.octets();
}

function shown(...words: string[]): string {
  const { exitCode, output, errors } = wsdissect(words);
  assert.equal(exitCode, 0, errors);
  assert.equal(errors, '');
  assert.ok(output.length > 100, output);
  return output;
}

function assertSafe(text: string, unsafe = UNSAFE): void {
  const found = unsafe.exec(text);
  if (found === null) return;
  assert.fail(`shows ${JSON.stringify(text.slice(Math.max(0, found.index - 60), found.index + 20))}`);
}

describe('hostile content is shown escaped', () => {
  writeFileSync(PATH, capture());

  for (const words of [
    ['dissect'],
    ['dissect', '--frames', '--width', '80'],
    ['dissect', '--time', 'absolute', '--payload', 'always'],
    ['follow', '--width', '80'],
    ['follow', '--hex'],
    ['stats'],
    ['streams'],
    ['walkthrough'],
    ['walkthrough', '--format', 'markdown'],
    ['walkthrough', '--format', 'html'],
    ['dissect', '--format', 'json'],
    ['dissect', '--format', 'ndjson', '--payload', 'always'],
    ['streams', '--format', 'json'],
    ['streams', '--format', 'ndjson'],
    ['stats', '--format', 'json'],
  ]) {
    it(words.join(' '), () => {
      const [command, ...options] = words;
      const text = shown(command, PATH, ...(command === 'follow' ? ['0'] : []), ...options);
      const isForPrograms = options.some((word) => /json/.test(word));
      assertSafe(text, isForPrograms ? UNSAFE_FOR_PROGRAMS : UNSAFE);
      if (options.includes('html')) assert.doesNotMatch(text, /<(script|img)/i);
      if (options.includes('markdown')) assert.doesNotMatch(outsideOfCode(text), /<(script|img)/i);
    });
  }

  it('dissect --format csv, where a formula is text too', () => {
    const text = shown('dissect', PATH, '--format', 'csv');
    assertSafe(text, UNSAFE_IN_CSV);
    assert.match(text, /"'=HYPERLINK\(/);
    const rows = text
      .replace(/"(?:[^"]|"")*"/g, 'quoted')
      .trimEnd()
      .split('\r\n');
    assert.deepEqual(new Set(rows.map((row) => row.split(',').length)).size, 1);
  });

  it('and given exactly to programs', () => {
    for (const format of ['ndjson', 'json']) {
      const { output } = wsdissect(['dissect', PATH, '--format', format, '--payload', 'always']);
      const events = format === 'json' ? JSON.parse(output) : eventsOf(output);
      const texts = events
        .filter(({ type }: { type: string }) => type === 'message')
        .map(({ text }: { text: string }) => text);
      assert.equal(texts[0], HOSTILE);
      assert.equal(events[0].files[0], PATH);
      assert.equal(
        events.find(({ type }: { type: string }) => type === 'control').data,
        Buffer.from(SHORT).toString('base64'),
      );
    }
  });

  it('in errors, file names among them', () => {
    writeFileSync(`${PATH}.txt`, 'no capture');
    for (const path of [`${PATH}.none`, `${PATH}.txt`, folder]) {
      const { exitCode, errors } = wsdissect([path, '--grep', '\x1b[2J']);
      assert.ok(exitCode === 2 || exitCode === 3);
      assert.match(errors, /^wsdissect: [^\n]+\n$/);
      assertSafe(errors);
    }
  });

  it('in reports of check, and in diff', () => {
    const expectations = join(folder, 'expect.yaml');
    writeFileSync(expectations, 'expect:\n  - message: { text: nothing of the kind }\n  - close: { code: 1000 }\n');
    for (const report of ['text', 'junit', 'github', 'sarif', 'tap', 'json']) {
      const { exitCode, output } = wsdissect(['check', PATH, '--expect', expectations, '--format', report]);
      assert.equal(exitCode, 1, output);
      assertSafe(output);
    }
    const other = join(folder, 'other.pcapng');
    writeFileSync(
      other,
      capture().map((octet, at) => (at > 1500 && octet === 0x61 ? 0x62 : octet)),
    );
    const { output } = wsdissect(['diff', PATH, other]);
    assertSafe(output);
  });
});
