// Why a value cannot be made into a message: which field, and what is wrong with what it says. Knows no types.

export class EncodeError extends Error {
  override readonly name = 'EncodeError';
  /** Field names, outermost first, joined by dots; empty for the message itself. */
  readonly path: string;
  readonly reason: string;

  constructor(type: string, path: string, reason: string) {
    const where = path === '' ? `${type}: ` : `${type}, field ${path}: `;
    super(reason.startsWith(`${type} `) && path === '' ? reason : where + reason);
    this.path = path;
    this.reason = reason;
  }
}

/** Thrown inside the encoder, where neither the type nor the path is known yet. */
export class Misfit extends Error {
  override readonly name = 'Misfit';
}

const LONGEST_QUOTE = 40;

/** A JSON value as people are told of it, cut where it is long. */
export function quoteValue(value: unknown): string {
  const text = textOf(value);
  return text.length > LONGEST_QUOTE ? `${text.slice(0, LONGEST_QUOTE)}…` : text;
}

function textOf(value: unknown): string {
  if (typeof value === 'bigint') return String(value);
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    // It is nested too deep.
    return Array.isArray(value) ? '[…]' : '{…}';
  }
}
