// Capture files as people see them: whatever a capture says, nothing of it moves the cursor, turns the writing or leaves its
// cell, and no output fails.

import { CaptureError } from '../../src/capture/index.ts';
import { EventMaker } from '../../src/dissect/event-maker.ts';
import { runDissectionSync } from '../../src/dissect/run.ts';
import { surveyStreams } from '../../src/dissect/stream-survey.ts';
import { CsvOutput } from '../../src/output/csv.ts';
import { extractedFiles } from '../../src/output/extract.ts';
import { FollowOutput } from '../../src/output/follow.ts';
import { JsonOutput } from '../../src/output/json.ts';
import { formatStats } from '../../src/output/stats/report-text.ts';
import { StatsOutput } from '../../src/output/stats/stats-output.ts';
import { formatStreams } from '../../src/output/stream-list.ts';
import { TableOutput } from '../../src/output/table.ts';
import type { EventOutput, TextSink } from '../../src/output/text-sink.ts';
import { NoConversationError, walkthrough } from '../../src/output/walkthrough/index.ts';
import { outsideOfCode } from '../../test/support/markdown.ts';
import type { Random } from '../../test/support/random.ts';
import { captureFiles } from '../corpus.ts';
import { checkExit } from '../exit.ts';
import { HOSTILE } from '../hostile-words.ts';
import { type Layer, mustHold } from '../layer.ts';
import { mutated } from '../mutate.ts';
import { isCompressed, PACKET_MUTATIONS } from '../mutate-capture.ts';
import { codec } from '../walkthrough.ts';

const CONTROLS = /[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\u2028\u2029\ud800-\udfff\ufeff]/u;
/** Tabs and line ends may stand in a quoted cell. */
const CONTROLS_IN_CSV = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u2028\u2029\ud800-\udfff]/u;
const SGR = /\x1b\[[0-9;]*m/g;
const TAGS = /<(script|img|iframe|svg|object)\b/i;

class Collected implements TextSink {
  text = '';
  write(text: string): void {
    this.text += text;
  }
}

function isSafe(name: string, text: string, unsafe = CONTROLS): void {
  const found = unsafe.exec(text.replace(SGR, ''));
  mustHold(
    found === null,
    () => `${name} shows ${JSON.stringify(text.slice(Math.max(0, found!.index - 30), found!.index + 30))}`,
  );
}

type Show = (input: Uint8Array, dice: Random) => void | Promise<void>;

function show(input: Uint8Array, output: EventOutput, dice: Random): void {
  const options = { frames: dice.once(2), payload: 'always' as const, codec: dice.once(2) ? codec : null };
  checkExit(runDissectionSync(input, (clock) => new EventMaker(output, options, clock)));
  output.finish();
}

const page = (dice: Random) => ({
  width: dice.pick([null, 40, 80, 200]),
  colour: dice.once(3),
  time: 'delta' as const,
});

const SHOWS: Readonly<Record<string, Show>> = {
  table(input, dice) {
    const out = new Collected();
    show(input, new TableOutput(out, { ...page(dice), hasRegistry: dice.once(2) }), dice);
    isSafe('the table', out.text);
  },
  follow(input, dice) {
    const out = new Collected();
    show(input, new FollowOutput(out, { ...page(dice), connection: dice.between(0, 2), hex: dice.once(3) }), dice);
    isSafe('follow', out.text);
  },
  csv(input, dice) {
    const out = new Collected();
    show(input, new CsvOutput(out, { frames: true }), dice);
    isSafe('CSV', out.text, CONTROLS_IN_CSV);
    const rows = out.text
      .replace(/"(?:[^"]|"")*"/g, 'quoted')
      .split('\r\n')
      .slice(0, -1);
    const cells = rows.map((row) => row.split(',').length);
    mustHold(
      cells.every((count) => count === cells[0]),
      () => `cells ${[...new Set(cells)]}`,
    );
  },
  json(input, dice) {
    const out = new Collected();
    show(input, new JsonOutput(out), dice);
    isSafe('JSON', out.text);
    mustHold(Array.isArray(JSON.parse(out.text)), () => 'no array');
  },
  extract(input, dice) {
    const onEvent: EventOutput['onEvent'] = (event) => {
      if (event.type !== 'message') return;
      for (const { name } of extractedFiles(event)) mustHold(/^[a-z0-9._-]+$/.test(name), () => `a file named ${name}`);
    };
    show(input, { onEvent, finish: () => {} }, dice);
  },
  stats(input, dice) {
    let sink: StatsOutput | null = null;
    const result = runDissectionSync(input, (clock) => {
      sink = new StatsOutput({ codec: dice.once(2) ? codec : null, connectionRows: 2 }, clock);
      return sink;
    });
    checkExit(result);
    const report = sink!.report();
    isSafe('stats', formatStats(report, page(dice)).join('\n'));
    mustHold(!JSON.stringify(report).includes('null,null,null,null,null'), () => 'a report of nothing');
  },
  async streams(input, dice) {
    const { streams } = await surveyStreams(input);
    isSafe('streams', formatStreams(streams, page(dice)).join('\n'));
  },
  async walkthrough(input, dice) {
    const format = dice.pick(['text', 'markdown', 'html'] as const);
    try {
      const { text } = await walkthrough(input, { format, codec: dice.once(2) ? codec : null, colour: dice.once(2) });
      isSafe(`the walkthrough as ${format}`, text);
      const markup = format === 'markdown' ? outsideOfCode(text) : text;
      mustHold(format === 'text' || !TAGS.test(markup), () => `a tag in ${format}`);
    } catch (error) {
      if (!(error instanceof NoConversationError || error instanceof CaptureError)) throw error;
    }
  },
};

export const outputs: Layer = {
  name: 'outputs',
  about: `capture files as ${Object.keys(SHOWS).join(', ')}: nothing is obeyed by a terminal, a browser or a spreadsheet`,
  share: 12,
  corpus: captureFiles(),
  inflates: isCompressed,
  draw: (random, corpus) => mutated(random, corpus, [...PACKET_MUTATIONS, HOSTILE, HOSTILE]),
  run: (input, dice) => dice.pick(Object.values(SHOWS))(input, dice),
};
