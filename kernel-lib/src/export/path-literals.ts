/**
 * String literals of modules' texts that look like the path of a file: they have an extension or a slash, and no scheme. Each is
 * looked up, so that one too many does no harm.
 */
export function pathLiterals(texts: readonly string[]): string[] {
  const found = new Set<string>();
  for (const text of texts) {
    for (const match of text.matchAll(/(["'`])((?:(?!\1)[^\\\n$]){1,400})\1/g)) {
      const literal = match[2] ?? "";
      if (/\.[A-Za-z0-9]{1,8}$|[/\\]/.test(literal) && !/^[a-z][a-z0-9+.-]+:/i.test(literal)) found.add(literal);
    }
  }
  return [...found].sort();
}
