// What is wrong with a file of expectations, in one line with its place. Inside, faults are told by the path of keys that
// leads to them; whoever knows the file turns that into line and column.

import type { Place } from '../codec/registry-error.ts';

/** Keys and indices from the top of the document. */
export type Path = readonly (string | number)[];

/** A fault at a path. */
export class PathError extends Error {
  override readonly name = 'PathError';
  readonly path: Path;
  readonly what: string;
  readonly whatToDo: string;

  constructor(path: Path, what: string, whatToDo: string) {
    super(`${path.join('.')}: ${what}; ${whatToDo}`);
    this.path = path;
    this.what = what;
    this.whatToDo = whatToDo;
  }
}

/** The message is `file:line:column: what; what to do`. */
export class ExpectationError extends Error {
  override readonly name = 'ExpectationError';
  readonly place: Place;

  constructor(place: Place, what: string, whatToDo: string, cause?: unknown) {
    const where = [place.file, place.line, place.column].filter((part) => part !== undefined).join(':');
    super(`${where}: ${what}; ${whatToDo}`, { cause });
    this.place = place;
  }
}
