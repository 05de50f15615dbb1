// Lines of a stream of text, of which none may be without end. Knows nothing of what they say.

import { Failure } from './failure.ts';

/** Characters of a line: what a message of the greatest length takes in base64, with some room. */
const LONGEST = 128 * 1024 * 1024;

/**
 * @param name of what is read, for the error
 * @throws {Failure} where a line is longer than 128 Mi characters
 */
export async function* boundedLines(pieces: AsyncIterable<string>, name: string): AsyncGenerator<string> {
  let number = 1;
  let line: string[] = [];
  let length = 0;
  for await (const piece of pieces) {
    let start = 0;
    for (let end = piece.indexOf('\n'); end >= 0; end = piece.indexOf('\n', start)) {
      yield withoutReturn(line.join('') + piece.slice(start, end));
      line = [];
      length = 0;
      number++;
      start = end + 1;
    }
    line.push(piece.slice(start));
    length += piece.length - start;
    if (length > LONGEST) throw new Failure(`${name}:${number}: a line of more than 128 Mi characters; is it a text?`);
  }
  if (length > 0) yield withoutReturn(line.join(''));
}

function withoutReturn(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line;
}
