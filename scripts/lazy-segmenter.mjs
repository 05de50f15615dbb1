// Stands in dist/ for Intl.Segmenter (build.mjs), and makes the real one when there is text to cut. The first object of Intl
// that a process makes costs 16 ms, for Node's tables of languages; output in ASCII needs none, and string-width makes one
// whenever it is loaded.

class LazySegmenter {
  #options;
  #segmenter = null;

  constructor(...options) {
    this.#options = options;
  }

  segment(text) {
    this.#segmenter ??= new globalThis.Intl.Segmenter(...this.#options);
    return this.#segmenter.segment(text);
  }
}

export { LazySegmenter as 'Intl.Segmenter' };
