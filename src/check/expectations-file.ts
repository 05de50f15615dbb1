// Expectations from the text of a file, YAML or JSON, with the place of each. Turns faults by path into faults by line and
// column. It is given the text: whoever calls reads the file.

import type { Node } from 'yaml';
import { DocumentError, type Place } from '../codec/document-error.ts';
import { parseYaml } from '../codec/yaml-text.ts';
import { type Expectation, prepareExpectations } from './expectations.ts';
import { type Path, PathError } from './path-error.ts';

export interface ExpectationsFile {
  readonly file: string;
  /** Registry file as it is named, relative to this file; null where none is. */
  readonly registry: string | null;
  readonly list: readonly Expectation[];
  placeOf(path: Path): Place;
}

/** Aliases that stand for more than this many nodes make a document that grows without end. */
const MAX_ALIASES = 1000;

/** @throws {DocumentError} in one line: `file:line:column: what; what to do` */
export async function parseExpectations(file: string, text: string): Promise<ExpectationsFile> {
  const { yaml, document, placeAt } = await parseYaml(file, text, { exactIntegers: true });
  const nodeAt = (path: Path): Node | null => {
    // Of a key that is wrong the key itself is the place, of anything else its value.
    for (let length = path.length; length >= 0; length--) {
      const part = path.slice(0, length);
      const parent = length === 0 ? null : document.getIn(part.slice(0, -1), true);
      if (yaml.isMap(parent)) {
        const pair = parent.items.find(
          ({ key }) => String(yaml.isScalar(key) ? key.value : key) === String(part.at(-1)),
        );
        if (pair !== undefined) return pair.key as Node;
      }
      const node = length === 0 ? document.contents : document.getIn(part, true);
      if (yaml.isNode(node)) return node;
    }
    return null;
  };
  const placeOf = (path: Path) => placeAt(nodeAt(path)?.range?.[0] ?? 0);
  try {
    const { registry, list } = await prepareExpectations(document.toJS({ maxAliasCount: MAX_ALIASES }));
    return { file, registry, list, placeOf };
  } catch (error) {
    if (error instanceof PathError) {
      throw new DocumentError(placeOf(error.path), error.what, error.whatToDo, error);
    }
    if (error instanceof ReferenceError) {
      throw new DocumentError({ file, line: 1, column: 1 }, error.message, 'write the values themselves', error);
    }
    throw error;
  }
}
