// Whatever a capture holds and however narrow the terminal is, no line of any text output is wider than was asked for, and
// what a narrow table leaves out are columns of figures, never what was said.

import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { CaptureClock } from '../../src/dissect/clock.ts';
import { dissectSync } from '../../src/dissect/dissect.ts';
import { runDissection } from '../../src/dissect/run.ts';
import { displayWidth } from '../../src/output/display-width.ts';
import { FollowOutput } from '../../src/output/follow.ts';
import { formatStats } from '../../src/output/stats/report-text.ts';
import { StatsOutput } from '../../src/output/stats/stats-output.ts';
import { TableOutput } from '../../src/output/table.ts';
import { feed, TextRecord } from './sample-events.ts';

const FIXTURES = fileURLToPath(new URL('../../fixtures', import.meta.url));
/** The folders with a conversation of their own; others have one in many containers. */
const captures = readdirSync(FIXTURES)
  .map((name) => ({ name, file: `${FIXTURES}/${name}/${name}.pcap` }))
  .filter(({ file }) => existsSync(file));
const WIDTHS = [40, 47, 60, 80, 200];

function table(file: string, width: number): string {
  const out = new TextRecord();
  const events = dissectSync(readFileSync(file), { frames: true });
  feed(new TableOutput(out, { width, colour: false, time: 'absolute', hasRegistry: false }), [...events]);
  return out.text;
}

function follow(file: string, width: number, hex: boolean): string {
  const out = new TextRecord();
  const events = dissectSync(readFileSync(file), { payload: 'always' });
  feed(new FollowOutput(out, { connection: 0, width, colour: false, time: 'absolute', hex }), [...events]);
  return out.text;
}

async function stats(file: string, width: number): Promise<string> {
  const made: StatsOutput[] = [];
  await runDissection(file, (clock: CaptureClock) => {
    const output = new StatsOutput({ codec: null }, clock);
    made.push(output);
    return output;
  });
  return formatStats(made[0].report(), { width, colour: false }).join('\n');
}

function assertFits(text: string, width: number): void {
  for (const line of text.split('\n')) assert.ok(displayWidth(line) <= width, `${displayWidth(line)}: ${line}`);
}

for (const { name, file } of captures) {
  test(`${name}: table, follow and stats keep to the width`, async () => {
    for (const width of WIDTHS) {
      assertFits(table(file, width), width);
      assertFits(follow(file, width, false), width);
      assertFits(follow(file, width, true), width);
      assertFits(await stats(file, width), width);
    }
  });
}

test('on 40 columns a table still says who said what', () => {
  const lines = table(`${FIXTURES}/chat/chat.pcap`, 40).split('\n');
  assert.ok(lines.some((line) => /^ +12 {2}→ {2}text .*大家好，今/.test(line)));
});
