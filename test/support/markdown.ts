// Markdown as CommonMark (§6.1) reads it, as far as tests need it: what is code and what is not.

/** The text without its code spans, in which nothing is markup. */
export function outsideOfCode(markdown: string): string {
  return markdown.replace(/(?<!`)(`+)(?!`)[\s\S]*?(?<!`)\1(?!`)/g, '');
}
