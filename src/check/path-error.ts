// What is wrong with expectations, told by the path of keys that leads there; whoever knows the file turns that into line and
// column (`expectations-file.ts`).

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
