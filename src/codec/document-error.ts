// What is wrong with a file that a user wrote (a registry, a scenario, expectations), in one line that says where it is and
// what to do about it. It knows no file formats.

/** A place in a text file, line and column counted from 1; parts that are not known are left out. */
export interface Place {
  file: string;
  line?: number;
  column?: number;
}

/** The message is `file:line:column: what; what to do`. */
export class DocumentError extends Error {
  override readonly name = 'DocumentError';
  readonly place: Place;

  constructor(place: Place, what: string, whatToDo: string, cause?: unknown) {
    const where = [place.file, place.line, place.column].filter((part) => part !== undefined).join(':');
    super(`${where}: ${what}; ${whatToDo}`, { cause });
    this.place = place;
  }
}
