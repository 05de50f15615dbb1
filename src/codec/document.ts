// A registry's or scenario's YAML or JSON text as nodes that know their line and column and are asked for one kind of value
// each. It knows what may stand in YAML, not what the document means. JSON is read as YAML, of which it is a part.

import type { Alias, Node, Pair, Scalar, YAMLMap, YAMLSeq } from 'yaml';
import { nearestName } from '../nearest-name.ts';
import { DocumentError, type Place } from './document-error.ts';
import { parseYaml, type Yaml } from './yaml-text.ts';

/** Anchors may refer to anchors; more of them than this in a row is a circle. */
const ALIAS_LIMIT = 10;
/** Values in what is taken as JSON. */
const JSON_LIMIT = 10_000;
const JSON_DEPTH = 100;

interface Source {
  yaml: Yaml;
  placeAt(offset: number): Place;
  resolve(alias: Alias): Node | undefined;
}

/** One member of a mapping. */
export interface Member {
  key: string;
  /** Of the key. */
  place: Place;
  value: DocumentNode;
}

export class DocumentNode {
  readonly place: Place;
  readonly #source: Source;
  readonly #node: Node | null;

  /** `position` is the node's offset in the text, needed where there is no node. */
  constructor(source: Source, node: Node | null, position: number) {
    this.place = source.placeAt(node?.range?.[0] ?? position);
    this.#source = source;
    this.#node = node;
  }

  /** The members of a mapping; a key that comes twice is an error. */
  members(what: string): Member[] {
    const node = this.#resolved();
    const { yaml } = this.#source;
    if (!yaml.isMap(node)) throw this.error(`${what} must be a mapping`, 'write it as "key: value" lines');
    const members: Member[] = [];
    for (const pair of (node as YAMLMap<Node, Node | null>).items) members.push(this.#member(pair, what));
    return members;
  }

  /** The members of a mapping whose keys are known, by key; other keys are an error. */
  fields<Key extends string>(what: string, keys: readonly Key[]): Map<Key, DocumentNode> {
    const fields = new Map<Key, DocumentNode>();
    for (const { key, place, value } of this.members(what)) {
      const known = keys.find((candidate) => candidate === key);
      if (known === undefined) {
        const nearest = nearestName(key, keys);
        const whatToDo = nearest ? `did you mean ${nearest}?` : `known here: ${keys.join(', ')}`;
        throw new DocumentError(place, `unknown key ${JSON.stringify(key)}`, whatToDo);
      }
      if (fields.has(known)) throw new DocumentError(place, `${known} comes twice`, 'join the two');
      fields.set(known, value);
    }
    return fields;
  }

  items(what: string): DocumentNode[] {
    const node = this.#resolved();
    if (!this.#source.yaml.isSeq(node)) throw this.error(`${what} must be a list`, 'write it in brackets: [a, b]');
    return (node as YAMLSeq<Node>).items.map((item) => new DocumentNode(this.#source, item, 0));
  }

  text(what: string): string {
    const value = this.#scalar();
    if (typeof value !== 'string' || value === '') throw this.error(`${what} must be text`, 'put it in quotes');
    return value;
  }

  integer(what: string): number {
    const value = this.#scalar();
    if (typeof value !== 'number' || !Number.isSafeInteger(value)) {
      throw this.error(`${what} must be a whole number`, 'write its digits, without quotes');
    }
    return value;
  }

  integerWithin(what: string, least: number, most: number): number {
    const value = this.integer(what);
    if (value < least || value > most) throw this.error(`${what} cannot be ${value}`, `write ${least}…${most}`);
    return value;
  }

  boolean(what: string): boolean {
    const value = this.#scalar();
    if (typeof value !== 'boolean') throw this.error(`${what} must be true or false`, 'write it without quotes');
    return value;
  }

  /** What kind of value stands here, where several may. */
  get kind(): 'mapping' | 'list' | 'text' | 'number' | 'other' {
    const node = this.#resolved();
    if (this.#source.yaml.isMap(node)) return 'mapping';
    if (this.#source.yaml.isSeq(node)) return 'list';
    const value = this.#scalar();
    return typeof value === 'string' ? 'text' : typeof value === 'number' ? 'number' : 'other';
  }

  /** Whatever stands here, as JSON has it. */
  json(what: string, budget = { values: JSON_LIMIT }, depth = 0): unknown {
    // Anchors that refer to anchors grow without limit, and one that refers to itself has no end.
    if (budget.values-- === 0 || depth > JSON_DEPTH) {
      throw this.error(`${what} is too large`, `write fewer than ${JSON_LIMIT} values, ${JSON_DEPTH} deep at most`);
    }
    if (this.kind === 'mapping') {
      return Object.fromEntries(this.members(what).map(({ key, value }) => [key, value.json(what, budget, depth + 1)]));
    }
    if (this.kind === 'list') return this.items(what).map((item) => item.json(what, budget, depth + 1));
    return this.#scalar() ?? null;
  }

  error(what: string, whatToDo: string): DocumentError {
    return new DocumentError(this.place, what, whatToDo);
  }

  #member(pair: Pair<Node, Node | null>, what: string): Member {
    const key = new DocumentNode(this.#source, pair.key, 0);
    const scalar = key.#scalar();
    if (typeof scalar !== 'string' && typeof scalar !== 'number') {
      throw key.error(`a key of ${what} must be text or a number`, 'write a plain name or number before the colon');
    }
    const afterKey = pair.key?.range?.[1] ?? 0;
    return { key: String(scalar), place: key.place, value: new DocumentNode(this.#source, pair.value, afterKey) };
  }

  #scalar(): unknown {
    const node = this.#resolved();
    return this.#source.yaml.isScalar(node) ? (node as Scalar).value : undefined;
  }

  #resolved(): Node | null {
    let node = this.#node;
    for (let hops = 0; this.#source.yaml.isAlias(node); hops++) {
      const target = hops < ALIAS_LIMIT ? this.#source.resolve(node) : undefined;
      if (target === undefined) throw this.error(`no anchor &${node.source} before it`, 'write the value itself');
      node = target;
    }
    return node;
  }
}

/** @throws {DocumentError} where the text is no YAML */
export async function parseDocument(file: string, text: string): Promise<DocumentNode> {
  const { yaml, document, placeAt } = await parseYaml(file, text, { uniqueKeys: false });
  // Every alias is looked up in a table: `Alias.resolve` would walk the whole document each time.
  const anchors = new Map<string, Node>();
  yaml.visit(document, {
    Node: (_, node) => {
      if ('anchor' in node && typeof node.anchor === 'string') anchors.set(node.anchor, node);
    },
  });
  const source: Source = { yaml, placeAt, resolve: (alias) => anchors.get(alias.source) };
  return new DocumentNode(source, document.contents, 0);
}
