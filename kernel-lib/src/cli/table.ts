/** Rows under a head, in columns as wide as their widest text; columns without any text are left out. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const columns = head.map((_, column) => column).filter((column) => rows.some((row) => (row[column] ?? "") !== ""));
  return align([head, ...rows].map((row) => columns.map((column) => row[column] ?? "")));
}

/** Rows without a head, in columns as wide as their widest text. */
export function align(rows: readonly (readonly string[])[]): string[] {
  const widths: number[] = [];
  for (const row of rows)
    row.forEach((text, column) => {
      widths[column] = Math.max(widths[column] ?? 0, text.length);
    });
  return rows.map((row) =>
    row
      .map((text, column) => text.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}
