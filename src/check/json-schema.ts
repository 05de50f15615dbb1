// Pieces of JSON Schema that the kinds of expectations share. The schema that is published and the one by which a file is
// judged are both put together from these, so that they cannot differ.

export type JsonSchema = Readonly<Record<string, unknown>>;

export function mapping(
  description: string,
  properties: Readonly<Record<string, JsonSchema>>,
  required: readonly string[] = [],
): JsonSchema {
  return {
    type: 'object',
    description,
    properties,
    additionalProperties: false,
    ...(required.length === 0 ? {} : { required }),
  };
}

/** A number, or a mapping of `min` and `max`. */
export function bounds(description: string): JsonSchema {
  return {
    type: ['integer', 'object'],
    description: `${description}: a number, or { min, max }`,
    minimum: 0,
    properties: { min: { type: 'integer', minimum: 0 }, max: { type: 'integer', minimum: 0 } },
    additionalProperties: false,
    minProperties: 1,
  };
}

export function choice(description: string, names: readonly string[]): JsonSchema {
  return { type: 'string', description, enum: names };
}

/** One of the names, or a list of them. */
export function choices(description: string, names: readonly string[]): JsonSchema {
  return {
    description,
    anyOf: [
      { type: 'string', enum: names },
      { type: 'array', items: { type: 'string', enum: names }, minItems: 1 },
    ],
  };
}

/** For `anyOf`: one of the properties is there. Each is named beside, as strict readers want of what is required. */
export function oneAtLeast(names: readonly string[]): JsonSchema[] {
  return names.map((name) => ({ properties: { [name]: {} }, required: [name] }));
}

/** Text as it is, or `{ $pattern: … }` and the like. */
export function text(description: string): JsonSchema {
  return { type: ['string', 'object'], description: `${description}; text, or { $pattern: … }`, minProperties: 1 };
}

export function duration(description: string): JsonSchema {
  return {
    type: 'string',
    description: `${description}, such as 50ms or 1.5s`,
    pattern: '^[0-9]+(\\.[0-9]+)?(us|µs|ms|s|min)$',
  };
}

const SECONDS: Readonly<Record<string, number>> = { us: 1e-6, µs: 1e-6, ms: 1e-3, s: 1, min: 60 };

/** Seconds of a text that fits `duration`. */
export function secondsOf(text: string): number {
  const [, amount, unit] = /^([0-9.]+)(.+)$/.exec(text) as RegExpExecArray;
  return Number(amount) * SECONDS[unit];
}
