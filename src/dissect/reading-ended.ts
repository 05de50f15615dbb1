// Why the reading of a capture ends before the capture does. A file of its own, so that whoever ends one need not load what
// reads.

/** The reason of a signal that ends the reading early, in words that the summary repeats. */
export class ReadingEnded extends Error {
  override readonly name = 'ReadingEnded';
}
