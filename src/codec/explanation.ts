// What a codec says of the octets of one payload, for people. Only the shape stands here: what the octets are, each codec
// knows, and how it is shown, whoever asked. Nothing is escaped yet.

/** `broken` is what cannot be read. */
export type ExplainedKind = 'id' | 'tag' | 'length' | 'value' | 'broken';

/** A run of payload octets and what it is. Runs come in order and leave nothing out. */
export interface ExplainedPart {
  /** Half-open range, counted from the start of the payload. */
  readonly start: number;
  readonly end: number;
  readonly kind: ExplainedKind;
  readonly name: string;
  readonly meaning: Words;
}

/** A name or a value, to be set off from the words around it. */
export interface Quoted {
  readonly quoted: string;
}

export type Words = readonly (string | Quoted)[];

export function quoted(text: string): Quoted {
  return { quoted: text };
}

/** A template literal as words. */
export function words(parts: TemplateStringsArray, ...values: (Words | Quoted | string | number)[]): Words {
  return parts.flatMap((part, index) => {
    const value = values[index] ?? '';
    if (typeof value !== 'object') return [part, String(value)];
    return 'quoted' in value ? [part, value] : [part, ...value];
  });
}
