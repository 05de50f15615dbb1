// YAML or JSON text as the document of the `yaml` package, and where in the file each of its offsets is. Text that is no YAML
// is refused with its place. It knows nothing of what the document means.

import type { Document, ParsedNode } from 'yaml';
import { DocumentError, type Place } from './document-error.ts';
import { heldExactly } from './great-integers.ts';

export type Yaml = typeof import('yaml');

export interface YamlText {
  readonly yaml: Yaml;
  readonly document: Document.Parsed<ParsedNode>;
  /** The place of an offset in the text, in UTF-16 units. */
  placeAt(offset: number): Place;
}

/**
 * @param uniqueKeys whether a key that comes twice in a mapping is refused
 * @param exactIntegers whether whole numbers that no double holds are BigInt, as in JSON (great-integers.ts)
 * @throws {DocumentError} where the text is no YAML
 */
export async function parseYaml(
  file: string,
  text: string,
  { uniqueKeys = true, exactIntegers = false } = {},
): Promise<YamlText> {
  // A CommonJS package: in a bundle only its default export is there.
  const yaml = (await import('yaml')).default;
  const lines = new yaml.LineCounter();
  const placeAt = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { file, line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const tooDeep = (cause: unknown) => {
    return new DocumentError({ file, line: 1, column: 1 }, 'the nesting is too deep', 'write it less deep', cause);
  };
  let document: Document.Parsed<ParsedNode>;
  try {
    // What it would warn of goes to standard error by way of the process.
    document = yaml.parseDocument(text, {
      lineCounter: lines,
      uniqueKeys,
      intAsBigInt: exactIntegers,
      prettyErrors: false,
      logLevel: 'error',
    });
  } catch (error) {
    throw tooDeep(error);
  }
  const [first] = document.errors;
  // The parser runs out of stack: it throws that, or makes it an error of its own.
  if (first?.code === 'RESOURCE_EXHAUSTION') throw tooDeep(first);
  if (first?.code === 'MULTIPLE_DOCS')
    throw new DocumentError(placeAt(first.pos[0]), 'a second document begins here', 'make it a file of its own', first);
  if (first) throw new DocumentError(placeAt(first.pos[0]), oneLine(first.message), 'correct the YAML there', first);
  if (exactIntegers) {
    yaml.visit(document, {
      Scalar(_, node) {
        if (typeof node.value === 'bigint') node.value = node.source === '-0' ? -0 : heldExactly(node.value);
      },
    });
  }
  return { yaml, document, placeAt };
}

function oneLine(message: string): string {
  return message.replace(/\s+/g, ' ').replace(/[.:]+$/, '');
}
