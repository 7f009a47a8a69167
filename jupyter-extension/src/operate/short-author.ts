/** The name of `Ada Lovelace <ada@example.org>`. */
export function shortAuthor(author: string): string {
  return author.replace(/\s*<[^>]*>\s*$/, "") || author;
}
