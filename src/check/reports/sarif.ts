// The report as SARIF 2.1.0 (OASIS), which code hosts show beside the file: a result for each expectation that was missed,
// a rule for each kind.

import { pathToFileURL } from 'node:url';
import { jsonText } from '../../codec/json-text.ts';
import { escapeText } from '../../output/terminal-text.ts';
import { KINDS } from '../kinds/index.ts';
import type { CaptureVerdict, Verdict } from '../verdict.ts';
import { linesOfMiss, type Report } from './report.ts';

const SCHEMA = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json';
const PAGE = 'https://www.npmjs.com/package/wsdissect';
const DAMAGED = 'damaged-capture';

export const sarifReport: Report = (captures, { version }) => {
  const rules = [
    ...KINDS.map(({ key, schema }) => ruleOf(key, String(schema.description))),
    ruleOf(DAMAGED, 'The capture can be read to its end'),
  ];
  const run = {
    tool: { driver: { name: 'wsdissect', version, informationUri: PAGE, rules } },
    columnKind: 'utf16CodeUnits',
    results: captures.flatMap(resultsOf),
  };
  return `${jsonText({ $schema: SCHEMA, version: '2.1.0', runs: [run] }, 2)}\n`;
};

function ruleOf(id: string, text: string) {
  return { id, shortDescription: { text } };
}

function resultsOf({ capture, verdicts, damage }: CaptureVerdict) {
  const missed = verdicts.filter(({ held }) => !held).map((verdict) => resultOf(capture, verdict));
  if (damage === null) return missed;
  return [
    ...missed,
    {
      ruleId: DAMAGED,
      level: 'error',
      message: { text: escapeText(damage) },
      locations: [locationOf({ file: capture })],
    },
  ];
}

function resultOf(capture: string, { name, kind, place, misses }: Verdict) {
  const text = [name, capture, ...misses.flatMap((miss) => ['', ...linesOfMiss(miss)])].map(escapeText).join('\n');
  return {
    ruleId: kind,
    level: 'error',
    message: { text },
    locations: [locationOf(place)],
    relatedLocations: [locationOf({ file: capture })],
  };
}

function locationOf({ file, line, column }: { file: string; line?: number; column?: number }) {
  // A path is no URI: it may hold spaces and colons, and halves of characters, which octets put right.
  const uri = file.startsWith('/')
    ? pathToFileURL(file).href
    : Buffer.from(file).toString().split(/[\\/]/).map(encodeURIComponent).join('/');
  const region =
    line === undefined ? {} : { region: { startLine: line, ...(column === undefined ? {} : { startColumn: column }) } };
  return { physicalLocation: { artifactLocation: { uri }, ...region } };
}
