// A walkthrough's Markdown where the capture tries to end the code span that it stands in. Renderers divide a table's row
// into cells in two ways, which differ where a backslash stands before a border; what is written must be the same in both.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { walkthrough } from '../../src/output/walkthrough/index.ts';
import { captureOf } from '../support/capture-builder.ts';
import { outsideOfCode } from '../support/markdown.ts';
import { TcpConversation } from '../support/tcp-conversation.ts';
import { head, upgradeRequest } from '../support/websocket-writer.ts';
import { upgraded } from './told-walkthrough.ts';

const VALUES = [
  'a\\| <img src=x onerror=alert(1)> [click](http://evil)',
  'a\\\\| <img src=x>',
  '\\|',
  '|\\|\\\\|<img>',
  '`\\|` <img> ``',
  'ends in \\',
  'a | b',
  'plain',
];

/** Where a row is divided: a border is escaped by any backslash before it (markdown-it, cmark-gfm), or by an odd number of them. */
const READINGS = [/(?<!\\)\|/, /(?<=(?<!\\)(?:\\\\)*)\|/];

/** The text of a cell that holds nothing but code spans and pipes as entities. */
function textOfCode(cell: string): string {
  const spans = cell.replace(/(?<!`)(`+)(?!`)(.*?)(?<!`)\1(?!`)/g, (_, _fence, body: string) => {
    const bare = /^ .*[^ ].* $/.test(body) ? body.slice(1, -1) : body;
    return bare.replaceAll('\\|', '|');
  });
  return spans.replaceAll('&#124;', '|');
}

test('a value with backslashes before borders stays in its cell and in its code span', async () => {
  const { packets } = upgraded(VALUES.map((value, index) => [`X-${index}`, value]));
  const { text } = await walkthrough(Buffer.from(captureOf(packets)), { format: 'markdown', codec: null });
  const rows = text.split('\n').filter((line) => /^\| `X-\d` /.test(line));
  assert.equal(rows.length, 2 * VALUES.length);
  rows.forEach((row, index) => {
    for (const border of READINGS) {
      const cells = row.split(border).map((cell) => cell.trim());
      assert.equal(cells.length, 5, row);
      assert.equal(textOfCode(cells[2]), VALUES[index % VALUES.length]);
      assert.doesNotMatch(outsideOfCode(cells[2]), /[<[]/, row);
    }
  });
  assert.ok(text.includes('| `a \\| b` |'), 'ordinary values are written in the ordinary way');
});

test('an address in what is said of a rule is no link', async () => {
  const { packets } = new TcpConversation()
    .open()
    .exchange('c2s', upgradeRequest({ fields: [['Origin', 'https://www.evil.example']] }))
    .exchange('s2c', head('HTTP/1.1 403 Forbidden', [['Content-Length', '0']]));
  const { text } = await walkthrough(Buffer.from(captureOf(packets)), { format: 'markdown', codec: null });
  assert.match(text, /"https&#58;\/\/www&#46;evil\.example"/);
  assert.doesNotMatch(outsideOfCode(text), /https?:|www\./);
});
