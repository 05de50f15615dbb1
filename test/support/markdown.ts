// Markdown as CommonMark (§2.4, §6.1) reads it, as far as tests need it: what may be markup and what may not.

/** The text without its code spans and escaped characters, in which nothing is markup. */
export function outsideOfCode(markdown: string): string {
  return markdown.replace(/\\[!-/:-@[-`{-~]|(?<!`)(`+)(?!`)[\s\S]*?(?<!`)\1(?!`)/g, '');
}
