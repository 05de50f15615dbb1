// Recorded expectations as YAML: a new file, or an old one in which only what was recorded is renewed. Comments and what
// was written by hand stay. Knows nothing of what is expected.

import type { Document, YAMLMap, YAMLSeq } from 'yaml';
import { inPieces } from '../codec/text-pieces.ts';
import { parseYaml } from '../codec/yaml-text.ts';
import type { DraftedExpectation, RecordMode } from './record.ts';

type Yaml = typeof import('yaml');

const SCHEMA = 'https://unpkg.com/wsdissect/schemas/expectations.schema.json';
/** Lists whose elements stand on a line each. */
const A_LINE_EACH = 'says';

async function loadYaml(): Promise<Yaml> {
  // A CommonJS package: in a bundle only its default export is there.
  return (await import('yaml')).default;
}

/** @param registry the registry's path as it shall stand in the file */
export async function writeExpectations(
  drafted: readonly DraftedExpectation[],
  about: { capture: string; mode: string; registry: string | null },
): Promise<string> {
  const yaml = await loadYaml();
  const document = new yaml.Document({});
  document.commentBefore = [
    ` yaml-language-server: $schema=${SCHEMA}`,
    ` Recorded from ${about.capture.replace(/[\r\n]/g, ' ')} (${about.mode}). wsdissect check --update renews what has "recorded";`,
    ' what you add without it stays. See docs/check.md.',
  ].join('\n');
  if (about.registry !== null) document.set('registry', about.registry);
  const list = new yaml.YAMLSeq();
  for (const each of drafted) list.add(nodeOf(yaml, document, each));
  document.set('expect', list);
  return written(document);
}

/** How the file was recorded; null where nothing in it was. */
export async function recordedMode(text: string): Promise<RecordMode | null> {
  const yaml = await loadYaml();
  const { expect } = yaml.parse(text) as { expect: { recorded?: RecordMode }[] };
  return expect.find(({ recorded }) => recorded !== undefined)?.recorded ?? null;
}

/** The text of the file with its recorded expectations renewed, in the place of the first of them. */
export async function renewExpectations(text: string, drafted: readonly DraftedExpectation[]): Promise<string> {
  const { yaml, document } = await parseYaml('', text, { exactIntegers: true });
  const list = document.get('expect') as YAMLSeq<unknown>;
  const isRecorded = (node: unknown) => yaml.isMap(node) && node.has('recorded');
  const first = list.items.findIndex(isRecorded);
  const kept = list.items.filter((node) => !isRecorded(node));
  const at = first < 0 ? kept.length : list.items.slice(0, first).filter((node) => !isRecorded(node)).length;
  const fresh = drafted.map((each) => nodeOf(yaml, document, each));
  list.items = [...kept.slice(0, at), ...fresh, ...kept.slice(at)];
  return written(document);
}

/** Characters that would hide in an editor or change its direction; they are written as escapes. */
const UNSEEN = /[\p{Cf}\p{Zl}\p{Zp}\x7f-\x9f]/gu;
/** Text that only quotes keep in one line. */
const TO_QUOTE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;

function written(document: Pick<Document, 'toString'>): string {
  const escaped = (character: string) => {
    const hex = (character.codePointAt(0) ?? 0).toString(16);
    return hex.length > 4 ? `\\U${hex.padStart(8, '0')}` : `\\u${hex.padStart(4, '0')}`;
  };
  const text = document.toString({ lineWidth: 0, doubleQuotedMinMultiLineLength: Number.MAX_SAFE_INTEGER });
  return inPieces(text, (piece) => piece.replace(UNSEEN, escaped));
}

function nodeOf(yaml: Yaml, document: Pick<Document, 'createNode'>, drafted: DraftedExpectation): YAMLMap {
  const node = document.createNode(drafted) as YAMLMap;
  yaml.visit(node, {
    Scalar: (_, scalar) => {
      if (typeof scalar.value === 'string' && TO_QUOTE.test(scalar.value)) scalar.type = 'QUOTE_DOUBLE';
    },
  });
  yaml.visit(node, {
    Pair: (_, pair) => {
      const key = yaml.isScalar(pair.key) ? pair.key.value : null;
      if (key !== A_LINE_EACH || !yaml.isSeq(pair.value)) return undefined;
      for (const item of pair.value.items) if (yaml.isCollection(item)) item.flow = true;
      return yaml.visit.SKIP;
    },
  });
  for (const { value } of node.items) {
    if (yaml.isMap(value) && !value.has(A_LINE_EACH)) value.flow = true;
  }
  return node;
}
